// What is said of an identity file on the USB port: a keyed digest under a key that everybody knows. It tells
// a file from any other, and nothing of what is in it: a private key cannot be found from it.

using System.Text;
using Pulsegate.Platform;

namespace Pulsegate.Diagnostics;

/// <summary>Digests of small files.</summary>
public static class FileDigest
{
    /// <summary>The key: 32 characters, no secret.</summary>
    public const string PublicKey = "pulsegate file digest public key";

    /// <summary>Longest file that is looked at, in bytes.</summary>
    public const int FileLengthMax = 8192;

    /// <summary>Bytes of the HMAC-SHA256 that are given, two hexadecimal digits each.</summary>
    public const int ByteCount = 8;

    private const int MacLength = 32;

    /// <summary>The key as bytes, to make the signer with.</summary>
    public static byte[] Key => Encoding.UTF8.GetBytes(PublicKey);

    /// <summary>The digest of a file. Blocks for the flash.</summary>
    /// <param name="storage">Its folder.</param>
    /// <param name="name">Its name.</param>
    /// <param name="signer">Signs with <see cref="Key"/>.</param>
    /// <returns>Hexadecimal digits; empty when the file is missing, too long or cannot be read.</returns>
    public static string Of(IStorage storage, string name, ISigner signer)
    {
        int length = storage.Length(name);
        if (length < 0 || length > FileLengthMax)
        {
            return "";
        }

        var bytes = new byte[length];
        var mac = new byte[MacLength];
        if (storage.Read(name, 0, bytes, 0, length) != length || !signer.TrySign(bytes, length, mac, 0))
        {
            return "";
        }

        string text = "";
        for (int i = 0; i < ByteCount; i++)
        {
            text += mac[i].ToString("X2");
        }

        return text;
    }
}
