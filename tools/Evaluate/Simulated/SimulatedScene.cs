// A synthetic finger with things that happen to it at set moments, as the emulated chip sees it.

using Iot.Device.Max3010x.Emulator;
using Pulsegate.Configuration;
using Pulsegate.Virtual.Ppg;

namespace Pulsegate.Evaluate.Simulated;

/// <summary>One finger, one run. Truth comes from the finger; nothing here knows the chain.</summary>
public sealed class SimulatedScene : IPpgSource
{
    /// <summary>Seconds after a finger comes on that do not count: the time allowed for a first
    /// SpO2.</summary>
    public const int SettlingSeconds = 10;

    private const int GoneSeconds = 2;     // after a finger has gone, a number may stand no longer than this
    private const int AveragedSeconds = 8;
    private const int CalibrationVersion = 1;
    private readonly List<(double Seconds, Action<SyntheticPpgSource> Happen)> _events = [];
    private readonly List<(double Off, double On)> _absences = [];
    private readonly List<double> _spO2 = [];      // truth, once a second
    private int _next;

    /// <summary>A finger at rest.</summary>
    public SimulatedScene(int seed) => Finger = new SyntheticPpgSource(seed);

    /// <summary>The finger, with its settings at the start.</summary>
    public SyntheticPpgSource Finger { get; }

    /// <summary>Error of the chip's oscillator, parts per million.</summary>
    public int ClockErrorPpm { get; set; }

    /// <summary>Lets something happen; moments must rise.</summary>
    public void At(double seconds, Action<SyntheticPpgSource> happen) => _events.Add((seconds, happen));

    /// <summary>Takes the finger off for a time; moments must rise.</summary>
    public void TakeOff(double seconds, double forSeconds)
    {
        _absences.Add((seconds, seconds + forSeconds));
        At(seconds, finger => finger.IsFingerOn = false);
        At(seconds + forSeconds, finger => finger.IsFingerOn = true);
    }

    /// <summary>True saturation over the 8 s before a second that has been played.</summary>
    public double TrueSpO2(double seconds)
    {
        int end = Math.Min((int)seconds, _spO2.Count);
        int start = Math.Max(0, end - AveragedSeconds);
        return end > start ? _spO2.GetRange(start, end - start).Average() : Finger.SpO2;
    }

    /// <summary>True when a number is owed for a second: a finger has been on for 10 s.</summary>
    public bool IsCounted(double seconds) => seconds > SettlingSeconds
        && !_absences.Exists(gap => seconds > gap.Off && seconds <= gap.On + SettlingSeconds);

    /// <summary>True when no number may be shown for a second: the finger has been off for 2 s.</summary>
    public bool IsAbsent(double seconds)
        => _absences.Exists(gap => seconds > gap.Off + GoneSeconds && seconds <= gap.On);

    /// <summary>True when a beat may be scored: it lies well within the time that a finger is on.</summary>
    public bool IsBeatCounted(double seconds)
        => seconds > 2 && !_absences.Exists(gap => seconds > gap.Off - 1 && seconds < gap.On + 2);

    /// <inheritdoc/>
    public void Sample(long timeMicroseconds, int[] light)
    {
        while (_next < _events.Count && _events[_next].Seconds * 1e6 <= timeMicroseconds)
        {
            _events[_next++].Happen(Finger);
        }

        if (timeMicroseconds >= _spO2.Count * 1_000_000L)
        {
            _spO2.Add(Finger.SpO2);
        }

        Finger.Sample(timeMicroseconds, light);
    }

    /// <summary>Settings of a unit that is calibrated for this finger's optics.</summary>
    public static GatewayConfiguration Calibrated()
    {
        int[] ratios =
        [
            200, 337, 370, 400, 430, 460, 490, 520, 560, 600, 640, 680, 720, 760, 800,
            850, 900, 950, 1000, 1050, 1100, 1150, 1200, 1250, 1300,
        ];
        return new GatewayConfiguration
        {
            CalibrationVersion = CalibrationVersion,
            CalibrationRatioMilli = ratios,
            CalibrationSpO2Tenths = [.. ratios.Select(SpO2Tenths)],
        };
    }

    // The curve whose inverse the finger's optics follow, by bisection: left of its vertex 100 %.
    private static int SpO2Tenths(int ratioMilli)
    {
        double low = 0;
        double high = 100;
        while (high - low > 0.001)
        {
            double middle = (low + high) / 2;
            bool isBelow = SyntheticPpgSource.InverseOfPublished(middle) * 1000 > ratioMilli;
            (low, high) = isBelow ? (middle, high) : (low, middle);
        }

        return (int)Math.Round(high * 10);
    }
}
