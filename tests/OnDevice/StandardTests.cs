// Goal: what others must be able to read is what the standards say, on the device's own runtime. Method:
// published vectors of the CRC-32, of RFC 8949 and of RFC 4648.

using System.IO.Hashing;
using System.Text;
using nanoFramework.TestFramework;
using Pulsegate.Alarms;
using Pulsegate.Batch;
using Pulsegate.Diagnostics;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.OnDevice;

/// <summary>Published vectors.</summary>
[TestClass]
public class StandardTests
{
    /// <summary>The check value that every description of this CRC gives.</summary>
    [TestMethod]
    public static void Crc32_HasItsCheckValue()
    {
        var crc = new Crc32();
        crc.Append(Encoding.UTF8.GetBytes("123456789"));
        Assert.AreEqual("CBF43926", crc.GetCurrentHashAsUInt32().ToString("X8"));
    }

    /// <summary>RFC 8949, appendix A: integers.</summary>
    [TestMethod]
    public static void Cbor_WritesTheIntegersOfTheRfc()
    {
        long[] values = { 0, 23, 24, 1000, 1000000, 1000000000000, -1, -10, -100, -1000 };
        string[] expected =
        {
            "00", "17", "1818", "1903E8", "1A000F4240", "1B000000E8D4A51000", "20", "29", "3863", "3903E7",
        };
        for (int i = 0; i < values.Length; i++)
        {
            var writer = new CborWriter(new byte[16], 0, 16);
            writer.WriteInt(values[i]);
            Assert.AreEqual(expected[i], Hex(writer.Buffer, writer.Length));
        }
    }

    /// <summary>RFC 4648, section 10, without padding as RFC 7515 has it.</summary>
    [TestMethod]
    public static void Base64Url_IsThatOfTheRfc()
    {
        string[] plain = { "f", "fo", "foo", "foob", "fooba", "foobar" };
        string[] expected = { "Zg", "Zm8", "Zm9v", "Zm9vYg", "Zm9vYmE", "Zm9vYmFy" };
        for (int i = 0; i < plain.Length; i++)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(plain[i]);
            var text = new byte[16];
            int length = Base64Url.Encode(bytes, 0, bytes.Length, text, 0);
            Assert.AreEqual(expected[i], Encoding.UTF8.GetString(text, 0, length));
        }
    }

    /// <summary>CRC of the text by zlib.</summary>
    [TestMethod]
    public static void UnitLine_HasTheCrcOfZlib()
        => Assert.AreEqual(
            "#pg banner version=0.1.0 *64BC13AD",
                new UnitLine().Begin("banner").Add("version", "0.1.0").End());

    /// <summary>A low saturation that stays is an alarm after its delay, and none before.</summary>
    [TestMethod]
    public static void LowSaturation_IsAnAlarm_AfterItsDelay()
    {
        var limits = new AlarmLimits();
        var engine = new AlarmEngine(limits, new AlarmChanges());
        var reading = new Reading();
        int raisedAtSecond = -1;
        for (int second = 0; second < 60 && raisedAtSecond < 0; second++)
        {
            reading.MonotonicMs = second * 1000;
            reading.Set(Vital.SpO2, 700, ReadingStatus.Valid);
            reading.Set(Vital.PulseRate, 750, ReadingStatus.Valid);
            engine.Update(reading, 0);
            raisedAtSecond = engine.HighestPriority > 0 ? second : -1;
        }

        Assert.IsTrue(raisedAtSecond > 0, "raised at " + raisedAtSecond.ToString());
    }

    private static string Hex(byte[] bytes, int length)
    {
        string text = "";
        for (int i = 0; i < length; i++)
        {
            text += bytes[i].ToString("X2");
        }

        return text;
    }
}
