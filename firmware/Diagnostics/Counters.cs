// What happened, counted: totals since boot that outlive the trace ring and go out with every health message.

namespace Pulsegate.Diagnostics;

/// <summary>What is counted. The numbers are part of the wire format (health) and never change.</summary>
public static class Counter
{
    /// <summary>Sample pairs read from the oximeter.</summary>
    public const int Samples = 0;

    /// <summary>Sample pairs the chip had to drop, at least (its own counter stops at 31).</summary>
    public const int LostSamples = 1;

    /// <summary>Transfers to the oximeter that failed.</summary>
    public const int OximeterFaults = 2;

    /// <summary>Transfers to the temperature sensor that failed.</summary>
    public const int TemperatureFaults = 3;

    /// <summary>Times a silent oximeter was set up anew.</summary>
    public const int OximeterRestarts = 4;

    /// <summary>Readings produced, one a second.</summary>
    public const int Readings = 5;

    /// <summary>Records sealed into the store.</summary>
    public const int Sealed = 6;

    /// <summary>Appends that failed; the record was kept in RAM and tried again, or its readings were counted
    /// as lost.</summary>
    public const int StoreFaults = 7;

    /// <summary>Readings lost because the store would not take them; each loss is declared by a signed
    /// event.</summary>
    public const int LostReadings = 8;

    /// <summary>Alarm changes.</summary>
    public const int AlarmChanges = 9;

    /// <summary>Steps of the acquisition loop that came more than 500 ms after the one before: something
    /// blocked.</summary>
    public const int LateSteps = 10;

    /// <summary>Longest time between two steps of the acquisition loop, in ms.</summary>
    public const int LongestStepGapMs = 11;

    /// <summary>Changes of LED current or range while a finger was measured.</summary>
    public const int LightChanges = 12;

    /// <summary>Reads of the oximeter in which ambient light was beyond what the chip cancels.</summary>
    public const int AmbientOverflows = 13;

    /// <summary>Alarm changes lost because neither the store nor RAM would take them; each loss is declared
    /// by a signed event.</summary>
    public const int LostAlarmChanges = 14;

    /// <summary>Publishes that the broker refused.</summary>
    public const int PublishRefused = 15;

    /// <summary>Records among them that are larger than the broker takes: they stay in flash.</summary>
    public const int PublishTooLarge = 16;

    /// <summary>Publishes that the broker took while nobody listened.</summary>
    public const int PublishUnheard = 17;

    /// <summary>Error of the oximeter's clock, parts per million, positive when it samples fast; 0 until it
    /// has been measured.</summary>
    public const int SampleClockPpm = 18;

    /// <summary>Times that it was measured: while 0, pulse rates carry the tolerance of the chip's
    /// clock.</summary>
    public const int SampleClockFits = 19;

    /// <summary>1 when the oximeter's red and infrared were found to be swapped.</summary>
    public const int ProbeSwapped = 20;

    /// <summary>How many counters there are.</summary>
    public const int Count = 21;

    /// <summary>Name of a counter in the health message.</summary>
    public static string NameOf(int counter)
    {
        switch (counter)
        {
            case Samples: return "samples";
            case LostSamples: return "lostSamples";
            case OximeterFaults: return "oximeterFaults";
            case TemperatureFaults: return "temperatureFaults";
            case OximeterRestarts: return "oximeterRestarts";
            case Readings: return "readings";
            case Sealed: return "sealed";
            case StoreFaults: return "storeFaults";
            case LostReadings: return "lostReadings";
            case AlarmChanges: return "alarmChanges";
            case LateSteps: return "lateSteps";
            case LongestStepGapMs: return "longestStepGapMs";
            case LightChanges: return "lightChanges";
            case AmbientOverflows: return "ambientOverflows";
            case LostAlarmChanges: return "lostAlarmChanges";
            case PublishRefused: return "publishRefused";
            case PublishTooLarge: return "publishTooLarge";
            case PublishUnheard: return "publishUnheard";
            case SampleClockPpm: return "sampleClockPpm";
            case SampleClockFits: return "sampleClockFits";
            case ProbeSwapped: return "probeSwapped";
            default: return "unknown";
        }
    }
}

/// <summary>The counters. Written by the acquisition loop, read by anybody: a torn read of a 64-bit number is
/// possible and harmless.</summary>
public sealed class Counters
{
    private readonly long[] _values = new long[Counter.Count];

    /// <summary>The total of one counter.</summary>
    public long Get(int counter) => _values[counter];

    /// <summary>Adds to one counter.</summary>
    public void Add(int counter, long amount) => _values[counter] += amount;

    /// <summary>Keeps the largest value seen.</summary>
    public void Max(int counter, long value)
    {
        if (value > _values[counter])
        {
            _values[counter] = value;
        }
    }
}
