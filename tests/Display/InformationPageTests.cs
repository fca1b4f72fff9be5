// Goal: the information page tells what the unit is and what is raised, and never stands before an alarm that
// begins; method: a picture that has been looked at, and the panel step by step.

using Pulsegate.Alarms;
using Pulsegate.Display;

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
}
