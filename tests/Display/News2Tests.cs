// Goal: the points of NEWS2 at every edge of its bands, after rounding; method: the published chart (Royal
// College of Physicians, 2017), value by value around each edge.

using Pulsegate.Display;

namespace Pulsegate.Tests.Display;

[TestClass]
public class News2Tests
{
    [TestMethod]
    [DataRow(910, 3)]
    [DataRow(914, 3)]
    [DataRow(915, 2)]
    [DataRow(934, 2)]
    [DataRow(935, 1)]
    [DataRow(954, 1)]
    [DataRow(955, 0)]
    [DataRow(1000, 0)]
    public void SpO2_OnScale1(int tenths, int points) => Assert.AreEqual(points, News2.OfSpO2(tenths));

    [TestMethod]
    [DataRow(834, false, 3)]
    [DataRow(835, false, 2)]
    [DataRow(854, false, 2)]
    [DataRow(855, false, 1)]
    [DataRow(874, false, 1)]
    [DataRow(875, false, 0)]
    [DataRow(924, true, 0)]
    [DataRow(925, false, 0)]
    [DataRow(925, true, 1)]
    [DataRow(944, true, 1)]
    [DataRow(945, true, 2)]
    [DataRow(964, true, 2)]
    [DataRow(965, true, 3)]
    [DataRow(1000, false, 0)]
    [DataRow(830, true, 3)]
    public void SpO2_OnScale2(int tenths, bool isOnOxygen, int points)
    {
        Assert.AreEqual(points, News2.OfSpO2OnScale2(tenths, isOnOxygen));
    }

    [TestMethod]
    [DataRow(404, 3)]
    [DataRow(405, 1)]
    [DataRow(504, 1)]
    [DataRow(505, 0)]
    [DataRow(904, 0)]
    [DataRow(905, 1)]
    [DataRow(1104, 1)]
    [DataRow(1105, 2)]
    [DataRow(1304, 2)]
    [DataRow(1305, 3)]
    public void PulseRate(int tenths, int points) => Assert.AreEqual(points, News2.OfPulseRate(tenths));

    [TestMethod]
    [DataRow(3504, 3)]
    [DataRow(3505, 1)]
    [DataRow(3604, 1)]
    [DataRow(3605, 0)]
    [DataRow(3804, 0)]
    [DataRow(3805, 1)]
    [DataRow(3904, 1)]
    [DataRow(3905, 2)]
    public void Temperature(int hundredths, int points)
        => Assert.AreEqual(points, News2.OfTemperature(hundredths));
}
