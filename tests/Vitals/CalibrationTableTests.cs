// Goal: ratio to saturation is right, and refused where it must be. Method: the published polynomial in
// floating point, and the edges.

using Pulsegate.Vitals;

namespace Pulsegate.Tests.Vitals;

[TestClass]
public sealed class CalibrationTableTests
{
    [TestMethod]
    public void GenericTable_FollowsThePublishedPolynomial()
    {
        CalibrationTable table = CalibrationTable.CreateGeneric();
        for (int ratio = 340; ratio <= 1278; ratio++)
        {
            double r = ratio / 1000.0;
            double published = (-45.060 * r * r) + (30.354 * r) + 94.845;
            Assert.IsTrue(table.TryLookUp(ratio, out int spO2), $"ratio {ratio}");
            Assert.AreEqual(published * 10, spO2, 1.5, $"ratio {ratio}");
        }

        Assert.IsTrue(table.IsGeneric);
    }

    [TestMethod]
    [DataRow(int.MinValue)]
    [DataRow(0)]
    [DataRow(199)]
    [DataRow(1300)]
    [DataRow(int.MaxValue)]
    public void RatioOutsideTheTable_IsRefused(int ratio)
    {
        Assert.IsFalse(CalibrationTable.CreateGeneric().TryLookUp(ratio, out int spO2));
        Assert.AreEqual(0, spO2);
    }

    [TestMethod]
    public void SaturationBelowSixty_IsRefused()
    {
        CalibrationTable table = new(3, [400, 3000], [1000, 200]);
        Assert.IsTrue(table.TryLookUp(1700, out int spO2));
        Assert.AreEqual(600, spO2);
        Assert.IsFalse(table.TryLookUp(1705, out _));
    }

    [TestMethod]
    [DataRow(new[] { 400 }, new[] { 1000 })]
    [DataRow(new[] { 400, 400 }, new[] { 1000, 900 })]
    [DataRow(new[] { 400, 500 }, new[] { 900, 1000 })]
    [DataRow(new[] { 400, 500 }, new[] { 1001, 900 })]
    [DataRow(new[] { 0, 500 }, new[] { 1000, 900 })]
    [DataRow(new[] { 400, 500, 600 }, new[] { 1000, 900 })]
    public void TableThatIsNoCurve_IsRefused(int[] ratios, int[] saturations)
    {
        Assert.ThrowsExactly<ArgumentException>(() => new CalibrationTable(1, ratios, saturations));
    }
}
