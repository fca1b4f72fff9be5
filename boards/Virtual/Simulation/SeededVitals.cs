// Vitals without a signal chain: a person who puts the sensor on and off, moves, is cold, desaturates, and a
// bus that fails, drawn by seed. Everything behind the reading is the firmware's own.

using Pulsegate.Vitals;

namespace Pulsegate.Virtual.Simulation;

/// <summary>A source of readings by seed. Allocates nothing after construction.</summary>
/// <param name="random">Where it draws from.</param>
/// <param name="stepMs">Time between two drains when nothing is late, ms.</param>
/// <param name="coverage">Counts what was met.</param>
internal sealed class SeededVitals(Random random, int stepMs, SimulationCoverage coverage) : IVitalsSource
{
    private const int FifoMs = 640;            // what the chip holds while nobody drains it
    private const int StaleSeconds = 10;
    private const int EpisodeSecondsMax = 3600;
    private readonly int[] _values = [970, 720, 150, 93, 3650];
    private Episode _episode = Episode.Rest;
    private long _episodeEndMs;
    private long _freshMs = -1;
    private long _lastDrainMs = -1;
    private bool _isLossDue;
    private bool _hasDeclaredLoss;

    private enum Episode
    {
        Rest,
        Desaturation,
        NoFinger,
        Motion,
        LowPerfusion,
        BusFault,
        Count,
    }

    /// <summary>True when samples were lost between the last reading and the one before it.</summary>
    public bool IsReadingAfterLoss { get; private set; }

    /// <summary>True for a person who keeps still and a bus that works.</summary>
    public bool IsQuiet { get; set; }

    /// <summary>Something native held the bus up or broke a transfer: samples are gone.</summary>
    public void LoseSamples() => _isLossDue = true;

    /// <inheritdoc/>
    public bool Drain(long nowMs)
    {
        bool isLost = _isLossDue || (_lastDrainMs >= 0 && nowMs - _lastDrainMs > stepMs + FifoMs);
        _isLossDue = false;
        _lastDrainMs = nowMs;
        _hasDeclaredLoss |= isLost;
        return isLost;
    }

    /// <inheritdoc/>
    public void Read(long nowMs, long readingMs, Reading reading)
    {
        IsReadingAfterLoss = _hasDeclaredLoss;
        coverage.Add(Met.DeclaredDiscontinuity, _hasDeclaredLoss ? 1 : 0);
        _hasDeclaredLoss = false;
        if (nowMs >= _episodeEndMs)
        {
            Episode before = _episode;
            _episode = IsQuiet || random.Next(2) == 0
                ? Episode.Rest : (Episode)random.Next((int)Episode.Count);
            _episodeEndMs = nowMs + (1000L * random.Next(1, EpisodeSecondsMax));
            coverage.Add(Met.FingerOff, _episode == Episode.NoFinger ? 1 : 0);
            coverage.Add(Met.BusError, _episode == Episode.BusFault ? 1 : 0);
            _isLossDue |= before == Episode.BusFault;   // the chip is set up anew
        }

        reading.RatioMilli = 0;
        reading.AfterDiscontinuity = false;
        ReadingStatus absent = Wander();
        _freshMs = absent == ReadingStatus.Valid ? readingMs : _freshMs;
        for (int vital = 0; vital < Vital.Temperature; vital++)
        {
            if (absent == ReadingStatus.Valid)
            {
                reading.Set(vital, _values[vital],
                    vital == Vital.SpO2 ? ReadingStatus.Uncalibrated : ReadingStatus.Valid);
            }
            else if (absent != ReadingStatus.NoFinger && _freshMs >= 0
                && readingMs - _freshMs < StaleSeconds * 1000)
            {
                reading.SetStale(vital, _values[vital], (int)(readingMs - _freshMs));
            }
            else
            {
                reading.SetAbsent(vital, absent);
            }
        }

        reading.Set(Vital.Temperature, _values[Vital.Temperature], ReadingStatus.Valid);
    }

    private ReadingStatus Wander()
    {
        int saturation = _episode == Episode.Desaturation ? 840 : 970;
        _values[Vital.SpO2] = Near(_values[Vital.SpO2], saturation, 3, 600, 1000);
        _values[Vital.PulseRate] = Near(_values[Vital.PulseRate], 720, 8, 300, 2400);
        _values[Vital.PerfusionIndex] = Near(_values[Vital.PerfusionIndex], 150, 4, 1, 2000);
        _values[Vital.Quality] = Near(_values[Vital.Quality], 93, 3, 0, 100);
        _values[Vital.Temperature] = Near(_values[Vital.Temperature], 3650, 1, -4000, 12500);
        return _episode switch
        {
            Episode.NoFinger => ReadingStatus.NoFinger,
            Episode.Motion => random.Next(4) == 0 ? ReadingStatus.Valid : ReadingStatus.Motion,
            Episode.LowPerfusion => ReadingStatus.LowPerfusion,
            Episode.BusFault => ReadingStatus.SensorFault,
            _ => ReadingStatus.Valid,
        };
    }

    private int Near(int value, int rest, int noise, int lowest, int highest)
        => Math.Clamp(value + Math.Sign(rest - value) + random.Next(-noise, noise + 1), lowest, highest);
}
