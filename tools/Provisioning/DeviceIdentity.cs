// identity.json: what a unit has to know about itself beyond its certificate.

using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pulsegate.Provisioning;

/// <summary>A device's identity as the station writes it and the virtual board reads it.</summary>
/// <param name="Device">Device id.</param>
/// <param name="KeyVersion">Version of both keys, 1 to 255.</param>
/// <param name="UpKey">32 bytes; the device signs with it.</param>
/// <param name="DownKey">32 bytes; the device checks the backend with it.</param>
/// <param name="EpochUpper">Upper half of the store epoch: the device has no random generator of its
/// own.</param>
/// <param name="PreviousKeyVersion">Key version before the last rotation; 0 when there was none.</param>
/// <param name="PreviousUpKey">Up key of that version: records that were sealed with it are still in flash.
/// Null when there is none.</param>
/// <param name="WrapKey">32 bytes; under it the next keys come over the air. Null in files of before there
/// was one.</param>
/// <param name="CertificateEndDay">Last whole day of the certificate beside this file, in days since 1970; 0
/// when it is not known.</param>
/// <param name="SigningKey">Private key of ES256, 32 bytes, for what goes up under the key version; null for
/// HS256.</param>
/// <param name="PreviousSigningKey">The same for the previous key version.</param>
public sealed record DeviceIdentity(
    [property: JsonRequired] string Device,
    [property: JsonRequired] int KeyVersion,
    [property: JsonRequired] byte[] UpKey,
    [property: JsonRequired] byte[] DownKey,
    [property: JsonRequired] uint EpochUpper,
    int PreviousKeyVersion = 0,
    byte[]? PreviousUpKey = null,
    byte[]? WrapKey = null,
    int CertificateEndDay = 0,
    byte[]? SigningKey = null,
    byte[]? PreviousSigningKey = null)
{
    /// <summary>Name of the file in a device's folder.</summary>
    public const string FileName = "identity.json";

    /// <summary>Writes the file with mode 0600.</summary>
    /// <exception cref="ProvisioningException">The file cannot be written.</exception>
    public void Save(string path)
        => PrivateFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(this, StationJson.Options));

    /// <summary>Reads and checks the file.</summary>
    /// <exception cref="ProvisioningException">Missing, open to others, not JSON, or a field is missing or
    /// wrong.</exception>
    public static DeviceIdentity Load(string path)
    {
        DeviceIdentity identity = StationJson.Read<DeviceIdentity>(path);
        DeviceId.Check(identity.Device);
        if (identity.KeyVersion is < 1 or > DeviceKeys.VersionMax)
        {
            throw new ProvisioningException($"{path}: keyVersion must be 1 to {DeviceKeys.VersionMax}");
        }

        if (identity.UpKey?.Length != DeviceKeys.KeySize || identity.DownKey?.Length != DeviceKeys.KeySize)
        {
            throw new ProvisioningException(
                $"{path}: upKey and downKey must be {DeviceKeys.KeySize} bytes in base64");
        }

        if (identity.WrapKey is { } wrapKey && wrapKey.Length != DeviceKeys.KeySize)
        {
            throw new ProvisioningException($"{path}: wrapKey must be {DeviceKeys.KeySize} bytes in base64");
        }

        bool hasPrevious = identity.PreviousKeyVersion != 0 || identity.PreviousUpKey is not null;
        if (hasPrevious && (identity.PreviousKeyVersion < 1
            || identity.PreviousKeyVersion >= identity.KeyVersion
            || identity.PreviousUpKey?.Length != DeviceKeys.KeySize))
        {
            throw new ProvisioningException(
                $"{path}: previousKeyVersion must be below keyVersion, with a previousUpKey of "
                + $"{DeviceKeys.KeySize} bytes");
        }

        if (identity.SigningKey is { Length: not DeviceKeys.KeySize }
            || identity.PreviousSigningKey is { Length: not DeviceKeys.KeySize })
        {
            throw new ProvisioningException(
                $"{path}: signingKey and previousSigningKey must be {DeviceKeys.KeySize} bytes in base64, "
                    + $"or null");
        }

        return identity;
    }
}
