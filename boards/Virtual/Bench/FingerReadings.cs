// The readings that the whole acquisition chain makes of the benchmark's finger, recorded once and then
// repeated: what the store's hours are measured with, since days of the chain itself would take too long.

using Pulsegate.Configuration;
using Pulsegate.Virtual.Platform;
using Pulsegate.Virtual.Ppg;
using Pulsegate.Virtual.Replay;
using Pulsegate.Vitals;

namespace Pulsegate.Virtual.Bench;

/// <summary>One reading a second, for ever; the same every time.</summary>
internal sealed class FingerReadings
{
    private const int WarmUpSeconds = 70;
    private const int SecondsRecorded = 20 * 60;
    private const int PulseRate = 75;
    private readonly (int[] Values, byte[] Statuses)[] _recorded = new (int[], byte[])[SecondsRecorded];
    private long _second;

    public FingerReadings()
    {
        var key = new byte[32];
        var clock = new VirtualClock();
        using var unit = new VirtualUnit(new VirtualUnitParts(
            "bench", 1, clock, new MemoryStorage(), new HmacSigner(1, key, key), new NullIndicator(),
            new SyntheticPpgSource(1) { PulseRate = PulseRate }, new GatewayConfiguration()));
        unit.Start(0);
        while (clock.MonotonicMs < (WarmUpSeconds + SecondsRecorded) * 1000L)
        {
            clock.Advance(Gateway.StepMs);
            unit.Step(clock.MonotonicMs);
            long second = (clock.MonotonicMs / 1000) - WarmUpSeconds;
            if (clock.MonotonicMs % 1000 == 500 && second is >= 0 and < SecondsRecorded)
            {
                Reading reading = unit.Gateway.Reading;
                _recorded[second] = ([.. reading.Values], [.. reading.Statuses]);
            }
        }
    }

    /// <summary>Fills the next second's reading.</summary>
    public void Next(Reading reading)
    {
        (int[] values, byte[] statuses) = _recorded[_second % SecondsRecorded];
        reading.MonotonicMs = 5000 + (1000 * _second++);
        reading.AfterDiscontinuity = false;
        for (int vital = 0; vital < Vital.Count; vital++)
        {
            reading.Set(vital, values[vital], (ReadingStatus)statuses[vital]);
        }
    }
}
