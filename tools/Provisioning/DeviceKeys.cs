// Keys of one device by version, derived from the station's master: HMAC-SHA256(master, label 0x00 device
// 0x00 version). The zero bytes keep label and device apart; neither can hold one. Up and down differ by
// label, so that a device's own signature can never pass for the backend's.

using System.Security.Cryptography;
using System.Text;

namespace Pulsegate.Provisioning;

/// <summary>The keys of one device and version.</summary>
/// <param name="Version">Key version, 1 to 255.</param>
/// <param name="UpKey">32 bytes; the device signs with it.</param>
/// <param name="DownKey">32 bytes; the backend signs to the device with it.</param>
/// <param name="WrapKey">32 bytes; under it the next version comes over the air. In no keyring.</param>
public sealed record DeviceKeys(int Version, byte[] UpKey, byte[] DownKey, byte[] WrapKey)
{
    /// <summary>Bytes of the master and of each derived key.</summary>
    public const int KeySize = 32;

    /// <summary>Highest key version: it is one byte in flash.</summary>
    public const int VersionMax = 255;

    /// <summary>Derives the keys of a device.</summary>
    /// <exception cref="ProvisioningException">The device id is not valid.</exception>
    /// <exception cref="ArgumentException">The master has not 32 bytes, or the version is not 1 to
    /// 255.</exception>
    public static DeviceKeys Derive(byte[] master, string device, int version)
    {
        DeviceId.Check(device);
        ArgumentOutOfRangeException.ThrowIfLessThan(version, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(version, VersionMax);
        if (master.Length != KeySize)
        {
            throw new ArgumentException($"the master key has {KeySize} bytes", nameof(master));
        }

        return new DeviceKeys(
            version,
            DeriveOne(master, "pulsegate-up", device, version),
            DeriveOne(master, "pulsegate-down", device, version),
            DeriveOne(master, "pulsegate-wrap", device, version));
    }

    /// <summary>The next keys as only a unit with these can read them (docs/wire-format.md, 5): masked with
    /// what NIST SP 800-108 in counter mode derives from the wrapping key for this device and these two
    /// versions, then an HMAC-SHA256 over that.</summary>
    /// <param name="device">Device id.</param>
    /// <param name="next">Keys of a later version.</param>
    public byte[] Wrap(string device, DeviceKeys next)
    {
        byte[] context = [.. Encoding.ASCII.GetBytes(device), 0, (byte)Version, (byte)next.Version];
        byte[] derived = SP800108HmacCounterKdf.DeriveBytes(
            WrapKey, HashAlgorithmName.SHA256, Encoding.ASCII.GetBytes("pulsegate-rotate"), context,
            4 * KeySize);
        byte[] masked = [.. next.UpKey, .. next.DownKey, .. next.WrapKey];
        for (int i = 0; i < masked.Length; i++)
        {
            masked[i] ^= derived[i];
        }

        return [.. masked, .. HMACSHA256.HashData(derived.AsSpan(3 * KeySize), masked)];
    }

    private static byte[] DeriveOne(byte[] master, string label, string device, int version)
    {
        byte[] input = Encoding.ASCII.GetBytes(label + "\0" + device + "\0?");
        input[^1] = (byte)version;
        return HMACSHA256.HashData(master, input);
    }
}
