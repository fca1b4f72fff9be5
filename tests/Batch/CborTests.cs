// Goal: the CBOR subset is CBOR. Method: the examples of RFC 8949, appendix A, both ways; everything outside
// the subset is refused.

using Pulsegate.Batch;

namespace Pulsegate.Tests.Batch;

[TestClass]
public sealed class CborTests
{
    private readonly CborWriter _writer = new(new byte[64], 0, 64);
    private readonly CborReader _reader = new();

    [TestMethod]
    [DataRow(0L, "00")]
    [DataRow(1L, "01")]
    [DataRow(10L, "0a")]
    [DataRow(23L, "17")]
    [DataRow(24L, "1818")]
    [DataRow(25L, "1819")]
    [DataRow(100L, "1864")]
    [DataRow(1000L, "1903e8")]
    [DataRow(1000000L, "1a000f4240")]
    [DataRow(1000000000000L, "1b000000e8d4a51000")]
    [DataRow(-1L, "20")]
    [DataRow(-10L, "29")]
    [DataRow(-100L, "3863")]
    [DataRow(-1000L, "3903e7")]
    [DataRow(long.MinValue, "3b7fffffffffffffff")]
    [DataRow(long.MaxValue, "1b7fffffffffffffff")]
    public void Integers_AreTheAppendixAExamples_BothWays(long value, string hex)
    {
        _writer.WriteInt(value);
        Assert.AreEqual(hex, Written());
        Read(hex);
        Assert.IsTrue(_reader.TryReadInt(out long read));
        Assert.AreEqual(value, read);
        Assert.IsTrue(_reader.IsAtEnd);
        Read(hex);
        Assert.IsTrue(_reader.TrySkip() && _reader.IsAtEnd);
    }

    [TestMethod]
    public void UnsignedOf64Bits_IsRead_AndIsNoSignedInteger()
    {
        _writer.WriteUnsigned(18446744073709551615);
        Assert.AreEqual("1bffffffffffffffff", Written());
        Read("1bffffffffffffffff");
        Assert.IsTrue(_reader.TryReadUnsigned(out ulong value));
        Assert.AreEqual(ulong.MaxValue, value);
        Read("1bffffffffffffffff");
        Assert.IsFalse(_reader.TryReadInt(out _));
        Read("3bffffffffffffffff");
        Assert.IsFalse(_reader.TryReadInt(out _));
    }

    [TestMethod]
    public void StringsArraysMapsAndSimpleValues_AreTheAppendixAExamples()
    {
        AssertWrites("f4", w => w.WriteBool(false));
        AssertWrites("f5", w => w.WriteBool(true));
        AssertWrites("f6", w => w.WriteNull());
        AssertWrites("40", w => w.WriteBytes([], 0, 0));
        AssertWrites("4401020304", w => w.WriteBytes([9, 1, 2, 3, 4], 1, 4));
        AssertWrites("60", w => w.WriteText(""));
        AssertWrites("6449455446", w => w.WriteText("IETF"));
        AssertWrites("62225c", w => w.WriteText("\"\\"));
        AssertWrites("80", w => w.WriteArrayHead(0));
        AssertWrites("8301820203820405", w =>
        {
            w.WriteArrayHead(3);
            w.WriteInt(1);
            w.WriteArrayHead(2);
            w.WriteInt(2);
            w.WriteInt(3);
            w.WriteArrayHead(2);
            w.WriteInt(4);
            w.WriteInt(5);
        });
        AssertWrites("a0", w => w.WriteMapHead(0));
        AssertWrites("a201020304", w =>
        {
            w.OpenMap();
            w.Key(1);
            w.WriteInt(2);
            w.Key(3);
            w.WriteInt(4);
            w.CloseMap();
        });
        AssertWrites("98190102030405060708090a0b0c0d0e0f101112131415161718181819", w =>
        {
            w.WriteArrayHead(25);
            for (int i = 1; i <= 25; i++)
            {
                w.WriteInt(i);
            }
        });
    }

    [TestMethod]
    [DataRow("1817", DisplayName = "argument not in its shortest form, 1 byte")]
    [DataRow("1900ff", DisplayName = "argument not in its shortest form, 2 bytes")]
    [DataRow("1a0000ffff", DisplayName = "argument not in its shortest form, 4 bytes")]
    [DataRow("1b00000000ffffffff", DisplayName = "argument not in its shortest form, 8 bytes")]
    [DataRow("5f42010243030405ff", DisplayName = "indefinite byte string")]
    [DataRow("7f657374726561646d696e67ff", DisplayName = "indefinite text")]
    [DataRow("9fff", DisplayName = "indefinite array")]
    [DataRow("bf61610161629f0203ffff", DisplayName = "indefinite map")]
    [DataRow("c11a514b67b0", DisplayName = "tag")]
    [DataRow("f93c00", DisplayName = "half float")]
    [DataRow("fb3ff199999999999a", DisplayName = "double float")]
    [DataRow("f7", DisplayName = "undefined")]
    [DataRow("f0", DisplayName = "simple value 16")]
    [DataRow("1c", DisplayName = "reserved argument")]
    [DataRow("5affffffff00", DisplayName = "byte string longer than the input")]
    [DataRow("9b7fffffffffffffff", DisplayName = "array longer than the input")]
    [DataRow("818181818101", DisplayName = "nested deeper than allowed")]
    [DataRow("", DisplayName = "nothing")]
    [DataRow("19", DisplayName = "cut head")]
    public void WhatIsOutsideTheSubset_IsRefused(string hex)
    {
        Read(hex);
        Assert.IsFalse(_reader.TrySkip());
        Assert.IsTrue(_reader.HasFailed);
        Assert.IsFalse(_reader.TryReadInt(out _));
    }

    [TestMethod]
    public void BufferOfAnySize_IsNeverOverrun()
    {
        for (int size = 0; size < 40; size++)
        {
            var buffer = new byte[42];
            var writer = new CborWriter(buffer, 1, size);
            writer.OpenMap();
            writer.Key(1);
            writer.WriteText("twelve chars");
            writer.Key(30);
            writer.WriteBytes([1, 2, 3], 0, 3);
            writer.Key(31);
            writer.WriteInt(long.MinValue);
            writer.CloseMap();
            Assert.AreEqual(size < 32, writer.HasFailed, $"size {size}");
            Assert.AreEqual(0, buffer[0]);
            Assert.IsTrue(buffer.AsSpan(1 + size).IndexOfAnyExcept((byte)0) < 0);
        }
    }

    [TestMethod]
    public void KeysThatDoNotRise_AreAFailure()
    {
        _writer.OpenMap();
        _writer.Key(2);
        _writer.WriteInt(0);
        _writer.Key(2);
        Assert.IsTrue(_writer.HasFailed);
    }

    private void AssertWrites(string hex, Action<CborWriter> write)
    {
        _writer.Reset();
        write(_writer);
        Assert.IsFalse(_writer.HasFailed);
        Assert.AreEqual(hex, Written());
        Read(hex);
        Assert.IsTrue(_reader.TrySkip() && _reader.IsAtEnd);
    }

    private string Written()
        => Convert.ToHexStringLower(_writer.Buffer.AsSpan(_writer.Start, _writer.Length));

    private void Read(string hex)
    {
        byte[] bytes = Convert.FromHexString(hex);
        _reader.Reset(bytes, 0, bytes.Length);
    }
}
