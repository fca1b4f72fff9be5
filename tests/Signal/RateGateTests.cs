// Goal: a racing heart and a falling saturation are shown, a shaking hand is not. Method: seconds as the
// chain would hand them over, at the edges of what the pulse was before.

using Pulsegate.Signal;

namespace Pulsegate.Tests.Signal;

[TestClass]
public sealed class RateGateTests
{
    private const int Quality = 95, Swing = 200, Ratio = 600, Shape = 200, Uneven = 3;

    [TestMethod]
    [DataRow(Ratio, true, DisplayName = "red and infrared move as one: a racing heart")]
    [DataRow(0, false, DisplayName = "they do not: a hand that shakes")]
    public void AFastRateAllAtOnce_NeedsOneRatio(int ratio, bool isShown)
    {
        RateGate gate = Rested();
        bool isAdmitted = false;
        for (int second = 0; second < 40; second++)
        {
            isAdmitted |= gate.Admits(1500, Quality, Swing, ratio, Shape, Uneven, false);
        }

        Assert.AreEqual(isShown, isAdmitted);
    }

    [TestMethod]
    [DataRow(-1, true, DisplayName = "red has no pulse: a recording of one channel, or red too weak")]
    [DataRow(0, false, DisplayName = "red has one, at no ratio: a finger put on by a hand that shakes")]
    public void AFastRateWithoutARatio_IsShown_OnlyWhereRedHasNoPulse(int ratio, bool isShown)
    {
        var gate = new RateGate();
        bool isAdmitted = false;
        for (int second = 0; second < 10; second++)
        {
            isAdmitted |= gate.Admits(1500, Quality, Swing, ratio, Shape, Uneven, false);
        }

        Assert.AreEqual(isShown, isAdmitted);
    }

    // Recordings of one channel with motion mixed in: another rate than before was then the motion's.
    [TestMethod]
    [DataRow(-1, Swing * 2, Shape, Uneven, false, DisplayName = "one channel, more swing: a hand")]
    [DataRow(-1, Swing, Shape, Uneven + 9, false, DisplayName = "one channel, less even: a hand")]
    [DataRow(-1, Swing, Shape * 7 / 10, Uneven, true, DisplayName = "one channel, only less steep: a heart")]
    [DataRow(Ratio, Swing * 2, Shape, Uneven, true, DisplayName = "two channels, one ratio: a heart")]
    public void AnotherRateInOneChannel_NeedsTheUsualSwingAndEvenness(
        int ratio, int swing, int shape, int uneven, bool isShown)
    {
        RateGate gate = Rested(ratio);
        bool isAdmitted = false;
        for (int second = 0; second < 120; second++)
        {
            isAdmitted |= gate.Admits(1100, Quality, swing, ratio, shape, uneven, false);
        }

        Assert.AreEqual(isShown, isAdmitted);
    }

    [TestMethod]
    public void AnotherRateInOneChannel_IsShown_WhenTheHandRestsAgain()
    {
        RateGate gate = Rested(-1);
        for (int second = 0; second < 60; second++)
        {
            Assert.IsFalse(gate.Admits(1100, Quality, Swing * 2, -1, Shape, Uneven, false), $"{second} s");
        }

        bool isAdmitted = false;
        for (int second = 0; second < 10; second++)
        {
            isAdmitted |= gate.Admits(900, Quality, Swing, -1, Shape, Uneven, false);
        }

        Assert.IsTrue(isAdmitted);
    }

    [TestMethod]
    public void MotionOfMinutes_DoesNotMakeTheUsualRatioForgotten()
    {
        RateGate gate = Rested();
        for (int second = 0; second < 300; second++)
        {
            Assert.IsFalse(gate.Admits(1500, Quality, Swing * 8, 0, Shape, Uneven, false), $"{second} s");
        }
    }

    [TestMethod]
    [DataRow(750, Shape, Uneven, false, DisplayName = "the same pulse: its saturation has fallen")]
    [DataRow(750, Shape, Uneven + 4, true, DisplayName = "less even")]
    [DataRow(750, Shape * 85 / 100, Uneven, true, DisplayName = "less steep")]
    [DataRow(900, Shape, Uneven, true, DisplayName = "another rate")]
    public void AnotherRatioWithMoreSwing_IsMotion_UnlessThePulseIsTheSame(
        int rate, int shape, int uneven, bool isMotion)
    {
        RateGate gate = Rested();
        gate.Admits(rate, Quality, Swing * 3 / 2, Ratio * 3 / 2, shape, uneven, false);
        Assert.AreEqual(isMotion, gate.IsAgitated);
    }

    [TestMethod]
    [DataRow(Ratio, Uneven, false, DisplayName = "the same pulse: a hand that has warmed up")]
    [DataRow(Ratio, Uneven + 4, true, DisplayName = "less even")]
    [DataRow(Ratio * 3 / 2, Uneven, true, DisplayName = "at another ratio")]
    [DataRow(0, Uneven, true, DisplayName = "at no ratio")]
    public void SixTimesTheUsualSwing_IsMotion_UnlessPulseAndRatioAreTheSame(
        int ratio, int uneven, bool isMotion)
    {
        RateGate gate = Rested();
        gate.Admits(750, Quality, Swing * 6, ratio, Shape, uneven, false);
        Assert.AreEqual(isMotion, gate.IsAgitated);
    }

    [TestMethod]
    public void SecondsWithoutARatio_DoNotChangeTheUsualOne()
    {
        RateGate gate = Rested();
        for (int second = 0; second < 30; second++)
        {
            gate.Admits(750, Quality, Swing, 0, Shape, Uneven, false);
        }

        gate.Admits(750, Quality, Swing * 3 / 2, Ratio, Shape, Uneven + 4, false);
        Assert.IsFalse(gate.IsAgitated);
    }

    [TestMethod]
    public void WhatStaysSteadyOnlyWhileTheLightSwings_IsNotShownAsSoonAsTheSwingEnds()
    {
        // A hand that shakes for twelve seconds; its beats fill the window for some seconds more.
        RateGate gate = Rested();
        for (int second = 0; second < 12; second++)
        {
            Assert.IsFalse(gate.Admits(1600, Quality, Swing * 8, Ratio, Shape, Uneven, false));
            Assert.IsTrue(gate.IsAgitated);
        }

        for (int second = 0; second < 3; second++)
        {
            Assert.IsFalse(gate.Admits(1600, Quality, Swing, Ratio, Shape, Uneven, false));
            Assert.IsFalse(gate.IsAgitated);
        }
    }

    private static RateGate Rested(int ratio = Ratio)
    {
        var gate = new RateGate();
        for (int second = 0; second < 60; second++)
        {
            gate.Admits(750, Quality, Swing, ratio, Shape, Uneven, false);
        }

        return gate;
    }
}
