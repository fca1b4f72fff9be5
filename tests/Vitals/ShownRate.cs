// A pulse rate as a person would read it off. Shared by tests.

using Pulsegate.Vitals;

namespace Pulsegate.Tests.Vitals;

/// <summary>The fresh pulse rate of a reading.</summary>
internal readonly struct ShownRate(Reading reading)
{
    public bool IsShown { get; } = reading.IsFresh(Vital.PulseRate);

    public double PerMinute { get; } = reading.Values[Vital.PulseRate] / 10.0;
}
