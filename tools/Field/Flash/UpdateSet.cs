// An update for one unit: the image, and a manifest that the unit can believe
// (boards/Esp32/Update/UpdateManifest).

using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Pulsegate.Field.Flash;

/// <summary>Makes manifests.</summary>
public static class UpdateSet
{
    private const string Mark = "pulsegate-update-1";
    private const string DigestKey = "pulsegate file digest public key";   // public: it tells files apart

    /// <summary>Signs an image for a unit.</summary>
    /// <param name="version">Version of the image, "major.minor.patch".</param>
    /// <param name="board">Board that it is for.</param>
    /// <param name="image">The image.</param>
    /// <param name="keyVersion">Version of the unit's keys.</param>
    /// <param name="wrapKey">Its wrapping key, which only the station and the unit have.</param>
    /// <returns>The manifest.</returns>
    public static byte[] Sign(string version, string board, byte[] image, int keyVersion, byte[] wrapKey)
    {
        string digest = Convert.ToHexString(HMACSHA256.HashData(Encoding.ASCII.GetBytes(DigestKey), image));
        string text = string.Create(
            CultureInfo.InvariantCulture, $"{Mark} {version} {board} {image.Length} {digest} {keyVersion}");
        string mac = Convert.ToHexString(HMACSHA256.HashData(wrapKey, Encoding.ASCII.GetBytes(text)));
        return Encoding.ASCII.GetBytes($"{text} {mac}");
    }
}
