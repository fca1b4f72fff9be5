// Goal: a saturation that falls fast is shown while it falls, with a strong pulse and with a pulse wave that
// grows meanwhile. Method: the simulated finger, whose truth is known, through chip, driver,
// chain and vitals.

using Pulsegate.Evaluate.Simulated;
using Pulsegate.Virtual.Ppg;
using Pulsegate.Virtual.Replay;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Signal;

[TestClass]
public sealed class FallingSaturationTests
{
    private const int FallSecond = 60, Seeds = 20;
    private const double From = 97.8, To = 86.8;

    // docs/alarms.md: 6 s for a fall; 1 s for the second in which it is.
    private const int ShownWithinSeconds = 7;

    [TestMethod]
    [DataRow(0.5, 1.0, DisplayName = "0.5 % a second")]
    [DataRow(0.7, 1.0, DisplayName = "0.7 % a second")]
    [DataRow(1.0, 1.0, DisplayName = "1 % a second")]
    [DataRow(0.5, 1.6, DisplayName = "0.5 % a second, the pulse wave grows by 60 %")]
    [DataRow(0.7, 1.6, DisplayName = "0.7 % a second, the pulse wave grows by 60 %")]
    public void AFastFall_IsShown(double percentPerSecond, double growth)
    {
        for (int seed = 1; seed <= Seeds; seed++)
        {
            var finger = new SyntheticPpgSource(seed) { PulseRate = 55 + (2 * seed), PerfusionPercent = 6 };
            var person = new Person(finger, percentPerSecond, growth);
            RecordingReplay.Play(
                finger, 100_000, 0, 0, SimulatedScene.Calibrated(), person, _ => { });

            double trueSecond = FallSecond + ((From - 90) / percentPerSecond);
            Assert.IsNotNull(person.ShownSecond, $"seed {seed}: not shown");
            Assert.IsLessThanOrEqualTo(
                trueSecond + ShownWithinSeconds, person.ShownSecond.Value, $"seed {seed}");
        }
    }

    private sealed class Person(SyntheticPpgSource finger, double percentPerSecond, double growth)
        : IReplayListener
    {
        public double? ShownSecond { get; private set; }

        public void OnReading(double seconds, Reading reading)
        {
            double fallen = Math.Max(0, seconds - FallSecond) * percentPerSecond;
            finger.SpO2 = Math.Max(To, From - fallen);
            finger.PerfusionPercent = 6 * (1 + ((growth - 1) * Math.Min(1, fallen / (From - To))));
            if (seconds > FallSecond && reading.IsFresh(Vital.SpO2) && reading.Values[Vital.SpO2] < 900)
            {
                ShownSecond ??= seconds;
            }
        }

        public void OnBeat(double seconds)
        {
        }

        public void OnAlarm(double seconds, int condition, bool isRaised)
        {
        }
    }
}
