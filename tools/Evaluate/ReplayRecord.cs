// What a replay told, kept: as `replay` prints it, rounded alike, so that scores agree with whoever reads its
// lines.

using Iot.Device.Max3010x.Emulator;
using Pulsegate.Configuration;
using Pulsegate.Virtual;
using Pulsegate.Virtual.Ppg;
using Pulsegate.Virtual.Replay;
using Pulsegate.Vitals;

namespace Pulsegate.Evaluate;

/// <summary>One second as it is shown.</summary>
/// <param name="Seconds">Time on the recording.</param>
/// <param name="Rate">Pulse rate, /min; null when none is shown.</param>
/// <param name="SpO2">Saturation, percent; null when none is shown.</param>
/// <param name="Quality">Quality, 0 to 100; null when none is given.</param>
/// <param name="RateStatus">Status of the rate, <see cref="ReadingStatus"/>.</param>
public readonly record struct ShownSecond(
    double Seconds, double? Rate, double? SpO2, int? Quality, ReadingStatus RateStatus);

/// <summary>Beats and seconds of one replay.</summary>
public sealed class ReplayRecord : IReplayListener
{
    private readonly List<double> _beats = [];
    private readonly List<ShownSecond> _seconds = [];

    private ReplayRecord()
    {
    }

    /// <summary>Beat times, s, rising.</summary>
    public IReadOnlyList<double> Beats => _beats;

    /// <summary>One entry a second.</summary>
    public IReadOnlyList<ShownSecond> Seconds => _seconds;

    /// <summary>Second and shown rate.</summary>
    public IEnumerable<(double Seconds, double? Rate)> Rates =>
        _seconds.Select(second => (second.Seconds, second.Rate));

    /// <summary>Plays a recording through emulated chip, driver and firmware.</summary>
    public static ReplayRecord Of(RecordedPpgSource recording)
    {
        var record = new ReplayRecord();
        RecordingReplay.Play(recording, new GatewayConfiguration(), record);
        record._beats.Sort();
        return record;
    }

    /// <summary>Plays any light from time 0.</summary>
    public static ReplayRecord Of(
        IPpgSource light, int durationSeconds, GatewayConfiguration configuration,
        Action<VirtualUnit>? prepare)
    {
        var record = new ReplayRecord();
        RecordingReplay.Play(light, durationSeconds * 1000L, 0, 0, configuration, record, prepare);
        record._beats.Sort();
        return record;
    }

    void IReplayListener.OnReading(double seconds, Reading reading)
    {
        double? Value(int vital, int scale) =>
            reading.HasValue(vital) ? (double)((decimal)reading.Values[vital] / scale) : null;
        _seconds.Add(new ShownSecond(
            Math.Round(seconds, 3), Value(Vital.PulseRate, 10), Value(Vital.SpO2, 10),
            reading.HasValue(Vital.Quality) ? reading.Values[Vital.Quality] : null,
            (ReadingStatus)reading.Statuses[Vital.PulseRate]));
    }

    void IReplayListener.OnBeat(double seconds) => _beats.Add(Math.Round(seconds, 3));

    void IReplayListener.OnAlarm(double seconds, int condition, bool isRaised)
    {
    }
}
