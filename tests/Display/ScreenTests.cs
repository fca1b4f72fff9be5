// Goal: the screen shows what it is told, and only that; method: the real screen and driver over the emulated
// panel, held against pictures that have been looked at.

using System.Device.Gpio;
using System.Device.Spi;
using Iot.Device.Ili9341;
using Iot.Device.Ili9341.Emulator;
using Pulsegate.Alarms;
using Pulsegate.Display;
using Pulsegate.Emulation;
using Pulsegate.Platform;
using Pulsegate.Virtual.Display;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Display;

[TestClass]
[DoNotParallelize]
public class ScreenTests
{
    private const int BusId = 250, Pin = 1000;
    private readonly Ili9341Panel _panel = new(Pin);
    private readonly SetClock _clock = new();
    private readonly Screen _screen;
    private readonly Reading _reading = new();
    private readonly AlarmSignal _signal = new();

    public ScreenTests()
    {
        EmulatedSpiBuses.Register(BusId, _panel);
        var driver = new Ili9341(
            SpiDevice.Create(new SpiConnectionSettings(BusId, 1)),
            new GpioController().OpenPin(Pin, PinMode.Output),
            Ili9341Orientation.Landscape);
        driver.Reset();
        driver.Wake();
        driver.Show();
        _screen = new Screen(
            new Canvas(driver), _clock, 60,
            new UnitFacts { Device = "ward-a", Version = "0.3.0", SelfTest = "passed" });
        _reading.Set(Vital.SpO2, 968, ReadingStatus.Uncalibrated);
        _reading.Set(Vital.PulseRate, 724, ReadingStatus.Valid);
        _reading.Set(Vital.PerfusionIndex, 200, ReadingStatus.Valid);
        _reading.Set(Vital.Quality, 95, ReadingStatus.Valid);
        _reading.Set(Vital.Temperature, 3664, ReadingStatus.Valid);
        _screen.PulseLevel = 60;
    }

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void Measuring() => AssertLooksLike("measuring", true);

    [TestMethod]
    public void NoFinger_ShowsNoNumber_AndWhatToDo()
    {
        Absent(ReadingStatus.NoFinger);
        AssertLooksLike("no-finger", true);
    }

    [TestMethod]
    public void OldNumber_IsGrey_WithItsAge()
    {
        _reading.SetStale(Vital.SpO2, 968, 4000);
        _reading.SetStale(Vital.PulseRate, 724, 4000);
        _screen.PulseLevel = -1;
        AssertLooksLike("stale", true);
    }

    [TestMethod]
    public void HighAlarm_AmongOthers()
    {
        _reading.Set(Vital.SpO2, 817, ReadingStatus.Valid);
        _reading.Set(Vital.PulseRate, 1286, ReadingStatus.Valid);
        Alarm(AlarmCondition.SpO2VeryLow, 3);
        AssertLooksLike("high-alarm", true);
    }

    [TestMethod]
    public void MutedMediumAlarm_Offline_WithoutTime()
    {
        _clock.Quality = TimeQuality.Unsynced;
        Absent(ReadingStatus.NoFinger);
        Alarm(AlarmCondition.NoSignal, 1);
        _signal.IsAudioPaused = true;
        _signal.PauseLeftMs = 118_400;
        AssertLooksLike("muted", false);
    }

    [TestMethod]
    public void LatchedAlarm_IsThere_UntilItIsSeen()
    {
        Alarm(AlarmCondition.PulseRateVeryHigh, 0);
        _signal.IsLatched = true;
        AssertLooksLike("latched", true);
    }

    [TestMethod]
    public void LowAlarm_HundredPercent()
    {
        _reading.Set(Vital.SpO2, 998, ReadingStatus.Valid);
        _reading.SetAbsent(Vital.Temperature, ReadingStatus.SensorFault);
        Alarm(AlarmCondition.ProbeOff, 1);
        AssertLooksLike("low-alarm", true);
    }

    [TestMethod]
    public void AfterAnyOtherPicture_ThePictureIsTheSame()
    {
        Draw(true);
        byte[] first = Picture.Of(_panel).Pixels;
        Alarm(AlarmCondition.SpO2VeryLow, 2);
        _reading.Set(Vital.SpO2, 708, ReadingStatus.Valid);
        _screen.PulseLevel = 3;
        Draw(false);
        Absent(ReadingStatus.Motion);
        Draw(false);
        _signal.Condition = -1;
        _signal.LightPriority = 0;
        _signal.Raised = 0;
        _reading.Set(Vital.SpO2, 968, ReadingStatus.Uncalibrated);
        _reading.Set(Vital.PulseRate, 724, ReadingStatus.Valid);
        _reading.Set(Vital.Quality, 95, ReadingStatus.Valid);
        _screen.PulseLevel = 60;
        Draw(true);
        CollectionAssert.AreEqual(first, Picture.Of(_panel).Pixels);
    }

    [TestMethod]
    public void SecondWithoutAChange_DrawsNothing_AndAllocatesNothing()
    {
        Draw(true);
        long pixels = _panel.PixelCount;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            _screen.Show(_reading, _signal, true);
            _screen.Step();
        }

        Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.AreEqual(pixels, _panel.PixelCount);
    }

    [TestMethod]
    public void OneStep_NeverSendsMoreThanItsBound()
    {
        for (int condition = -1; condition < AlarmCondition.Count; condition++)
        {
            Alarm(condition, 1);
            _screen.Show(_reading, _signal, true);
            for (int i = 0; i < 60; i++)
            {
                long before = _panel.PixelCount;
                _screen.Step();
                long most = (Ili9341.Width * Screen.FillRowCountMax) + (8 * Canvas.DigitHeight);
                Assert.IsLessThanOrEqualTo(most, _panel.PixelCount - before);
            }
        }
    }

    [TestMethod]
    public void InformationPage_TellsTheUnit_ItsPoints_AndWhatIsRaised_AboveTheBanner()
    {
        Alarm(AlarmCondition.PulseRateVeryHigh, 1);
        _signal.Raised |= (1 << AlarmCondition.NotConnected) | (1 << AlarmCondition.SpO2Low)
            | (1 << AlarmCondition.ProbeOff);
        Draw(false);
        _screen.ToggleInfo();
        AssertLooksLike("information", false);
    }

    [TestMethod]
    public void InformationPage_GoesByItself_AndByItsButton()
    {
        Draw(true);
        byte[] numbers = Picture.Of(_panel).Pixels;
        _screen.ToggleInfo();
        Draw(true);
        CollectionAssert.AreNotEqual(numbers, Picture.Of(_panel).Pixels);
        _screen.ToggleInfo();
        Draw(true);
        CollectionAssert.AreEqual(numbers, Picture.Of(_panel).Pixels);

        _screen.ToggleInfo();
        for (int i = 0; i < Screen.InfoStepCount - 1; i++)
        {
            _screen.Step();
            Assert.IsTrue(_screen.IsInfo);
        }

        _screen.Step();
        Assert.IsFalse(_screen.IsInfo);
        Draw(true);
        CollectionAssert.AreEqual(numbers, Picture.Of(_panel).Pixels);
    }

    [TestMethod]
    [DataRow(AlarmCondition.SpO2VeryLow, false)]
    [DataRow(AlarmCondition.NoSignal, false)]
    [DataRow(AlarmCondition.ProbeOff, true)]
    public void InformationPage_GivesWayToAnAlarmThatBegins(int condition, bool stays)
    {
        Draw(true);
        _screen.ToggleInfo();
        Draw(true);
        Alarm(condition, 1);
        _screen.Show(_reading, _signal, true);
        Assert.AreEqual(stays, _screen.IsInfo);
    }

    [TestMethod]
    public void PulseBar_FollowsTheWave_AndStandsEmptyWithoutARate()
    {
        _screen.Show(_reading, _signal, true);
        int lowest = 100, highest = 0;
        for (int i = 0; i < 100; i++)
        {
            _screen.TakePulse((int)(1000 * Math.Sin(i * 2 * Math.PI / 9)));
            lowest = i < 20 ? 100 : Math.Min(lowest, _screen.PulseLevel);
            highest = i < 20 ? 0 : Math.Max(highest, _screen.PulseLevel);
        }

        Assert.IsLessThanOrEqualTo(5, lowest);
        Assert.IsGreaterThanOrEqualTo(95, highest);
        _reading.SetStale(Vital.PulseRate, 724, 3000);
        _screen.Show(_reading, _signal, true);
        _screen.TakePulse(500);
        Assert.AreEqual(-1, _screen.PulseLevel);
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

    private void Absent(ReadingStatus reason)
    {
        _reading.SetAbsent(Vital.SpO2, reason);
        _reading.SetAbsent(Vital.PulseRate, reason);
        _reading.SetAbsent(Vital.Quality, reason);
        _screen.PulseLevel = -1;
    }

    private void Alarm(int condition, int raisedCount)
    {
        _signal.Condition = condition;
        _signal.Raised = condition < 0 ? 0 : 1 << condition;
        for (int other = 0; int.PopCount(_signal.Raised) < raisedCount; other++)
        {
            _signal.Raised |= 1 << other;
        }

        _signal.LightPriority = condition < 0 ? (byte)0 : AlarmRules.PriorityOf(condition);
    }

    private void Draw(bool isConnected)
    {
        _screen.Show(_reading, _signal, isConnected);
        for (int i = 0; i < 200 && !_screen.IsDrawn; i++)
        {
            _screen.Step();
        }

        Assert.IsTrue(_screen.IsDrawn);
        Assert.AreEqual(0, _panel.MistakeCount);
    }

    // PULSEGATE_GOLDEN names a folder to write new pictures to, for somebody to look at.
    private void AssertLooksLike(string name, bool isConnected)
    {
        Draw(isConnected);
        Picture picture = Picture.Of(_panel);
        if (Environment.GetEnvironmentVariable("PULSEGATE_GOLDEN") is { Length: > 0 } folder)
        {
            File.WriteAllBytes(Path.Combine(folder, name + ".png"), picture.ToPng());
        }

        byte[] golden = File.ReadAllBytes(
            Pulsegate.Tests.Surface.SurfaceCompiler.RepositoryPath($"tests/Display/{name}.png"));
        CollectionAssert.AreEqual(
            Picture.FromPng(golden).Pixels, picture.Pixels, $"not as in tests/Display/{name}.png");
    }

    private sealed class SetClock : IClock
    {
        public long MonotonicMs => 0;

        public long UtcMs => 1_790_000_000_000;

        public TimeQuality Quality { get; set; } = TimeQuality.Synced;
    }
}
