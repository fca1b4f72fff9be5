// Goal: a unit's lines are believed whole or not at all, and carry nothing that could be mistaken; method:
// zlib's published check value for the CRC, the firmware's writer against the host's reader, and every
// damaged byte.

using Pulsegate.Diagnostics;
using Pulsegate.Field.Lines;

namespace Pulsegate.Tests.Field;

[TestClass]
public sealed class UnitLineTests
{
    [TestMethod]
    public void Line_IsAsDocumented()
    {
        // CRC-32 of "#pg banner version=0.1.0" by Python's zlib.crc32.
        Assert.AreEqual(
            "#pg banner version=0.1.0 *64BC13AD",
            new UnitLine().Begin("banner").Add("version", "0.1.0").End());
    }

    [TestMethod]
    public void TextThatMeansSomething_IsMadeHarmless()
    {
        string line = new UnitLine().Begin("log").Add("text", "a=b *00\r\n#pg x\u00e9").Add("number", -5)
            .End();
        UnitLineText read = UnitLineText.Parse(line)!;
        Assert.AreEqual("a_b__00__#pg_x_", read.Text("text"));
        Assert.AreEqual(-5, read.Number("number"));
        Assert.AreEqual(96, UnitLineText.Parse(
            new UnitLine().Begin("log").Add("text", new string('x', 500)).End())!.Text("text").Length);
    }

    [TestMethod]
    public void DamagedLine_IsNotBelieved_WhereverItIsDamaged()
    {
        string line = new UnitLine().Begin("vitals").Add("spo2", 970).Add("spo2Status", 0).End();
        for (int at = 0; at < line.Length; at++)
        {
            foreach (char c in "0x= *#\0")
            {
                string damaged = line[..at] + c + line[(at + 1)..];
                Assert.IsTrue(damaged == line || UnitLineText.Parse(damaged) is null, damaged);
            }

            Assert.IsNull(UnitLineText.Parse(line[..at]));
        }

        Assert.IsNotNull(UnitLineText.Parse("boot noise " + line + "\r"));
    }

    [TestMethod]
    public void Assembler_GivesUpALineThatNeverEnds_AndReadsTheNext()
    {
        var assembler = new LineAssembler();
        for (int i = 0; i < 100_000; i++)
        {
            Assert.IsNull(assembler.Append((byte)'x'));
        }

        Assert.IsNull(assembler.Append((byte)'\n'));
        Assert.IsNull(assembler.Append((byte)'a'));
        Assert.AreEqual("a", assembler.Append((byte)'\n'));
    }
}
