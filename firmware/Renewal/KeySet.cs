// The keys of one version, as they lie in flash and as they come wrapped.

using System;

namespace Pulsegate.Renewal;

/// <summary>Keys of one version. Whoever holds one keeps it to himself.</summary>
public sealed class KeySet
{
    /// <summary>Bytes of each key.</summary>
    public const int KeyLength = 32;

    /// <summary>Bytes of the three keys together.</summary>
    public const int Length = 3 * KeyLength;

    /// <summary>Keys of a version.</summary>
    /// <param name="version">1 to 255.</param>
    /// <param name="upKey">Key for what goes up, 32 bytes.</param>
    /// <param name="downKey">Key for what comes down, 32 bytes.</param>
    /// <param name="wrapKey">Key under which the next ones come, 32 bytes; null when the unit was given
    /// none.</param>
    public KeySet(byte version, byte[] upKey, byte[] downKey, byte[] wrapKey)
    {
        Version = version;
        UpKey = upKey;
        DownKey = downKey;
        WrapKey = wrapKey;
    }

    /// <summary>Version, 1 to 255.</summary>
    public readonly byte Version;

    /// <summary>Key for what goes up.</summary>
    public readonly byte[] UpKey;

    /// <summary>Key for what comes down.</summary>
    public readonly byte[] DownKey;

    /// <summary>Key under which the next ones come; null for none.</summary>
    public readonly byte[] WrapKey;

    /// <summary>Keys out of <see cref="Length"/> bytes: up, down, wrap.</summary>
    public static KeySet Read(byte version, byte[] bytes, int at)
        => new KeySet(
            version, Copy(bytes, at), Copy(bytes, at + KeyLength), Copy(bytes, at + (2 * KeyLength)));

    /// <summary>Writes <see cref="Length"/> bytes; zeros for a key that is not there.</summary>
    public void Write(byte[] bytes, int at)
    {
        Array.Copy(UpKey, 0, bytes, at, KeyLength);
        Array.Copy(DownKey, 0, bytes, at + KeyLength, KeyLength);
        Array.Clear(bytes, at + (2 * KeyLength), KeyLength);
        if (WrapKey != null)
        {
            Array.Copy(WrapKey, 0, bytes, at + (2 * KeyLength), KeyLength);
        }
    }

    /// <summary>One key out of some bytes.</summary>
    internal static byte[] Copy(byte[] bytes, int at)
    {
        var key = new byte[KeyLength];
        Array.Copy(bytes, at, key, 0, KeyLength);
        return key;
    }
}
