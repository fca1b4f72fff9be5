// Goal: every signature is the standard's, and every verifier takes it. Method: SHA-256 of FIPS 180-4, ECDSA
// of RFC 6979 (A.2.5) and of NIST's CAVP, .NET's SHA256 and ECDsa for thousands of random keys and messages,
// and a nonce generator written down from RFC 6979 with .NET's HMAC.

using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Pulsegate.Ingest.Format;
using Pulsegate.Signing;

namespace Pulsegate.Tests.Signing;

[TestClass]
public sealed class Es256Tests
{
    private const int RandomCount = 10_000;
    private const string Rfc6979Key = "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721";

    [TestMethod]
    [DataRow("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [DataRow("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [DataRow(
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")]
    [DataRow(
        "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
        "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1")]
    public void Sha256_OfTheStandardsExamples(string message, string expected)
    {
        Assert.AreEqual(expected, Convert.ToHexStringLower(Hash(Encoding.ASCII.GetBytes(message))));
    }

    [TestMethod]
    public void Sha256_OfAMillionCharacters_IsTheStandards()
    {
        byte[] message = [.. Enumerable.Repeat((byte)'a', 1_000_000)];
        Assert.AreEqual(
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
            Convert.ToHexStringLower(Hash(message)));
    }

    [TestMethod]
    public void Sha256_OfEveryLength_IsDotNets()
    {
        var random = new Random(1);
        for (int length = 0; length < 400; length++)
        {
            var message = new byte[length];
            random.NextBytes(message);
            CollectionAssert.AreEqual(SHA256.HashData(message), Hash(message), $"length {length}");
        }
    }

    [TestMethod]
    [DataRow(
        "sample", "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716",
        "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8")]
    [DataRow(
        "test", "F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367",
        "019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083")]
    public void Rfc6979_A25(string message, string r, string s)
    {
        var key = new Es256(Convert.FromHexString(Rfc6979Key));
        byte[] spare = [.. Encoding.ASCII.GetBytes(message), 1, 2, 3];
        var signature = new byte[70];
        Assert.IsTrue(key.TrySign(spare, message.Length, signature, 4));
        Assert.AreEqual("00000000" + r + s + "0000", Convert.ToHexString(signature));
    }

    [TestMethod]
    public void NistSigGen_AllFifteen()
    {
        string[] lines = File.ReadAllLines(Batch.ProjectFile.Find("tests/Signing/NistSigGen.txt"));
        Assert.HasCount(16, lines);
        foreach (string line in lines.Skip(1))
        {
            string[] values = line.Split(' ');
            long[] hash = CurveModel.Limbs(CurveModel.Mod(CurveModel.Hex(values[2]), CurveModel.N));
            var signature = new byte[64];
            Assert.IsTrue(new Es256(Convert.FromHexString(values[0])).TrySignWithNonce(
                hash, CurveModel.Limbs(CurveModel.Hex(values[1])), signature, 0));
            Assert.AreEqual(values[3] + values[4], Convert.ToHexStringLower(signature));
        }
    }

    [TestMethod]
    public void RandomOnes_VerifyInDotNet_AndNotWhenAltered() => SignAtRandom(RandomCount / 10, 7);

    [TestMethod]
    [TestCategory("Slow")]
    public void TenThousandRandomOnes_VerifyInDotNet_AndNotWhenAltered() => SignAtRandom(RandomCount, 9);

    [TestMethod]
    public void TheBackendsVerifier_TakesDotNetsSignatures_AndOurs()
    {
        var random = new Random(8);
        var ours = new byte[64];
        for (int i = 0; i < RandomCount / 10; i++)
        {
            using ECDsa pair = Pair(random, out byte[] privateKey);
            var message = new byte[random.Next(200)];
            random.NextBytes(message);
            var key = new PublicUpKey(pair.ExportSubjectPublicKeyInfo());
            Assert.IsTrue(key.Verify(message, pair.SignData(message, HashAlgorithmName.SHA256)));
            Assert.IsTrue(new Es256(privateKey).TrySign(message, message.Length, ours, 0));
            Assert.IsTrue(key.Verify(message, ours));
        }
    }

    [TestMethod]
    public void AHashAboveTheOrder_AndOneOfZero_AreSignedAsTheStandardSays()
    {
        foreach (BigInteger hash in new[]
            { 0, CurveModel.N, CurveModel.N + 1, BigInteger.Pow(2, 256) - 1, CurveModel.N - 1 })
        {
            BigInteger d = 5;
            BigInteger k = 7;
            BigInteger r = CurveModel.Mod(CurveModel.Multiply(k, CurveModel.G)!.Value.X, CurveModel.N);
            BigInteger s = CurveModel.Mod(
                BigInteger.ModPow(k, CurveModel.N - 2, CurveModel.N) * (hash + (r * d)), CurveModel.N);
            var signature = new byte[64];
            Assert.IsTrue(new Es256(Bytes(d)).TrySignWithNonce(
                CurveModel.Limbs(CurveModel.Mod(hash, CurveModel.N)), CurveModel.Limbs(k), signature, 0));
            CollectionAssert.AreEqual(Bytes(r).Concat(Bytes(s)).ToArray(), signature);
        }
    }

    [TestMethod]
    public void ASignatureWithAZeroInIt_IsNotMade()
    {
        // s = (hash + r d) / k is 0 for hash = -r d.
        BigInteger r = CurveModel.Mod(CurveModel.G.X, CurveModel.N);
        long[] hash = CurveModel.Limbs(CurveModel.Mod(-r * 5, CurveModel.N));
        Assert.IsFalse(new Es256(Bytes(5)).TrySignWithNonce(hash, CurveModel.Limbs(1), new byte[64], 0));
    }

    [TestMethod]
    public void Nonces_AreThoseOfRfc6979_AlsoTheSecondAndTheThird()
    {
        byte[] privateKey = Convert.FromHexString(Rfc6979Key);
        byte[] hash = SHA256.HashData("sample"u8);
        byte[] k = new byte[32];
        byte[] v = [.. Enumerable.Repeat((byte)1, 32)];
        foreach (byte mark in new byte[] { 0, 1 })
        {
            k = Hmac(k, [.. v, mark, .. privateKey, .. hash]);
            v = Hmac(k, v);
        }

        var nonce = new DeterministicNonce(privateKey);
        Assert.IsTrue(nonce.TryBegin(hash));
        long[] candidate = new long[9];
        for (int i = 0; i < 3; i++)
        {
            v = Hmac(k, v);
            nonce.Read(candidate);
            Assert.AreEqual(
                new BigInteger(v, isUnsigned: true, isBigEndian: true), CurveModel.Value(candidate));
            k = Hmac(k, [.. v, 0]);
            v = Hmac(k, v);
            Assert.IsTrue(nonce.TryNext());
        }
    }

    [TestMethod]
    public void OnlyOneToNLessOne_IsAPrivateKey()
    {
        Assert.IsFalse(Es256.IsPrivateKey(null));
        Assert.IsFalse(Es256.IsPrivateKey(new byte[31]));
        Assert.IsFalse(Es256.IsPrivateKey(new byte[33]));
        Assert.IsFalse(Es256.IsPrivateKey(Bytes(0)));
        Assert.IsTrue(Es256.IsPrivateKey(Bytes(1)));
        Assert.IsTrue(Es256.IsPrivateKey(Bytes(CurveModel.N - 1)));
        Assert.IsFalse(Es256.IsPrivateKey(Bytes(CurveModel.N)));
        Assert.IsFalse(Es256.IsPrivateKey(Bytes(CurveModel.N + 1)));
        Assert.IsFalse(Es256.IsPrivateKey(Bytes(BigInteger.Pow(2, 256) - 1)));
        Assert.ThrowsExactly<ArgumentException>(() => new Es256(Bytes(CurveModel.N)));
    }

    [TestMethod]
    public void TheKeysAtBothEnds_Sign()
    {
        foreach (BigInteger d in new[] { 1, 2, CurveModel.N - 2, CurveModel.N - 1 })
        {
            using var pair =
                ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = Bytes(d) });
            byte[] message = [1, 2, 3];
            var signature = new byte[64];
            Assert.IsTrue(new Es256(Bytes(d)).TrySign(message, 3, signature, 0));
            Assert.IsTrue(pair.VerifyData(message, signature, HashAlgorithmName.SHA256));
        }
    }

    private static void SignAtRandom(int count, int seed)
    {
        var random = new Random(seed);
        var signature = new byte[64];
        for (int i = 0; i < count; i++)
        {
            using ECDsa pair = Pair(random, out byte[] privateKey);
            var message = new byte[random.Next(200)];
            random.NextBytes(message);
            Assert.IsTrue(new Es256(privateKey).TrySign(message, message.Length, signature, 0));
            Assert.IsTrue(pair.VerifyData(message, signature, HashAlgorithmName.SHA256),
                Convert.ToHexString(privateKey));
            signature[random.Next(64)] ^= (byte)(1 << random.Next(8));
            Assert.IsFalse(pair.VerifyData(message, signature, HashAlgorithmName.SHA256));
        }
    }

    private static byte[] Hmac(byte[] key, byte[] input) => HMACSHA256.HashData(key, input);

    private static byte[] Hash(byte[] message)
    {
        var hash = new byte[32];
        new Sha256().Compute(message, message.Length, hash);
        return hash;
    }

    private static byte[] Bytes(BigInteger value)
    {
        byte[] number = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[32 - number.Length], .. number];
    }

    private static ECDsa Pair(Random random, out byte[] privateKey)
    {
        var bytes = new byte[40];
        random.NextBytes(bytes);
        privateKey = Bytes(1 + CurveModel.Mod(new BigInteger(bytes, isUnsigned: true), CurveModel.N - 1));
        return ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = privateKey });
    }
}
