// Goal: the backend takes an ES256 message for what the unit signed and for nothing else. Method: one good
// record, then the bad signatures that Wycheproof collects (ecdsa_secp256r1_sha256_p1363: special values of r
// and s, other lengths, DER), algorithms and keys exchanged, headers made wrong and signed rightly, keys that
// are none.

using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Pulsegate.Batch;
using Pulsegate.Ingest;
using Pulsegate.Ingest.Format;
using Pulsegate.Platform;
using Pulsegate.Store;
using Pulsegate.Tests.Batch;
using Pulsegate.Tests.Ingest;
using Base64Url = System.Buffers.Text.Base64Url;

namespace Pulsegate.Tests.Signing;

[TestClass]
public sealed class Es256VerifierTests
{
    private const string Seal = "AQIDBAUGBwg";
    private readonly TestKeys _keys = new() { IsSigningWithEs256 = true };

    [TestMethod]
    public void ARecord_IsTaken_WithTheBeginningOfItsSeal_AndAlwaysTheSameBytes()
    {
        byte[] text = Text();
        VerifiedRecord record = Verified(text);
        CollectionAssert.AreEqual(new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 }, record.Mac);
        CollectionAssert.AreEqual(text, Text());
        string header = Encoding.ASCII.GetString(
            Base64Url.DecodeFromUtf8(text.AsSpan(0, Array.IndexOf(text, (byte)'.'))));
        Assert.AreEqual(Header("ES256", $",\"seal\":\"{Seal}\""), header);
    }

    [TestMethod]
    public void EveryFlippedBit_AndEveryCut_IsRefused()
    {
        byte[] text = Text();
        for (int i = 0; i < text.Length; i++)
        {
            text[i] ^= (byte)(1 << (i % 7));
            Assert.IsFalse(TryVerify(text, out _), $"byte {i}");
            text[i] ^= (byte)(1 << (i % 7));
            Assert.IsFalse(TryVerify(text[..i], out _), $"cut at {i}");
        }
    }

    [TestMethod]
    public void SpecialValuesOfRAndS_AreRefused()
    {
        BigInteger[] values =
        [
            0, 1, 2, CurveModel.N - 1, CurveModel.N, CurveModel.N + 1, CurveModel.P - 1, CurveModel.P,
            CurveModel.P + 1,
            CurveModel.P - CurveModel.N, BigInteger.Pow(2, 256) - 1, BigInteger.Pow(2, 255), CurveModel.G.X,
        ];
        foreach (BigInteger r in values)
        {
            foreach (BigInteger s in values)
            {
                Assert.IsFalse(
                    TryVerify(With([.. Bytes(r), .. Bytes(s)]), out string reason), $"{r:x} {s:x}");
                Assert.AreEqual("signature wrong", reason);
            }
        }
    }

    [TestMethod]
    public void AnAlteredRightSignature_IsRefused_AndItsOtherSIsTheOneExceptionThatEcdsaAllows()
    {
        byte[] right = Signature(Text());
        var r = new BigInteger(right.AsSpan(0, 32), isUnsigned: true, isBigEndian: true);
        var s = new BigInteger(right.AsSpan(32), isUnsigned: true, isBigEndian: true);
        Assert.IsFalse(TryVerify(With([.. Bytes(CurveModel.N - r), .. Bytes(s)]), out _), "-r");
        Assert.IsFalse(TryVerify(With([.. Bytes(s), .. Bytes(r)]), out _), "exchanged");
        Assert.IsFalse(TryVerify(With([.. Bytes(r), .. Bytes(0)]), out _));
        Assert.IsFalse(TryVerify(With([.. Bytes(0), .. Bytes(s)]), out _));
        Assert.IsFalse(TryVerify(With(new byte[64]), out _), "all zero");
        Assert.IsTrue(
            TryVerify(With([.. Bytes(r), .. Bytes(CurveModel.N - s)]), out _), "n - s: the same record");
    }

    [TestMethod]
    public void OtherLengths_AndDer_AreRefused()
    {
        byte[] right = Signature(Text());
        Assert.IsTrue(TryVerify(With(right), out _));
        Assert.IsFalse(TryVerify(With([]), out _));
        Assert.IsFalse(TryVerify(With(right[..63]), out _));
        Assert.IsFalse(TryVerify(With([.. right, 0]), out _));
        Assert.IsFalse(TryVerify(With([0, .. right]), out _));
        Assert.IsFalse(TryVerify(With([0, .. right[..32], 0, .. right[32..]]), out _), "33 and 33");
        Assert.IsFalse(TryVerify(With([.. right, .. right]), out _));
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteIntegerUnsigned(right.AsSpan(0, 32).TrimStart((byte)0));
            writer.WriteIntegerUnsigned(right.AsSpan(32).TrimStart((byte)0));
        }

        Assert.IsFalse(TryVerify(With(writer.Encode()), out _), "DER");
    }

    [TestMethod]
    public void TheAlgorithmOfTheMessage_IsNeverTakenForThatOfTheKey()
    {
        // The classic: an HMAC whose secret is the public key, as the file, the point and the text of it.
        byte[] info = TestKeys.PublicKeyInfo();
        byte[][] secrets =
            [info, info[^65..], info[^64..], Encoding.ASCII.GetBytes(Convert.ToBase64String(info)), []];
        foreach (byte[] secret in secrets)
        {
            string input = Part(Header("HS256", "")) + "." + Payload();
            byte[] mac = HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(input));
            Assert.IsFalse(TryVerify(
                Encoding.ASCII.GetBytes(input + "." + Base64Url.EncodeToString(mac)), out string reason));
            Assert.AreEqual("algorithm not of this key", reason);
        }

        // The other way: a key for HS256, and a message that says ES256.
        byte[] text = Text();
        _keys.IsSigningWithEs256 = false;
        Assert.IsFalse(TryVerify(text, out string why));
        Assert.AreEqual("algorithm not of this key", why);
    }

    [TestMethod]
    [DataRow("none", "")]
    [DataRow("ES384", "")]
    [DataRow("es256", "")]
    [DataRow("ES256K", "")]
    [DataRow("ES256", "")]   // a stored record without its seal
    [DataRow("ES256", ",\"seal\":\"\"")]
    [DataRow("ES256", ",\"seal\":\"AQIDBAUGBw\"")]
    [DataRow("ES256", ",\"seal\":\"AQIDBAUGBwgJ\"")]
    [DataRow("ES256", ",\"seal\":\"AQIDBAUGBwg=\"")]
    [DataRow("ES256", ",\"seal\":\"AQIDBAUGBwh\"")]   // spare bits not zero
    [DataRow("ES256", ",\"seal\":7")]
    [DataRow("ES256", ",\"seal\":\"AQIDBAUGBwg\",\"seal\":\"AQIDBAUGBwg\"")]
    [DataRow("ES256", ",\"seal\":\"AQIDBAUGBwg\",\"crit\":[\"seal\"]")]
    [DataRow("ES256", ",\"seal\":\"AQIDBAUGBwg\",\"jwk\":{}")]
    public void OtherHeaders_AreRefused_ThoughRightlySigned(string algorithm, string more)
    {
        Assert.IsFalse(TryVerify(Signed(Header(algorithm, more), Payload()), out string reason));
        Assert.AreNotEqual("signature wrong", reason);
    }

    [TestMethod]
    public void ASealedHeader_OnWhatIsNotStored_IsRefused_AndUnderHs256Too()
    {
        byte[] live = Jws.Seal(Status(), TestKeys.Device, _keys);
        Assert.IsTrue(TryVerify(live, out string reason), reason);
        string payload = Encoding.ASCII.GetString(live).Split('.')[1];
        Assert.IsFalse(TryVerify(Signed(Header("ES256", $",\"seal\":\"{Seal}\""), payload), out reason));
        Assert.AreEqual("seal missing or out of place", reason);

        _keys.IsSigningWithEs256 = false;
        string input = Part(Header("HS256", $",\"seal\":\"{Seal}\"")) + "." + Payload();
        byte[] mac = HMACSHA256.HashData(TestKeys.UpKey(1), Encoding.ASCII.GetBytes(input));
        Assert.IsFalse(
            TryVerify(Encoding.ASCII.GetBytes(input + "." + Base64Url.EncodeToString(mac)), out reason));
        Assert.AreEqual("seal not well formed", reason);
    }

    [TestMethod]
    public void APublicKey_OffTheCurve_OfAnotherCurve_OrCutShort_IsNone()
    {
        byte[] right = TestKeys.PublicKeyInfo();
        using var folder = new TemporaryFolder();
        Assert.IsTrue(Loads(folder, right, null));
        for (int bit = 0; bit < 8; bit++)
        {
            byte[] off = [.. right];
            off[^1] ^= (byte)(1 << bit);
            Assert.IsFalse(Loads(folder, off, null), "off the curve");
        }

        Assert.IsFalse(Loads(folder, [.. right[..^64], .. new byte[64]], null), "0, 0");
        int curveAt = right.AsSpan().IndexOf(new byte[] { 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03 });
        byte[] unknown = [.. right];
        unknown[curveAt + 2]--;
        Assert.IsFalse(Loads(folder, unknown, null), "a curve that nobody knows: found by ReaderFuzzTests");
        Assert.IsFalse(Loads(folder, right[..^1], null));
        Assert.IsFalse(Loads(folder, [.. right, 0], null));
        Assert.IsFalse(Loads(folder, right[^65..], null), "the point alone");
        Assert.IsFalse(Loads(folder, [], null));
        Assert.IsFalse(Loads(folder, right, new byte[32]), "two keys for one version");
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.IsFalse(Loads(folder, other.ExportSubjectPublicKeyInfo(), null));
        using var rsa = RSA.Create(2048);
        Assert.IsFalse(Loads(folder, rsa.ExportSubjectPublicKeyInfo(), null));
    }

    private static CborWriter Status()
    {
        var writer = new CborWriter(new byte[256], 0, 256);
        RecordHeader.WriteUnsequenced(
            writer, TestKeys.Device, 3, RecordKind.Status, 5000, TimeQuality.Synced, BatchSample.UtcMs);
        RecordBody.WriteStatus(writer, true, "0.1.0");
        writer.CloseMap();
        return writer;
    }

    private static bool Loads(TemporaryFolder folder, byte[] publicKey, byte[]? up)
    {
        string path = folder["keyring.json"];
        string entry = JsonSerializer.Serialize(new { version = 1, publicKey, up, down = new byte[32] });
        File.WriteAllText(path, $$"""{"format":1,"devices":[{"device":"pg-0001","keys":[{{entry}}]}]}""");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        try
        {
            return KeyringFile.Load(path).TryGetUpKey("pg-0001", 1, out UpKey? key) && key is PublicUpKey;
        }
        catch (KeyringException)
        {
            return false;
        }
    }

    private byte[] Text()
    {
        var record = new StoredRecord { Kind = RecordKind.Vitals, KeyVersion = 1 };
        byte[] payload = Base64Url.DecodeFromChars(Payload());
        payload.CopyTo(record.Payload, 0);
        record.PayloadLength = payload.Length;
        for (byte i = 0; i < StoredRecord.MacLength; i++)
        {
            record.Mac[i] = (byte)(i + 1);
        }

        return Jws.ToText(record, TestKeys.Device, _keys);
    }

    private static string Payload()
        => Encoding.ASCII.GetString(BatchSample.Vitals(BatchSample.Encoder(1, 60))).Split('.')[1];

    private static string Header(string algorithm, string more)
        => $"{{\"alg\":\"{algorithm}\",\"kid\":\"pg-0001.1\",\"typ\":\"pulsegate+jws\",\"cty\":\"application/cbor\"{more}}}";

    private static string Part(string header) => Base64Url.EncodeToString(Encoding.ASCII.GetBytes(header));

    private static byte[] Signed(string header, string payload)
    {
        using var pair = ECDsa.Create(
            new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = TestKeys.PrivateKey });
        string input = Part(header) + "." + payload;
        byte[] signature = pair.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256);
        return Encoding.ASCII.GetBytes(input + "." + Base64Url.EncodeToString(signature));
    }

    private byte[] With(byte[] signature)
    {
        string[] parts = Encoding.ASCII.GetString(Text()).Split('.');
        return Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}.{Base64Url.EncodeToString(signature)}");
    }

    private static byte[] Signature(byte[] text)
        => Base64Url.DecodeFromChars(Encoding.ASCII.GetString(text).Split('.')[2]);

    private static byte[] Bytes(BigInteger value)
    {
        byte[] number = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[32 - number.Length], .. number];
    }

    private VerifiedRecord Verified(byte[] text)
    {
        Assert.IsTrue(
            new BatchVerifier(_keys)
                .TryVerify(text, TestKeys.Device, "vitals", out VerifiedRecord? record, out string reason),
            reason);
        return record!;
    }

    private bool TryVerify(byte[] text, out string reason)
        => new BatchVerifier(_keys).TryVerify(text, TestKeys.Device, null, out _, out reason);
}
