// Goal: a condition is decided, seen and heard within its stated delay; method: a whole unit in virtual time,
// steps that are late by up to 80 ms, vitals that change at a known reading, light and panel watched each tick.

using Pulsegate.Alarms;
using Pulsegate.Configuration;
using Pulsegate.Platform;
using Pulsegate.Virtual;
using Pulsegate.Virtual.Platform;
using Pulsegate.Virtual.Ppg;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Alarms;

[TestClass]
public sealed class AlarmDelayTests : IDisposable
{
    private const int DecisionMsMax = 200, TickMs = Beacon.TickMs, DrawStepsMax = 20;
    private static readonly int[] Normal = [970, 720, 200, 95, 3660];
    private readonly VirtualClock _clock = new();
    private readonly BedsideFace _face = new();
    private readonly ScriptedVitals _vitals = new();
    private readonly Random _late = new(5);
    private readonly VirtualUnit _unit;

    public AlarmDelayTests()
    {
        var key = new byte[32];
        _unit = new VirtualUnit(new VirtualUnitParts(
            "bed-1", 7, _clock, new MemoryStorage(), new HmacSigner(1, key, key), _face, new SyntheticPpgSource(1),
            new GatewayConfiguration(), _vitals));
        _unit.Start(0);
    }

    public void Dispose() => _unit.Dispose();

    [TestMethod]
    [DataRow(AlarmCondition.SpO2Low, Vital.SpO2, 899, "yellow")]
    [DataRow(AlarmCondition.SpO2VeryLow, Vital.SpO2, 849, "red")]
    [DataRow(AlarmCondition.PulseRateLow, Vital.PulseRate, 499, "yellow")]
    [DataRow(AlarmCondition.PulseRateVeryLow, Vital.PulseRate, 399, "red")]
    [DataRow(AlarmCondition.PulseRateHigh, Vital.PulseRate, 1201, "yellow")]
    [DataRow(AlarmCondition.PulseRateVeryHigh, Vital.PulseRate, 1401, "red")]
    [DataRow(AlarmCondition.PerfusionLow, Vital.PerfusionIndex, 29, "cyan")]
    [DataRow(AlarmCondition.QualityLow, Vital.Quality, 29, "cyan")]
    [DataRow(AlarmCondition.TemperatureLow, Vital.Temperature, 3499, "cyan")]
    [DataRow(AlarmCondition.TemperatureVeryLow, Vital.Temperature, 3399, "yellow")]
    [DataRow(AlarmCondition.TemperatureHigh, Vital.Temperature, 3801, "cyan")]
    [DataRow(AlarmCondition.TemperatureVeryHigh, Vital.Temperature, 3951, "yellow")]
    [DataRow(AlarmCondition.NoSignal, Vital.SpO2, -1, "yellow")]
    public void ConditionTrue_ToDecision_ToLightAndSound_IsWithinItsDelay(
        int condition, int vital, int value, string colour)
    {
        RunTo(20_000, () => false);
        _vitals.Values[vital] = value;
        long sinceMs = (_clock.MonotonicMs / Gateway.ReadingMs * Gateway.ReadingMs) + Gateway.ReadingMs;
        int delayMs = new AlarmLimits().DelayMsOf(condition);

        Assert.IsTrue(RunTo(sinceMs + 150_000, () => _unit.Gateway.Alarms.IsRaised(condition)));
        long decidedMs = _clock.MonotonicMs;
        Assert.IsGreaterThanOrEqualTo(sinceMs + delayMs, decidedMs);
        Assert.IsLessThanOrEqualTo(sinceMs + delayMs + DecisionMsMax, decidedMs);
        Assert.AreEqual(colour, _face.Colour, "the tick of the decision shows it");
        Assert.IsTrue(_face.IsSounding, "and sounds");
        Assert.IsLessThanOrEqualTo(DrawStepsMax, _face.Draw());
    }

    [TestMethod]
    public void Button_ActsWithinAStepAndATick()
    {
        _vitals.Values[Vital.SpO2] = 800;
        RunTo(30_000, () => false);
        Assert.IsTrue(_unit.Gateway.AlarmSignal.SoundPriority > 0);
        _face.Pressed = Button.Silence;
        long pressedMs = _clock.MonotonicMs;
        Assert.IsTrue(RunTo(pressedMs + 5000, () => _unit.Gateway.AlarmSignal.IsAudioPaused));
        Assert.IsLessThanOrEqualTo(pressedMs + DecisionMsMax, _clock.MonotonicMs);
        Assert.IsFalse(_face.IsSounding);
    }

    [TestMethod]
    public void NativeStall_AddsItsLength_AndNoMore_AndIsCounted()
    {
        RunTo(20_000, () => false);
        _vitals.Values[Vital.SpO2] = 800;
        RunTo(24_500, () => false);
        _clock.Advance(3000);   // a handshake
        Assert.IsTrue(RunTo(40_000, () => _unit.Gateway.Alarms.IsRaised(AlarmCondition.SpO2VeryLow)));
        Assert.IsLessThanOrEqualTo(21_000 + 5000 + 3000 + DecisionMsMax, _clock.MonotonicMs);
        Assert.AreEqual(1L, _unit.Counters.Get(Pulsegate.Diagnostics.Counter.LateSteps));
    }

    // Ends after the step in which something has become so; false when it never did.
    private bool RunTo(long untilMs, Func<bool> isReached)
    {
        while (_clock.MonotonicMs < untilMs)
        {
            _clock.Advance(Gateway.StepMs + (_late.Next(4) == 0 ? _late.Next(80) : 0));
            _unit.Step(_clock.MonotonicMs);
            _face.Step();
            if (isReached())
            {
                return true;
            }
        }

        return false;
    }

    // A value below zero is none at all.
    private sealed class ScriptedVitals : IVitalsSource
    {
        public int[] Values { get; } = [.. Normal];

        public bool Drain(long nowMs) => false;

        public void Read(long nowMs, long readingMs, Reading reading)
        {
            reading.RatioMilli = 0;
            reading.AfterDiscontinuity = false;
            for (int vital = 0; vital < Vital.Count; vital++)
            {
                if (Values[vital] < 0)
                {
                    reading.SetAbsent(vital, ReadingStatus.Motion);
                }
                else
                {
                    reading.Set(vital, Values[vital], ReadingStatus.Valid);
                }
            }
        }
    }
}
