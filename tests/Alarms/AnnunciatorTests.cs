// Goal: what is seen and heard is right at every moment, every silence ends, and nothing of high priority
// goes unseen; method: readings and buttons second by second in virtual time.

using Pulsegate.Alarms;
using Pulsegate.Platform;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Alarms;

[TestClass]
public class AnnunciatorTests
{
    private const byte None = (byte)AlarmPriority.None, Low = (byte)AlarmPriority.Low;
    private const byte Medium = (byte)AlarmPriority.Medium, High = (byte)AlarmPriority.High;

    private readonly AlarmChanges _changes = new();
    private readonly AlarmEngine _engine;
    private readonly Annunciator _annunciator;
    private readonly Reading _reading = new();
    private readonly List<(AlarmStage Stage, int Condition)> _steps = [];
    private long _nowMs;
    private int _pressed;

    public AnnunciatorTests()
    {
        _engine = new AlarmEngine(new AlarmLimits(), _changes);
        _annunciator = new Annunciator(_engine, _changes);
        SpO2(970);
        _reading.Set(Vital.PulseRate, 720, ReadingStatus.Valid);
        _reading.Set(Vital.PerfusionIndex, 200, ReadingStatus.Valid);
        _reading.Set(Vital.Quality, 95, ReadingStatus.Valid);
        _reading.Set(Vital.Temperature, 3660, ReadingStatus.Valid);
    }

    private AlarmSignal Signal => _annunciator.Signal;

    [TestMethod]
    public void NothingRaised_IsDarkAndSilent()
    {
        Seconds(60);
        AssertSignal(-1, None, None);
    }

    [TestMethod]
    public void Raised_IsSeenAndHeard_AndEndsByItself_WhenItDoesNotLatch()
    {
        SpO2(880);
        Seconds(11);
        AssertSignal(AlarmCondition.SpO2Low, Medium, Medium);
        SpO2(970);
        Seconds(7);
        AssertSignal(-1, None, None);
    }

    [TestMethod]
    public void HighAlarmThatEnds_StaysToBeSeen_WithoutSound_UntilAcknowledged()
    {
        SpO2(800);
        Seconds(12);
        AssertSignal(AlarmCondition.SpO2VeryLow, High, High);
        SpO2(970);
        Seconds(3600);
        AssertSignal(AlarmCondition.SpO2VeryLow, High, None);
        Assert.IsTrue(Signal.IsLatched);
        Press(Button.Acknowledge);
        AssertSignal(-1, None, None);
    }

    // Found by AlarmProperties: the next alarm of lower priority took the red light away.
    [TestMethod]
    public void LatchedHighAlarm_IsNotHiddenByALowerOneThatComesAfterIt()
    {
        SpO2(800);
        Seconds(12);
        SpO2(970);
        _reading.Set(Vital.PulseRate, 1300, ReadingStatus.Valid);
        Seconds(20);
        AssertSignal(AlarmCondition.PulseRateHigh, High, Medium);
        Assert.AreEqual(
            2, int.PopCount(Signal.Raised), "the banner names what is true now, and that there is more");
        Press(Button.Acknowledge);
        AssertSignal(AlarmCondition.PulseRateHigh, Medium, None);
        Assert.AreEqual(1, int.PopCount(Signal.Raised));
    }

    [TestMethod]
    public void Acknowledged_IsSeenAndNotHeard_AndDoesNotLatch()
    {
        SpO2(800);
        Seconds(12);
        Press(Button.Acknowledge);
        AssertSignal(AlarmCondition.SpO2VeryLow, High, None);
        Assert.IsTrue(Signal.IsAcknowledged);
        SpO2(970);
        Seconds(7);
        AssertSignal(-1, None, None);
    }

    [TestMethod]
    public void AnotherAlarm_SoundsThoughTheFirstIsAcknowledged()
    {
        SpO2(880);
        Seconds(12);
        Press(Button.Acknowledge);
        _reading.Set(Vital.PulseRate, 1300, ReadingStatus.Valid);
        Seconds(12);
        AssertSignal(AlarmCondition.PulseRateHigh, Medium, Medium);
        Assert.AreEqual(2, int.PopCount(Signal.Raised));
    }

    [TestMethod]
    public void AcknowledgedAndStillTrue_RemindsAfterItsTime()
    {
        SpO2(880);
        Seconds(12);
        Press(Button.Acknowledge);
        Seconds((Annunciator.ReminderMs / 1000) - 1);
        Assert.AreEqual(None, Signal.SoundPriority);
        Seconds(1);
        AssertSignal(AlarmCondition.SpO2Low, Medium, Medium);
        Assert.AreEqual((AlarmStage.AudioReturned, AlarmCondition.SpO2Low), _steps[^1]);
    }

    [TestMethod]
    public void Pause_SilencesEverything_ShowsItself_AndEnds()
    {
        SpO2(880);
        Seconds(12);
        Press(Button.Silence);
        AssertSignal(AlarmCondition.SpO2Low, Medium, None);
        Assert.IsTrue(Signal.IsAudioPaused);
        Assert.AreEqual(Annunciator.AudioPauseMs, Signal.PauseLeftMs);
        Seconds((Annunciator.AudioPauseMs / 1000) - 1);
        Assert.AreEqual(None, Signal.SoundPriority);
        Seconds(1);
        AssertSignal(AlarmCondition.SpO2Low, Medium, Medium);
        Assert.IsFalse(Signal.IsAudioPaused);
    }

    [TestMethod]
    public void PauseButtonAgain_EndsThePause()
    {
        SpO2(880);
        Seconds(12);
        Press(Button.Silence);
        Press(Button.Silence);
        AssertSignal(AlarmCondition.SpO2Low, Medium, Medium);
    }

    [TestMethod]
    public void HighAlarm_BreaksThePause()
    {
        SpO2(880);
        Seconds(12);
        Press(Button.Silence);
        SpO2(800);
        Seconds(6);
        AssertSignal(AlarmCondition.SpO2VeryLow, High, High);
        Assert.IsFalse(Signal.IsAudioPaused);
    }

    [TestMethod]
    public void MediumAlarm_StaysSilentInThePause_AndSoundsAfterIt()
    {
        SpO2(880);
        Seconds(12);
        Press(Button.Silence);
        _reading.Set(Vital.PulseRate, 1300, ReadingStatus.Valid);
        Seconds(12);
        Assert.AreEqual(None, Signal.SoundPriority);
        Assert.AreEqual(2, int.PopCount(Signal.Raised));
        Seconds(Annunciator.AudioPauseMs / 1000);
        Assert.AreEqual(Medium, Signal.SoundPriority);
    }

    [TestMethod]
    public void ButtonsWithoutAnAlarm_SilenceNothingInAdvance()
    {
        Press(Button.Silence | Button.Acknowledge);
        Assert.IsFalse(Signal.IsAudioPaused);
        SpO2(880);
        Seconds(12);
        Assert.AreEqual(Medium, Signal.SoundPriority);
        CollectionAssert.AreEqual(new[] { (AlarmStage.Raised, AlarmCondition.SpO2Low) }, _steps);
    }

    [TestMethod]
    [DataRow(800, AlarmCondition.SpO2VeryLow, 6, Annunciator.UnattendedHighMs)]
    [DataRow(880, AlarmCondition.SpO2Low, 11, Annunciator.UnattendedMediumMs)]
    public void NobodyAnswers_SoundsAsHigh_AndSaysSoOnce(
        int spo2, int condition, int delaySeconds, int afterMs)
    {
        SpO2(spo2);
        Seconds(delaySeconds);
        Seconds((afterMs / 1000) - 1);
        Assert.IsFalse(Signal.IsUnattended);
        Seconds(1);
        Assert.IsTrue(Signal.IsUnattended);
        Assert.AreEqual(High, Signal.SoundPriority);
        Seconds(afterMs * 5 / 1000);
        Assert.AreEqual(1, _steps.Count(step => step == (AlarmStage.Unattended, condition)));
        Press(Button.Acknowledge);
        Assert.AreEqual(None, Signal.SoundPriority);
    }

    [TestMethod]
    public void LowAlarm_IsNeverEscalated_AndItsAcknowledgementLasts()
    {
        _reading.Set(Vital.PerfusionIndex, 20, ReadingStatus.Valid);
        Seconds(3600);
        AssertSignal(AlarmCondition.PerfusionLow, Low, Low);
        Press(Button.Acknowledge);
        Seconds(3600);
        AssertSignal(AlarmCondition.PerfusionLow, Low, None);
    }

    [TestMethod]
    public void RandomLife_SilenceAlwaysEnds_AndNothingHighGoesUnseen()
    {
        bool mayLatch = false;   // one bed for all seeds
        for (int seed = 1; seed <= 20; seed++)
        {
            var random = new Random(seed);
            int silentMs = 0;
            for (int second = 0; second < 20_000; second++)
            {
                if (random.Next(20) == 0)
                {
                    SpO2(random.Next(780, 1000));
                }

                _pressed = random.Next(60) == 0 ? random.Next(1, 8) : 0;
                bool isAcknowledged = (_pressed & Button.Acknowledge) != 0;
                Seconds(1);
                bool isHigh = _engine.HighestPriority == High;
                mayLatch = isHigh || (mayLatch && !isAcknowledged);
                bool isRed = Signal.LightPriority == High;
                Assert.IsTrue(isRed ? mayLatch : !isHigh, $"seed {seed}");
                silentMs = isHigh && Signal.SoundPriority == None ? silentMs + 1000 : 0;
                Assert.IsLessThanOrEqualTo(
                    Annunciator.ReminderMs + Annunciator.AudioPauseMs, silentMs, $"seed {seed}");
            }
        }
    }

    private void AssertSignal(int condition, byte light, byte sound)
    {
        Assert.AreEqual(condition, Signal.Condition, AlarmCondition.NameOf(Signal.Condition));
        Assert.AreEqual(light, Signal.LightPriority, "light");
        Assert.AreEqual(sound, Signal.SoundPriority, "sound");
    }

    private void SpO2(int tenths) => _reading.Set(Vital.SpO2, tenths, ReadingStatus.Valid);

    private void Press(int buttons)
    {
        _annunciator.Update(buttons, _nowMs);
        TakeSteps();
    }

    private void Seconds(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _nowMs += 1000;
            _reading.MonotonicMs = _nowMs;
            _engine.Update(_reading, 0);
            _annunciator.Update(_pressed, _nowMs);
            _pressed = 0;
            TakeSteps();
        }
    }

    private void TakeSteps()
    {
        var change = new AlarmChange();
        while (_changes.TryTake(change))
        {
            _steps.Add(((AlarmStage)change.Stage, change.Condition));
        }
    }
}
