// Goal: the device takes the backend's acknowledgement and no other. Method: round trips, each field forged,
// each byte flipped.

using System.Text;
using Pulsegate.Batch;
using Pulsegate.Ingest.Format;

namespace Pulsegate.Tests.Batch;

[TestClass]
public sealed class AcknowledgementTests
{
    private const ulong Epoch = 0xF123456700000001;
    private readonly Acknowledgement _acknowledgement = new();

    [TestMethod]
    public void EveryField_ComesThrough()
    {
        byte[] text = Write(TestKeys.Device, [(12, 12), (14, 20)], 5);
        Assert.IsTrue(TryParse(text));
        Assert.AreEqual(unchecked((long)Epoch), _acknowledgement.Epoch);
        Assert.AreEqual(10, _acknowledgement.Cumulative);
        Assert.AreEqual(2, _acknowledgement.RangeCount);
        Assert.AreEqual(14, _acknowledgement.RangeFirst[1]);
        Assert.AreEqual(20, _acknowledgement.RangeLast[1]);
        Assert.AreEqual(5, _acknowledgement.Credits);
        Assert.AreEqual(BatchSample.UtcMs, _acknowledgement.UtcMs);
    }

    [TestMethod]
    public void WithoutRangesAndCredits_SaysSo()
    {
        Assert.IsTrue(TryParse(Write(TestKeys.Device, [], -1)));
        Assert.AreEqual(0, _acknowledgement.RangeCount);
        Assert.AreEqual(-1, _acknowledgement.Credits);
    }

    [TestMethod]
    public void MoreThanEightRanges_AreCutToEight()
    {
        var ranges = Enumerable.Range(0, 12).Select(i => (20L + (3 * i), 21L + (3 * i))).ToList();
        Assert.IsTrue(TryParse(Write(TestKeys.Device, ranges, 1)));
        Assert.AreEqual(Acknowledgement.RangeCountMax, _acknowledgement.RangeCount);
    }

    [TestMethod]
    public void EveryFlippedByte_IsRefused()
    {
        byte[] text = Write(TestKeys.Device, [(12, 12), (14, 20)], 5);
        for (int i = 0; i < text.Length; i++)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                text[i] ^= (byte)(1 << bit);
                Assert.IsFalse(TryParse(text), $"byte {i} bit {bit}");
                Assert.AreEqual(0, _acknowledgement.RangeCount);
                text[i] ^= (byte)(1 << bit);
            }

            Assert.IsFalse(_acknowledgement.TryParse(text, i, TestKeys.Device, BatchSample.Keys),
                $"cut at {i}");
        }
    }

    [TestMethod]
    public void ForAnotherDevice_WithAnotherKey_OrWithTheUpKey_IsRefused()
    {
        Assert.IsFalse(TryParse(Write("pg-0002", [], 1)));
        Assert.IsFalse(TryParse(AcknowledgementWriter.Write(
            TestKeys.Device, 1, TestKeys.DownKey(2), Epoch, 10, [], 1, 0)));
        Assert.IsFalse(TryParse(AcknowledgementWriter.Write(
            TestKeys.Device, 1, TestKeys.UpKey(1), Epoch, 10, [], 1, 0)));
    }

    [TestMethod]
    public void RangesThatOverlapOrFall_AreRefused()
    {
        Assert.IsFalse(TryParse(Write(TestKeys.Device, [(10, 12)], 1)), "within the cumulative part");
        Assert.IsFalse(TryParse(Write(TestKeys.Device, [(12, 14), (14, 15)], 1)), "overlap");
        Assert.IsFalse(TryParse(Write(TestKeys.Device, [(14, 12)], 1)), "upside down");
    }

    [TestMethod]
    public void MutatedAndRandomInput_NeverThrows()
    {
        var random = new Random(3);
        byte[] good = Write(TestKeys.Device, [(12, 12), (14, 20)], 5);
        var anyMac = new AcceptAnyMac();
        for (int i = 0; i < 20_000; i++)
        {
            byte[] text = Fuzz.Mutate(random, good);
            _acknowledgement.TryParse(text, text.Length, TestKeys.Device, anyMac);
        }
    }

    private static byte[] Write(string device, IReadOnlyList<(long, long)> ranges, int credits)
        => AcknowledgementWriter.Write(device, 1, TestKeys.DownKey(1), Epoch, 10, ranges, credits,
            BatchSample.UtcMs);

    private bool TryParse(byte[] text)
        => _acknowledgement.TryParse(text, text.Length, TestKeys.Device, BatchSample.Keys);

    // Lets fuzzed payloads through the signature, so that the reader behind it is reached.
    private sealed class AcceptAnyMac : Pulsegate.Platform.ISigner
    {
        public byte KeyVersion => 1;

        public bool TrySign(byte[] message, int length, byte[] mac, int macOffset) => true;

        public bool TrySignWith(byte keyVersion, byte[] message, int length, byte[] mac, int macOffset)
            => true;

        public bool VerifyDown(byte keyVersion, byte[] message, int length, byte[] mac, int macOffset)
            => true;

        public bool IsEs256(byte keyVersion) => false;

        public bool TrySignEs256(
            byte keyVersion, byte[] message, int length, byte[] signature, int signatureOffset)
            => false;
    }
}
