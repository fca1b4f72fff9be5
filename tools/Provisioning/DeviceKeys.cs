// Keys of one device by version, derived from the station's master: HMAC-SHA256(master, label 0x00 device
// 0x00 version). The zero bytes keep label and device apart; neither can hold one. Up and down differ by
// label, so that a device's own signature can never pass for the backend's.

using System.Security.Cryptography;
using System.Text;

namespace Pulsegate.Provisioning;

/// <summary>The two keys of one device and version.</summary>
/// <param name="Version">Key version, 1 to 255.</param>
/// <param name="UpKey">32 bytes; the device signs with it.</param>
/// <param name="DownKey">32 bytes; the backend signs to the device with it.</param>
public sealed record DeviceKeys(int Version, byte[] UpKey, byte[] DownKey)
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
            DeriveOne(master, "pulsegate-down", device, version));
    }

    private static byte[] DeriveOne(byte[] master, string label, string device, int version)
    {
        byte[] input = Encoding.ASCII.GetBytes(label + "\0" + device + "\0?");
        input[^1] = (byte)version;
        return HMACSHA256.HashData(master, input);
    }
}
