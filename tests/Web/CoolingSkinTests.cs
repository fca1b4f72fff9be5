// Goal: a fever of the demo ends as one, not as a probe that came off. Method: the skin second by second through
// the firmware's own gate for temperatures, for either site of a probe.

using Pulsegate.Virtual;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Web;

[TestClass]
public sealed class CoolingSkinTests
{
    private const int Normal = 36_600, Fever = 39_900;

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void AFeverThatEnds_IsNeverAProbeThatCameOff_AndTheNumberComesBack(bool isOfSkin)
    {
        var gate = new TemperatureGate(isOfSkin);
        var skin = new CoolingSkin(Normal);
        Assert.AreEqual(ReadingStatus.Valid, Seconds(60, gate, skin));
        skin.Asked = Fever;
        Assert.AreEqual(Fever, skin.MilliCelsius);
        Assert.AreEqual(ReadingStatus.Valid, Seconds(60, gate, skin));
        skin.Asked = Normal;
        Assert.AreEqual(ReadingStatus.Valid, Seconds(180, gate, skin));
        Assert.AreEqual(Normal, skin.MilliCelsius);
        Assert.IsFalse(skin.Cool());
    }

    [TestMethod]
    public void AFeverThatComesBack_IsThereAtOnce()
    {
        var skin = new CoolingSkin(Normal) { Asked = Fever };
        skin.Asked = Normal;
        Assert.IsTrue(skin.Cool());
        Assert.AreEqual((Normal, Fever - 33), (skin.Asked, skin.MilliCelsius));
        skin.Asked = Fever;
        Assert.AreEqual(Fever, skin.MilliCelsius);
    }

    private static ReadingStatus Seconds(int count, TemperatureGate gate, CoolingSkin skin)
    {
        ReadingStatus status = ReadingStatus.NoFinger;
        for (int i = 0; i < count; i++)
        {
            skin.Cool();
            status = gate.Judge(skin.MilliCelsius / 10);
            Assert.AreNotEqual(ReadingStatus.NoFinger, status, $"second {i}");
        }

        return status;
    }
}
