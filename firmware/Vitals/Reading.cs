// One second of vitals: five values, each with its status and age. One instance is reused for the life of the
// unit.

namespace Pulsegate.Vitals;

/// <summary>Index of each vital in <see cref="Reading"/> and of its column in a batch. The numbers are part
/// of the wire format.</summary>
public static class Vital
{
    /// <summary>Oxygen saturation by pulse oximetry, 0.1 %, 600 to 1000.</summary>
    public const int SpO2 = 0;

    /// <summary>Pulse rate, 0.1 /min, 300 to 2400.</summary>
    public const int PulseRate = 1;

    /// <summary>Perfusion index (pulsatile share of the infrared light), 0.01 %, 0 to 2000.</summary>
    public const int PerfusionIndex = 2;

    /// <summary>Signal quality, 0 (noise) to 100.</summary>
    public const int Quality = 3;

    /// <summary>Temperature at the probe, 0.01 °C, -4000 to 12500.</summary>
    public const int Temperature = 4;

    /// <summary>How many vitals there are.</summary>
    public const int Count = 5;
}

/// <summary>The vitals of one second.</summary>
public sealed class Reading
{
    /// <summary>End of the second this reading describes, monotonic ms of this boot.</summary>
    public long MonotonicMs;

    /// <summary>Values by <see cref="Vital"/>; 0 and without meaning unless <see cref="HasValue"/>.</summary>
    public readonly int[] Values = new int[Vital.Count];

    /// <summary>Status by <see cref="Vital"/>, as <see cref="ReadingStatus"/> numbers.</summary>
    public readonly byte[] Statuses = new byte[Vital.Count];

    /// <summary>Age of each value in ms: 0 when measured this second; up to 10 000 when Stale.</summary>
    public readonly int[] AgesMs = new int[Vital.Count];

    /// <summary>
    /// Red/infrared ratio of ratios in thousandths before calibration, 0 when there is none. For replay and
    /// calibration; it is not sent.
    /// </summary>
    public int RatioMilli;

    /// <summary>True when samples were lost (FIFO overflow, bus fault) within or shortly before this
    /// second.</summary>
    public bool AfterDiscontinuity;

    /// <summary>True when the vital may be shown as a number: measured now, or Stale (then with its
    /// age).</summary>
    public bool HasValue(int vital)
    {
        byte status = Statuses[vital];
        return status == (byte)ReadingStatus.Valid || status == (byte)ReadingStatus.Uncalibrated
            || status == (byte)ReadingStatus.Stale;
    }

    /// <summary>True when the vital was measured in this second: only these are stored and sent.</summary>
    public bool IsFresh(int vital)
    {
        byte status = Statuses[vital];
        return status == (byte)ReadingStatus.Valid || status == (byte)ReadingStatus.Uncalibrated;
    }

    /// <summary>Sets a measured value.</summary>
    public void Set(int vital, int value, ReadingStatus status)
    {
        Values[vital] = value;
        Statuses[vital] = (byte)status;
        AgesMs[vital] = 0;
    }

    /// <summary>Sets an older value with its age.</summary>
    public void SetStale(int vital, int value, int ageMs)
    {
        Values[vital] = value;
        Statuses[vital] = (byte)ReadingStatus.Stale;
        AgesMs[vital] = ageMs;
    }

    /// <summary>Sets the reason why there is no value.</summary>
    public void SetAbsent(int vital, ReadingStatus reason)
    {
        Values[vital] = 0;
        Statuses[vital] = (byte)reason;
        AgesMs[vital] = 0;
    }
}
