// A virtual unit in virtual time, looked at second by second: what lies on the probe, what the chip is set to
// and what is read. Shared by the tests of this folder.

using Pulsegate.Configuration;
using Pulsegate.Virtual;
using Pulsegate.Virtual.Platform;
using Pulsegate.Virtual.Ppg;
using Pulsegate.Virtual.Replay;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Acquisition;

internal sealed class LightBench : IDisposable
{
    private readonly VirtualClock _clock = new();

    public LightBench(int seed, GatewayConfiguration? configuration = null)
    {
        var key = new byte[32];
        Finger = new SyntheticPpgSource(seed);
        Unit = new VirtualUnit(new VirtualUnitParts(
            "bed-1", 7, _clock, new MemoryStorage(), new HmacSigner(1, key, key), new NullIndicator(), Finger,
            configuration ?? new GatewayConfiguration()));
        Unit.Start(0);
    }

    public SyntheticPpgSource Finger { get; }

    public VirtualUnit Unit { get; }

    public Reading Reading => Unit.Gateway.Reading;

    public double Seconds => _clock.MonotonicMs / 1000.0;

    /// <summary>Goes on, and looks at each new reading.</summary>
    public void Play(double seconds, Action<Reading>? look = null)
    {
        long endMs = _clock.MonotonicMs + (long)(seconds * 1000);
        long lastMs = Reading.MonotonicMs;
        while (_clock.MonotonicMs < endMs)
        {
            Step();
            if (Reading.MonotonicMs != lastMs)
            {
                lastMs = Reading.MonotonicMs;
                look?.Invoke(Reading);
            }
        }
    }

    /// <summary>Time goes on, and nobody drains the chip.</summary>
    public void Stall(int milliseconds) => _clock.Advance(milliseconds);

    public void Step()
    {
        _clock.Advance(Gateway.StepMs);
        Unit.Step(_clock.MonotonicMs);
    }

    public void Dispose() => Unit.Dispose();
}
