// Goal: the information page tells what the unit is and what is raised, and never stands before an alarm that
// begins; method: a picture that has been looked at, and the panel step by step.

using Iot.Device.Ili9341;
using Pulsegate.Alarms;
using Pulsegate.Diagnostics;
using Pulsegate.Display;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Display;

[TestClass]
public sealed class InformationPageTests : ScreenFixture
{
    [TestMethod]
    public void InformationPage_TellsTheUnit_ItsPoints_AndWhatIsRaised_AboveTheBanner()
    {
        Alarm(AlarmCondition.PulseRateVeryHigh, 1);
        Signal.Raised |= (1 << AlarmCondition.NotConnected) | (1 << AlarmCondition.SpO2Low)
            | (1 << AlarmCondition.ProbeOff);
        Draw(false);
        Screen.ToggleInfo();
        AssertLooksLike("information", false);
    }

    [TestMethod]
    public void InformationPage_GoesByItself_AndByItsButton()
    {
        Draw(true);
        byte[] numbers = Lit.Look().Pixels;
        Screen.ToggleInfo();
        Draw(true);
        CollectionAssert.AreNotEqual(numbers, Lit.Look().Pixels);
        Screen.ToggleInfo();
        Draw(true);
        CollectionAssert.AreEqual(numbers, Lit.Look().Pixels);

        Screen.ToggleInfo();
        for (int i = 0; i < Screen.InfoStepCount - 1; i++)
        {
            Screen.Step();
            Assert.IsTrue(Screen.IsInfo);
        }

        Screen.Step();
        Assert.IsFalse(Screen.IsInfo);
        Draw(true);
        CollectionAssert.AreEqual(numbers, Lit.Look().Pixels);
    }

    [TestMethod]
    [DataRow(AlarmCondition.SpO2VeryLow, false)]
    [DataRow(AlarmCondition.NoSignal, false)]
    [DataRow(AlarmCondition.ProbeOff, true)]
    public void InformationPage_GivesWayToAnAlarmThatBegins(int condition, bool stays)
    {
        Draw(true);
        Screen.ToggleInfo();
        Draw(true);
        Alarm(condition, 1);
        Screen.Show(Reading, Signal, true);
        Assert.AreEqual(stays, Screen.IsInfo);
    }

    // What is told, and what has room: 26 glyphs a row, whole words, and dots where there are more.
    [TestMethod]
    [DataRow("FAILED thermometer", "FAILED thermometer")]
    [DataRow("FAILED oximeter,flash", "FAILED oximeter,flash")]
    [DataRow("FAILED oximeter,thermometer", "FAILED oximeter...")]
    [DataRow("FAILED thermometer,order", "FAILED thermometer...")]
    [DataRow("FAILED network,time,tls,backend", "FAILED network...")]
    [DataRow("FAILED flash,time,tls,backend", "FAILED flash,time...")]
    [DataRow("one-word-that-nobody-should-choose", "...")]
    public void SelfTest_IsToldInWholeWords(string told, string shown)
        => CollectionAssert.AreEqual(SelfTestRow(shown), SelfTestRow(told));

    [TestMethod]
    public void EveryNameOfASelfTest_FitsItsRow()
    {
        for (int item = 0; item < SelfTestItem.Count; item++)
        {
            string name = "FAILED " + SelfTestItem.NameOf(item);
            CollectionAssert.AreNotEqual(SelfTestRow(name), SelfTestRow(name[..^1]), name);
            CollectionAssert.AreNotEqual(SelfTestRow(name), SelfTestRow(name + ",more-than-there-is-room-for"));
        }
    }

    private static byte[] SelfTestRow(string told)
    {
        const int Top = 62, Height = 18, BytesPerRow = Ili9341.Width * 3;
        var lit = new LitPanel(new UnitFacts { SelfTest = told });
        lit.Screen.ToggleInfo();
        lit.Screen.Show(new Reading(), new AlarmSignal(), true);
        lit.Draw();
        return lit.Look().Pixels[(Top * BytesPerRow)..((Top + Height) * BytesPerRow)];
    }
}
