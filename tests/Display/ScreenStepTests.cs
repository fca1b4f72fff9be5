// Goal: the screen draws what has changed, a little each step, and ends at the same picture by whatever way;
// method: its own pictures, and the pixels that the emulated panel has counted.

using Iot.Device.Ili9341;
using Pulsegate.Alarms;
using Pulsegate.Display;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Display;

[TestClass]
public sealed class ScreenStepTests : ScreenFixture
{
    [TestMethod]
    public void AfterAnyOtherPicture_ThePictureIsTheSame()
    {
        Draw(true);
        byte[] first = Lit.Look().Pixels;
        Alarm(AlarmCondition.SpO2VeryLow, 2);
        Reading.Set(Vital.SpO2, 708, ReadingStatus.Valid);
        Screen.PulseLevel = 3;
        Draw(false);
        Absent(ReadingStatus.Motion);
        Draw(false);
        Signal.Condition = -1;
        Signal.LightPriority = 0;
        Signal.Raised = 0;
        Reading.Set(Vital.SpO2, 968, ReadingStatus.Uncalibrated);
        Reading.Set(Vital.PulseRate, 724, ReadingStatus.Valid);
        Reading.Set(Vital.Quality, 95, ReadingStatus.Valid);
        Screen.PulseLevel = 60;
        Draw(true);
        CollectionAssert.AreEqual(first, Lit.Look().Pixels);
    }

    [TestMethod]
    public void SecondWithoutAChange_DrawsNothing_AndAllocatesNothing()
    {
        Draw(true);
        long pixels = Lit.Panel.PixelCount;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            Screen.Show(Reading, Signal, true);
            Screen.Step();
        }

        Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.AreEqual(pixels, Lit.Panel.PixelCount);
    }

    [TestMethod]
    public void OneStep_NeverSendsMoreThanItsBound()
    {
        for (int condition = -1; condition < AlarmCondition.Count; condition++)
        {
            Alarm(condition, 1);
            Screen.Show(Reading, Signal, true);
            for (int i = 0; i < 60; i++)
            {
                long before = Lit.Panel.PixelCount;
                Screen.Step();
                long most = (Ili9341.Width * Screen.FillRowCountMax) + (8 * Canvas.DigitHeight);
                Assert.IsLessThanOrEqualTo(most, Lit.Panel.PixelCount - before);
            }
        }
    }

    [TestMethod]
    public void PulseBar_FollowsTheWave_AndStandsEmptyWithoutARate()
    {
        Screen.Show(Reading, Signal, true);
        int lowest = 100, highest = 0;
        for (int i = 0; i < 100; i++)
        {
            Screen.TakePulse((int)(1000 * Math.Sin(i * 2 * Math.PI / 9)));
            lowest = i < 20 ? 100 : Math.Min(lowest, Screen.PulseLevel);
            highest = i < 20 ? 0 : Math.Max(highest, Screen.PulseLevel);
        }

        Assert.IsLessThanOrEqualTo(5, lowest);
        Assert.IsGreaterThanOrEqualTo(95, highest);
        Reading.SetStale(Vital.PulseRate, 724, 3000);
        Screen.Show(Reading, Signal, true);
        Screen.TakePulse(500);
        Assert.AreEqual(-1, Screen.PulseLevel);
    }
}
