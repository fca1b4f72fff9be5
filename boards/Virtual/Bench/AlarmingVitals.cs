// Vitals in which one value after the other leaves its limits and comes back: alarms all the time, so that
// their way can be measured.

using Pulsegate.Alarms;
using Pulsegate.Vitals;

namespace Pulsegate.Virtual.Bench;

/// <summary>A person to whom everything happens in turn. Needs the default limits with no delay.</summary>
public sealed class AlarmingVitals : IVitalsSource
{
    // two seconds beyond the limit, five until its alarm ends, one to spare
    private const int PeriodSeconds = 8;

    // A vital, a value beyond its limit; one row starts each second.
    private static readonly (int Vital, int Value)[] Excursions =
    [
        (Vital.SpO2, 850), (Vital.PulseRate, 400), (Vital.PerfusionIndex, 20), (Vital.Temperature, 3400),
        (Vital.Quality, 20), (Vital.PulseRate, 1400), (Vital.Temperature, 3900),
    ];

    private static readonly int[] Normal = [970, 720, 150, 93, 3650];

    /// <summary>Limits as by default, and no delays.</summary>
    public static void SetLimits(AlarmLimits limits)
    {
        for (int condition = 0; condition < AlarmCondition.Count; condition++)
        {
            if (!limits.TrySet(condition, limits.LimitOf(condition), 0))
            {
                throw new InvalidOperationException("the default limits are out of their bounds");
            }
        }
    }

    /// <inheritdoc/>
    public bool Drain(long nowMs) => false;

    /// <inheritdoc/>
    public void Read(long nowMs, long readingMs, Reading reading)
    {
        reading.AfterDiscontinuity = false;
        reading.RatioMilli = 0;
        for (int vital = 0; vital < Vital.Count; vital++)
        {
            reading.Set(
                vital, Normal[vital], vital == Vital.SpO2 ? ReadingStatus.Uncalibrated : ReadingStatus.Valid);
        }

        int second = (int)(readingMs / 1000 % PeriodSeconds);
        for (int start = 0; start < Excursions.Length; start++)
        {
            if ((second - start + PeriodSeconds) % PeriodSeconds < 2)
            {
                (int vital, int value) = Excursions[start];
                reading.Values[vital] = value;
            }
        }
    }
}
