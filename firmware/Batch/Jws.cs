// JWS Compact Serialization (RFC 7515): header, payload and signature in base64url, with dots between. A
// header is written in one way, so that the text form of a record is the same bytes for as long as the
// record lives. With HS256 the signature is the MAC that seals the record in flash; with ES256
// (Es256Signer) it is made when the record is sent, and the header carries the beginning of the MAC, which
// the next record names.

using System;
using Pulsegate.Platform;
using Pulsegate.Store;

namespace Pulsegate.Batch;

/// <summary>JWS Compact (RFC 7515), HS256 and ES256. Allocates the arrays it returns and nothing else of
/// size.</summary>
public static class Jws
{
    /// <summary>Longest device id, in characters.</summary>
    public const int DeviceLengthMax = 32;

    /// <summary>What comes before the device id in every header.</summary>
    internal const string HeaderStart = "{\"alg\":\"HS256\",\"kid\":\"";

    /// <summary>What comes after the key version in the header of a message from a device.</summary>
    internal const string HeaderEnd = "\",\"typ\":\"pulsegate+jws\",\"cty\":\"application/cbor\"}";

    /// <summary>What comes after the key version in the header of an acknowledgement.</summary>
    internal const string AcknowledgementHeaderEnd =
        "\",\"typ\":\"pulsegate-ack+jws\",\"cty\":\"application/cbor\"}";

    /// <summary>What comes after the key version in the header of a command.</summary>
    internal const string CommandHeaderEnd =
        "\",\"typ\":\"pulsegate-cmd+jws\",\"cty\":\"application/cbor\"}";

    private const int Es256SignatureLength = 64;   // RFC 7518, 3.4

    private const string Es256HeaderStart = "{\"alg\":\"ES256\",\"kid\":\"";
    private const string SealStart = "\",\"typ\":\"pulsegate+jws\",\"cty\":\"application/cbor\",\"seal\":\"";
    private const string SealEnd = "\"}";

    /// <summary>The text form of a stored record as it is sent: the same bytes for as long as the record
    /// lives. Takes as long as <see cref="ISigner.TrySignEs256"/> where the record's key version has a key
    /// pair.</summary>
    /// <returns>Null when the signer cannot sign it.</returns>
    public static byte[] ToText(StoredRecord record, string device, ISigner signer)
    {
        if (!signer.IsEs256(record.KeyVersion))
        {
            return ToText(record, device);
        }

        string seal = Text(Encode(record.Mac, RecordHeader.PreviousMacLength));
        byte[] header = Encode(
            Es256HeaderStart + device + "." + record.KeyVersion.ToString() + SealStart + seal + SealEnd);
        return SignEs256(header, record.Payload, 0, record.PayloadLength, record.KeyVersion, signer);
    }

    /// <summary>The text form of a stored record under HS256: the same bytes for as long as the record
    /// lives.</summary>
    public static byte[] ToText(StoredRecord record, string device)
    {
        byte[] header = Header(device, record.KeyVersion);
        int inputLength = SigningInputLength(header, record.PayloadLength);
        var text = new byte[inputLength + 1 + Base64Url.EncodedLength(StoredRecord.MacLength)];
        int at = WriteSigningInput(header, record.Payload, 0, record.PayloadLength, text);
        text[at] = (byte)'.';
        Base64Url.Encode(record.Mac, 0, StoredRecord.MacLength, text, at + 1);
        return text;
    }

    /// <summary>Signs a payload that is not stored (health, status, live) with the current up key and gives
    /// its text form.</summary>
    /// <returns>Null when the payload has failed or the signer has no key.</returns>
    public static byte[] Seal(CborWriter payload, string device, ISigner signer)
    {
        if (payload.HasFailed)
        {
            return null;
        }

        // Read once: the version may change between two calls, and header and MAC must speak of the same.
        byte keyVersion = signer.KeyVersion;
        if (signer.IsEs256(keyVersion))
        {
            return SignEs256(
                Encode(Es256HeaderStart + device + "." + keyVersion.ToString() + HeaderEnd), payload.Buffer,
                payload.Start, payload.Length, keyVersion, signer);
        }

        byte[] header = Header(device, keyVersion);
        int inputLength = SigningInputLength(header, payload.Length);
        var text = new byte[inputLength + 1 + Base64Url.EncodedLength(StoredRecord.MacLength)];
        WriteSigningInput(header, payload.Buffer, payload.Start, payload.Length, text);
        var mac = new byte[StoredRecord.MacLength];
        if (!signer.TrySignWith(keyVersion, text, inputLength, mac, 0))
        {
            return null;
        }

        text[inputLength] = (byte)'.';
        Base64Url.Encode(mac, 0, mac.Length, text, inputLength + 1);
        return text;
    }

    /// <summary>The header of a message from a device under HS256, in base64url.</summary>
    public static byte[] Header(string device, byte keyVersion)
        => Encode(HeaderStart + device + "." + keyVersion.ToString() + HeaderEnd);

    /// <summary>Bytes of the signing input for a header (as <see cref="Header"/> gives it) and a payload
    /// length.</summary>
    public static int SigningInputLength(byte[] header, int payloadLength)
        => header.Length + 1 + Base64Url.EncodedLength(payloadLength);

    /// <summary>Writes what is signed: header, dot, payload in base64url, from the start of
    /// <paramref name="output"/>.</summary>
    /// <returns>Its length.</returns>
    public static int WriteSigningInput(byte[] header, byte[] payload, int offset, int length, byte[] output)
    {
        Array.Copy(header, 0, output, 0, header.Length);
        output[header.Length] = (byte)'.';
        return Base64Url.Encode(payload, offset, length, output, header.Length + 1);
    }

    private static byte[] SignEs256(
        byte[] header, byte[] payload, int offset, int length, byte keyVersion, ISigner signer)
    {
        int inputLength = SigningInputLength(header, length);
        var text = new byte[inputLength + 1 + Base64Url.EncodedLength(Es256SignatureLength)];
        WriteSigningInput(header, payload, offset, length, text);
        var signature = new byte[Es256SignatureLength];
        if (!signer.TrySignEs256(keyVersion, text, inputLength, signature, 0))
        {
            return null;
        }

        text[inputLength] = (byte)'.';
        Base64Url.Encode(signature, 0, signature.Length, text, inputLength + 1);
        return text;
    }

    private static byte[] Encode(string json)
    {
        var bytes = new byte[json.Length];
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)json[i];
        }

        return Encode(bytes, bytes.Length);
    }

    private static byte[] Encode(byte[] bytes, int length)
    {
        var encoded = new byte[Base64Url.EncodedLength(length)];
        Base64Url.Encode(bytes, 0, length, encoded, 0);
        return encoded;
    }

    private static string Text(byte[] ascii)
    {
        var characters = new char[ascii.Length];
        for (int i = 0; i < ascii.Length; i++)
        {
            characters[i] = (char)ascii[i];
        }

        return new string(characters);
    }
}
