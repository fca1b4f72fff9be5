// What an update says it is: one line, signed for one unit under its wrapping key.
//   pulsegate-update-1 <version> <board> <length> <digest> <key version> <MAC>
// Digest: HMAC-SHA256 of the image under the public key of FileDigest. MAC: HMAC-SHA256 of all before its
// blank. Both are 64 hexadecimal digits. The first word keeps it apart from everything else that the key
// signs.

using System.Text;
using Pulsegate.Platform;

namespace Pulsegate.Update;

/// <summary>A manifest that was believed.</summary>
public sealed class UpdateManifest
{
    /// <summary>First word.</summary>
    public const string Mark = "pulsegate-update-1";

    /// <summary>Longest manifest, in bytes.</summary>
    public const int LengthMax = 512;

    /// <summary>Longest image, in bytes: it must fit into RAM beside the running program.</summary>
    public const int ImageLengthMax = 262144;

    /// <summary>Highest number in a version.</summary>
    public const int VersionPartMax = 999;

    private const int MacLength = 32;

    private UpdateManifest()
    {
    }

    /// <summary>Version as a rising number, see <see cref="NumberOf"/>.</summary>
    public int Number { get; private set; }

    /// <summary>Length of the image, in bytes.</summary>
    public int ImageLength { get; private set; }

    /// <summary>Digest of the image.</summary>
    public string Digest { get; private set; }

    /// <summary>Reads a manifest and believes it when it is signed for this unit and made for this
    /// board.</summary>
    /// <returns>Null otherwise.</returns>
    public static UpdateManifest Read(byte[] bytes, ISigner signer, string board)
    {
        string[] words = Encoding.UTF8.GetString(bytes, 0, bytes.Length).Split(' ');
        if (words.Length != 7 || words[0] != Mark || words[2] != board || words[6].Length != 2 * MacLength)
        {
            return null;
        }

        var mac = new byte[MacLength];
        int messageLength = bytes.Length - (2 * MacLength) - 1;
        if (!int.TryParse(words[3], out int length) || !int.TryParse(words[5], out int keyVersion)
            || keyVersion < 1 || keyVersion > 255 || length < 1 || length > ImageLengthMax
            || !TryReadHex(words[6], mac)
                || !signer.VerifyDown((byte)keyVersion, bytes, messageLength, mac, 0))
        {
            return null;
        }

        return new UpdateManifest { Number = NumberOf(words[1]), ImageLength = length, Digest = words[4] };
    }

    /// <summary>A version "major.minor.patch", each up to 999, as a number that rises with it.</summary>
    /// <returns>0 when it is none: no update has that.</returns>
    public static int NumberOf(string version)
    {
        string[] parts = version.Split('.');
        int number = 0;
        for (int i = 0; i < 3; i++)
        {
            if (parts.Length != 3 || !int.TryParse(parts[i], out int part) || part < 0
                || part > VersionPartMax)
            {
                return 0;
            }

            number = (number * (VersionPartMax + 1)) + part;
        }

        return number;
    }

    /// <summary>The version of a number.</summary>
    public static string TextOf(int number)
        => (number / 1000000).ToString() + "." + (number / 1000 % 1000).ToString() + "."
            + (number % 1000).ToString();

    /// <summary>The digest of an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="digester">Signs with the public key of file digests.</param>
    /// <returns>64 hexadecimal digits; null when the native call failed.</returns>
    public static string DigestOf(byte[] image, ISigner digester)
    {
        var mac = new byte[MacLength];
        if (!digester.TrySign(image, image.Length, mac, 0))
        {
            return null;
        }

        var text = new StringBuilder();
        for (int i = 0; i < MacLength; i++)
        {
            text.Append(mac[i].ToString("X2"));
        }

        return text.ToString();
    }

    private static bool TryReadHex(string text, byte[] bytes)
    {
        for (int i = 0; i < text.Length; i++)
        {
            int digit = "0123456789ABCDEF".IndexOf(text[i]);
            if (digit < 0)
            {
                return false;
            }

            bytes[i / 2] = (byte)((bytes[i / 2] << 4) | digit);
        }

        return true;
    }
}
