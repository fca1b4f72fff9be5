// Goal: a pulse that becomes very fast within seconds is shown as early as docs/alarms.md says. Method: the
// simulated finger, whose truth is known, through chip, driver, chain and vitals.

using Pulsegate.Evaluate.Simulated;
using Pulsegate.Virtual.Ppg;
using Pulsegate.Virtual.Replay;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Signal;

[TestClass]
public sealed class FastRiseTests
{
    private const int RiseSecond = 60, Seeds = 40;

    // Limit of `pulseRateVeryHigh`; by the tolerance more the alarm is owed (docs/alarms.md, a week of life).
    private const double LimitPerMinute = 140, TolerancePerMinute = 2;

    // docs/alarms.md, blood to number, pulse.
    private const int ShownWithinSeconds = 12;

    [TestMethod]
    [DataRow(150.0, 5)]
    [DataRow(165.0, 5)]
    [DataRow(187.0, 5)]
    [DataRow(187.0, 8)]
    public void ARiseWithinSeconds_IsShownWithinTheStatedDelay(double toPerMinute, int withinSeconds)
    {
        for (int seed = 1; seed <= Seeds; seed++)
        {
            var finger = new SyntheticPpgSource(seed)
            {
                BreathingShare = 0.1 + (0.01 * seed), PerfusionPercent = 0.5 + (0.1 * seed),
            };
            var person = new Person(finger, 54 + seed, toPerMinute, withinSeconds);
            RecordingReplay.Play(
                finger, (RiseSecond + 40) * 1000L, 0, 0, SimulatedScene.Calibrated(), person, _ => { });

            Assert.IsNotNull(person.TrueSecond, $"seed {seed}: no rise");
            Assert.IsNotNull(person.ShownSecond, $"seed {seed}: not shown");
            Assert.IsLessThanOrEqualTo(
                person.TrueSecond.Value + ShownWithinSeconds, person.ShownSecond.Value, $"seed {seed}");
        }
    }

    private sealed class Person(SyntheticPpgSource finger, double from, double to, int withinSeconds)
        : IReplayListener
    {
        public double? TrueSecond { get; private set; }

        public double? ShownSecond { get; private set; }

        public void OnReading(double seconds, Reading reading)
        {
            // For the second that begins.
            double share = Math.Clamp((seconds - RiseSecond) / withinSeconds, 0, 1);
            double rate = from + ((to - from) * share);
            finger.PulseRate = rate;
            finger.ArrhythmiaPercent = 3 * Math.Min(1, 60 / rate);
            TrueSecond = rate > LimitPerMinute + TolerancePerMinute ? TrueSecond ?? seconds : null;
            bool isBeyond = reading.IsFresh(Vital.PulseRate)
                && reading.Values[Vital.PulseRate] > LimitPerMinute * 10;
            ShownSecond = isBeyond ? ShownSecond ?? seconds : ShownSecond;
        }

        public void OnBeat(double seconds)
        {
        }

        public void OnAlarm(double seconds, int condition, bool isRaised)
        {
        }
    }
}
