// Goal: a silenced alarm never looks like none, and no signal never looks like all is well; method: engine,
// annunciator, beacon and screen second by second, light and pixels against those of a person who is well.

using Pulsegate.Alarms;
using Pulsegate.Platform;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Alarms;

[TestClass]
public class SilenceTests
{
    private const int WatchTicks = 210;   // longer than any pattern
    private readonly BedsideFace _face = new();
    private readonly Reading _reading = new();
    private readonly AlarmChanges _changes = new();
    private readonly AlarmEngine _engine;
    private readonly Annunciator _annunciator;
    private long _nowMs;
    private int _unitConditions;

    public SilenceTests()
    {
        _engine = new AlarmEngine(new AlarmLimits(), _changes);
        _annunciator = new Annunciator(_engine, _changes);
        SetNormal();
    }

    public static IEnumerable<object[]> Conditions => Enumerable.Range(0, AlarmCondition.Count)
        .Select(condition => new object[] { condition });

    public static IEnumerable<object[]> Reasons => Enum.GetValues<ReadingStatus>()
        .Where(status => status is not ReadingStatus.Valid and not ReadingStatus.Uncalibrated)
        .Select(status => new object[] { status });

    [TestMethod]
    [DynamicData(nameof(Conditions))]
    public void SilencedOrSeen_IsNotHeard_AndLooksTheSame(int condition)
    {
        Seconds(5);
        Look(out byte[] quietTop, out byte[] quietBanner);
        Begin(condition);
        (string colours, bool isHeard) = Look(out byte[] top, out byte[] banner);
        Assert.IsTrue(isHeard, "an alarm is heard");

        Press(Button.Silence);
        (string silenced, bool isHeardInPause) = Look(out byte[] silencedTop, out byte[] silencedBanner);
        Assert.IsFalse(isHeardInPause);
        Assert.AreEqual(colours, silenced);
        CollectionAssert.AreEqual(banner, silencedBanner);
        CollectionAssert.AreNotEqual(top, silencedTop, "the pause itself is to be seen");

        Press(Button.Silence);
        Press(Button.Acknowledge);
        (string seen, bool isHeardSeen) = Look(out _, out byte[] seenBanner);
        Assert.IsFalse(isHeardSeen);
        Assert.AreEqual(colours, seen);
        CollectionAssert.AreEqual(banner, seenBanner);
        CollectionAssert.AreNotEqual(quietBanner, seenBanner);
        Assert.AreNotEqual("green", seen);
        Assert.IsNotEmpty(quietTop);
    }

    [TestMethod]
    [DynamicData(nameof(Reasons))]
    public void NoNumber_IsNeverGreen_AndNeverThePictureOfSomebodyWell(ReadingStatus reason)
    {
        Seconds(5);
        Assert.AreEqual("green", Look(out byte[] wellTop, out byte[] wellBanner).Colours);
        for (int missing = 1; missing <= 3; missing++)
        {
            SetNormal();
            Seconds(60);
            Lose(Vital.SpO2, (missing & 1) != 0, reason);
            Lose(Vital.PulseRate, (missing & 2) != 0, reason);
            Seconds(1);
            Assert.AreEqual("blue", Look(out byte[] top, out _).Colours, "at once");
            CollectionAssert.AreNotEqual(wellTop, top);
            if (reason == ReadingStatus.Stale)
            {
                continue;   // gone after 10 s, and then for a reason
            }

            Seconds(30);
            Assert.AreEqual("yellow", Look(out _, out byte[] banner).Colours, "an alarm after its delay");
            CollectionAssert.AreNotEqual(wellBanner, banner);
        }
    }

    [TestMethod]
    public void AlarmThatLosesItsSignal_GoesOn()
    {
        _reading.Set(Vital.SpO2, 800, ReadingStatus.Valid);
        Seconds(20);
        Lose(Vital.SpO2, true, ReadingStatus.NoFinger);
        Lose(Vital.PulseRate, true, ReadingStatus.NoFinger);
        Seconds(3600);
        (string colours, bool isHeard) = Look(out _, out _);
        Assert.AreEqual("red", colours);
        Assert.IsTrue(isHeard);
        Assert.AreEqual(AlarmCondition.SpO2VeryLow, _annunciator.Signal.Condition);
    }

    [TestMethod]
    public void ButtonsPressedAllTheTime_SilenceNothingToCome()
    {
        for (int i = 0; i < 60; i++)
        {
            Press(Button.Silence);
            Press(Button.Acknowledge);
            Seconds(1);
        }

        Begin(AlarmCondition.SpO2VeryLow);
        Assert.IsTrue(Look(out _, out _).IsHeard);
    }

    private void Begin(int condition)
    {
        int vital = AlarmRules.VitalOf(condition);
        if (vital >= 0)
        {
            int step = AlarmRules.IsAbove(condition) ? 1 : -1;
            _reading.Set(vital, AlarmRules.DefaultLimitOf(condition) + step, ReadingStatus.Valid);
        }
        else
        {
            _unitConditions = 1 << condition;
        }

        Seconds(AlarmRules.DefaultDelaySecondsOf(condition) + 1);
        Assert.IsTrue(_engine.IsRaised(condition));
    }

    private void Lose(int vital, bool isLost, ReadingStatus reason)
    {
        if (isLost && reason == ReadingStatus.Stale)
        {
            _reading.SetStale(vital, _reading.Values[vital], 3000);
        }
        else if (isLost)
        {
            _reading.SetAbsent(vital, reason);
        }
    }

    // Virtual time stands still while the patterns of light and sound go round.
    private (string Colours, bool IsHeard) Look(out byte[] top, out byte[] banner)
    {
        _face.Show(_reading, _annunciator.Signal, true);
        _face.Draw();
        top = _face.Top();
        banner = _face.Banner();
        return _face.Watch(WatchTicks);
    }

    private void Press(int buttons) => _annunciator.Update(buttons, _nowMs);

    private void SetNormal() => NormalReading.PutInto(_reading);

    private void Seconds(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _nowMs += 1000;
            _reading.MonotonicMs = _nowMs;
            _engine.Update(_reading, _unitConditions);
            _annunciator.Update(0, _nowMs);
            _face.Show(_reading, _annunciator.Signal, true);
            _face.Watch(10);
        }
    }
}
