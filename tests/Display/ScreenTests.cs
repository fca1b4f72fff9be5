// Goal: the screen shows what it is told, and only that; method: the real screen and driver over the emulated
// panel, held against pictures that have been looked at.

using Pulsegate.Alarms;
using Pulsegate.Display;
using Pulsegate.Platform;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Display;

[TestClass]
public sealed class ScreenTests : ScreenFixture
{
    [TestMethod]
    public void Measuring() => AssertLooksLike("measuring", true);

    [TestMethod]
    public void NoFinger_ShowsNoNumber_AndWhatToDo()
    {
        Absent(ReadingStatus.NoFinger);
        AssertLooksLike("no-finger", true);
    }

    [TestMethod]
    public void WhereOneNumberIsMissing_TheBannerSaysWhatToDoForIt()
    {
        Draw(true);
        byte[] without = Banner();
        Reading.SetAbsent(Vital.SpO2, ReadingStatus.Motion);
        Draw(true);
        byte[] oxygen = Banner();
        CollectionAssert.AreNotEqual(without, oxygen);
        Absent(ReadingStatus.Motion);
        Draw(true);
        CollectionAssert.AreEqual(Banner(), oxygen);
    }

    [TestMethod]
    public void OldNumber_IsGrey_WithItsAge()
    {
        Reading.SetStale(Vital.SpO2, 968, 4000);
        Reading.SetStale(Vital.PulseRate, 724, 4000);
        Screen.PulseLevel = -1;
        AssertLooksLike("stale", true);
    }

    [TestMethod]
    public void HighAlarm_AmongOthers()
    {
        Reading.Set(Vital.SpO2, 817, ReadingStatus.Valid);
        Reading.Set(Vital.PulseRate, 1286, ReadingStatus.Valid);
        Alarm(AlarmCondition.SpO2VeryLow, 3);
        AssertLooksLike("high-alarm", true);
    }

    [TestMethod]
    public void MutedMediumAlarm_Offline_WithoutTime()
    {
        Lit.Clock.Quality = TimeQuality.Unsynced;
        Absent(ReadingStatus.NoFinger);
        Alarm(AlarmCondition.NoSignal, 1);
        Signal.IsAudioPaused = true;
        Signal.PauseLeftMs = 118_400;
        AssertLooksLike("muted", false);
    }

    [TestMethod]
    public void LatchedAlarm_IsThere_UntilItIsSeen()
    {
        Alarm(AlarmCondition.PulseRateVeryHigh, 0);
        Signal.IsLatched = true;
        AssertLooksLike("latched", true);
    }

    [TestMethod]
    public void LowAlarm_HundredPercent()
    {
        Reading.Set(Vital.SpO2, 998, ReadingStatus.Valid);
        Reading.SetAbsent(Vital.Temperature, ReadingStatus.SensorFault);
        Alarm(AlarmCondition.ProbeOff, 1);
        AssertLooksLike("low-alarm", true);
    }

    [TestMethod]
    public void EveryWord_FitsItsPlace()
    {
        for (int condition = 0; condition < AlarmCondition.Count; condition++)
        {
            Assert.IsLessThanOrEqualTo(AlarmText.TitleLengthMax, AlarmText.TitleOf(condition).Length);
            AssertFits(AlarmText.HintOf(condition));
        }

        foreach (ReadingStatus status in Enum.GetValues<ReadingStatus>())
        {
            AssertFits(StatusText.HintOf(status));
        }
    }

    private byte[] Banner()
    {
        byte[] pixels = Lit.Look().Pixels;
        return pixels[(pixels.Length * 176 / 240)..];
    }

    private static void AssertFits(string hint)
    {
        int length = 0, rows = 1;
        foreach (string word in hint.Split(' '))
        {
            bool isNext = length + word.Length > AlarmText.HintRowLength;
            rows += isNext ? 1 : 0;
            length = (isNext ? 0 : length) + word.Length + 1;
        }

        Assert.IsLessThanOrEqualTo(2, rows, hint);
    }
}
