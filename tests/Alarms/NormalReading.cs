using Pulsegate.Vitals;

namespace Pulsegate.Tests.Alarms;

/// <summary>A second in which nothing is wrong.</summary>
internal static class NormalReading
{
    internal static void PutInto(Reading reading)
    {
        reading.Set(Vital.SpO2, 970, ReadingStatus.Valid);
        reading.Set(Vital.PulseRate, 720, ReadingStatus.Valid);
        reading.Set(Vital.PerfusionIndex, 200, ReadingStatus.Valid);
        reading.Set(Vital.Quality, 95, ReadingStatus.Valid);
        reading.Set(Vital.Temperature, 3660, ReadingStatus.Valid);
    }
}
