// Goal: base64url and the JWS text are the standards'. Method: RFC 4648 section 10, RFC 7515 appendix A.1,
// and .NET's own base64url.

using System.Security.Cryptography;
using System.Text;
using Pulsegate.Batch;
using Pulsegate.Store;

namespace Pulsegate.Tests.Batch;

[TestClass]
public sealed class JwsTests
{
    [TestMethod]
    [DataRow("", "")]
    [DataRow("f", "Zg")]
    [DataRow("fo", "Zm8")]
    [DataRow("foo", "Zm9v")]
    [DataRow("foob", "Zm9vYg")]
    [DataRow("fooba", "Zm9vYmE")]
    [DataRow("foobar", "Zm9vYmFy")]
    public void Rfc4648Vectors_WithoutPadding_BothWays(string plain, string encoded)
    {
        var text = new byte[16];
        int end = Base64Url.Encode(Encoding.ASCII.GetBytes(plain), 0, plain.Length, text, 0);
        Assert.AreEqual(encoded, Encoding.ASCII.GetString(text, 0, end));
        Assert.AreEqual(Base64Url.EncodedLength(plain.Length), end);
        var decoded = new byte[16];
        int length = Base64Url.Decode(text, 0, end, decoded, 0);
        Assert.AreEqual(plain, Encoding.ASCII.GetString(decoded, 0, length));
    }

    [TestMethod]
    [DataRow("Zg==", DisplayName = "padding")]
    [DataRow("Zh", DisplayName = "unused bits set, one byte")]
    [DataRow("Zm9", DisplayName = "unused bits set, two bytes")]
    [DataRow("Z", DisplayName = "impossible length")]
    [DataRow("Zm+v", DisplayName = "plain alphabet, plus")]
    [DataRow("Zm/v", DisplayName = "plain alphabet, slash")]
    [DataRow("Zm v", DisplayName = "space")]
    public void OtherThanCanonicalBase64Url_IsRefused(string text)
        => Assert.AreEqual(-1,
            Base64Url.Decode(Encoding.ASCII.GetBytes(text), 0, text.Length, new byte[16], 0));

    [TestMethod]
    public void Rfc7515A1_HeaderPayloadAndMac_ComeOutAsPublished()
    {
        byte[] header = Encoding.ASCII.GetBytes("{\"typ\":\"JWT\",\r\n \"alg\":\"HS256\"}");
        byte[] payload = Encoding.ASCII.GetBytes(
            "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}");
        byte[] key = System.Buffers.Text.Base64Url.DecodeFromChars(
            "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow");
        var headerText = new byte[Base64Url.EncodedLength(header.Length)];
        Base64Url.Encode(header, 0, header.Length, headerText, 0);
        var input = new byte[Jws.SigningInputLength(headerText, payload.Length)];
        Assert.AreEqual(input.Length, Jws.WriteSigningInput(headerText, payload, 0, payload.Length, input));
        Assert.AreEqual(
            "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
            + "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
            + "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ",
            Encoding.ASCII.GetString(input));
        byte[] mac = HMACSHA256.HashData(key, input);
        var macText = new byte[43];
        Base64Url.Encode(mac, 0, 32, macText, 0);
        Assert.AreEqual("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", Encoding.ASCII.GetString(macText));
    }

    [TestMethod]
    public void Header_IsExactlyTheDocumentedOne()
    {
        byte[] header = Jws.Header("pg-0001", 12);
        Assert.AreEqual(
            "{\"alg\":\"HS256\",\"kid\":\"pg-0001.12\",\"typ\":\"pulsegate+jws\","
            + "\"cty\":\"application/cbor\"}",
            Encoding.ASCII.GetString(System.Buffers.Text.Base64Url.DecodeFromUtf8(header)));
    }

    [TestMethod]
    public void ToText_OfARecord_IsTheSameBytesAsSeal()
    {
        var keys = new TestKeys { KeyVersion = 2 };
        var writer = new CborWriter(new byte[64], 3, 61);
        writer.OpenMap();
        writer.Key(1);
        writer.WriteText("any payload");
        writer.CloseMap();
        byte[] text = Jws.Seal(writer, TestKeys.Device, keys);
        var record = new StoredRecord { KeyVersion = 2, PayloadLength = writer.Length };
        Array.Copy(writer.Buffer, writer.Start, record.Payload, 0, writer.Length);
        string macText = Encoding.ASCII.GetString(text).Split('.')[2];
        System.Buffers.Text.Base64Url.DecodeFromChars(macText).CopyTo(record.Mac, 0);
        CollectionAssert.AreEqual(text, Jws.ToText(record, TestKeys.Device));
    }
}
