// Who this unit is: what the provisioning station wrote onto the internal drive. Without it the unit measures
// and alarms, and seals and sends nothing.

using System;
using System.IO;
using nanoFramework.Json;
using Pulsegate.Platform;
using Pulsegate.Renewal;

namespace Pulsegate.Boards.Esp32;

/// <summary>The fields of identity.json; its names begin in lower case.</summary>
public sealed class IdentityFile
{
    /// <summary>Device id.</summary>
    public string Device { get; set; }

    /// <summary>Version of both keys, 1 to 255.</summary>
    public int KeyVersion { get; set; }

    /// <summary>Key for what goes up, 32 bytes in base64.</summary>
    public string UpKey { get; set; }

    /// <summary>Key for what comes down, 32 bytes in base64.</summary>
    public string DownKey { get; set; }

    /// <summary>Upper half of the store epoch, 32 bits.</summary>
    public long EpochUpper { get; set; }

    /// <summary>Key version before the last rotation; 0 when there was none.</summary>
    public int PreviousKeyVersion { get; set; }

    /// <summary>Up key of that version, 32 bytes in base64; null when there was none.</summary>
    public string PreviousUpKey { get; set; }

    /// <summary>Key under which the next keys come over the air, 32 bytes in base64; null when there is
    /// none.</summary>
    public string WrapKey { get; set; }

    /// <summary>Last whole day of the certificate, in days since 1970; 0 when it is not known.</summary>
    public int CertificateEndDay { get; set; }
    /// <summary>Private key of ES256, 32 bytes in base64; null for a unit that signs with HS256.</summary>
    public string SigningKey { get; set; }

    /// <summary>The same for the previous key version.</summary>
    public string PreviousSigningKey { get; set; }
}

/// <summary>Identity, keys, certificates and settings of this unit, read once at start-up.</summary>
public sealed class Identity
{
    /// <summary>Folder of the files that provisioning writes.</summary>
    public const string Folder = "I:\\id\\";

    /// <summary>Files in it: who the unit is, its certificate and key, the authority's certificate, its
    /// settings.</summary>
    public const string IdentityName = "identity.json", CertificateName = "cert.pem", KeyName = "key.pem",
        AuthorityName = "ca.pem", ConfigurationName = "configuration.json";

    /// <summary>Length of each key, in bytes.</summary>
    public const int KeyLength = 32;

    private const string OutOfRange = "identity.json has a field out of range: provision this unit anew";

    private readonly KeySet _keys;
    private readonly byte _previousKeyVersion;
    private readonly byte[] _previousUpKey;
    private readonly ISignerMaker _maker;

    private Identity(IdentityFile file, KeySet keys, byte[] previousUpKey, ISignerMaker maker)
    {
        Device = file.Device;
        EpochUpper = (uint)file.EpochUpper;
        CertificateEndDay = file.CertificateEndDay;
        _keys = keys;
        _previousKeyVersion = (byte)file.PreviousKeyVersion;
        _previousUpKey = previousUpKey;
        _maker = maker;
    }

    /// <summary>Device id: client id, topic segment and first part of the key id.</summary>
    public string Device { get; }

    /// <summary>Upper half of the store epoch.</summary>
    public uint EpochUpper { get; }

    /// <summary>Last whole day of the provisioned certificate, in days since 1970; 0 when it is not
    /// known.</summary>
    public int CertificateEndDay { get; }

    /// <summary>This unit's keys, with what came over the air since. Blocks for the flash.</summary>
    public KeyRenewal OpenKeys(IStorage storage) => new KeyRenewal(
        storage, _maker, Device, _keys, _previousKeyVersion, _previousUpKey);

    /// <summary>Reads a text file of the identity folder. Blocks for the flash.</summary>
    /// <returns>Its content; null when it is missing or cannot be read.</returns>
    public static string ReadText(string name)
    {
        try
        {
            string path = Folder + name;
            return File.Exists(path) ? File.ReadAllText(path) : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Reads the identity.</summary>
    /// <param name="text">Text of identity.json; null when there is none.</param>
    /// <param name="keyPairs">What makes signers of key pairs; null on a board without them.</param>
    /// <param name="identity">The identity; null when false.</param>
    /// <param name="error">One line without secrets; empty when true.</param>
    public static bool TryRead(
        string text, KeyPairMaker keyPairs, out Identity identity, out string error)
    {
        identity = null;
        error = "";
        if (text == null)
        {
            error = "identity.json is missing: provision this unit";
            return false;
        }

        IdentityFile file;
        byte[] upKey;
        byte[] downKey;
        byte[] wrapKey;
        byte[] previousUpKey;
        byte[] signingKey;
        byte[] previousSigningKey;
        try
        {
            file = (IdentityFile)JsonConvert.DeserializeObject(
                text, typeof(IdentityFile), new JsonSerializerOptions { PropertyNameCaseInsensitive = true });
            upKey = Convert.FromBase64String(file.UpKey);
            downKey = Convert.FromBase64String(file.DownKey);
            wrapKey = Decode(file.WrapKey);
            previousUpKey = Decode(file.PreviousUpKey);
            signingKey = Decode(file.SigningKey);
            previousSigningKey = Decode(file.PreviousSigningKey);
        }
        catch (Exception)
        {
            // The parser throws several kinds; which one says nothing more, and its text could quote a key.
            error = "identity.json is damaged: provision this unit anew";
            return false;
        }

        if (file.Device == null || file.Device.Length < 4 || file.Device.Length > 32
            || file.EpochUpper < 0 || file.EpochUpper > uint.MaxValue
            || file.KeyVersion < 1 || file.KeyVersion > byte.MaxValue
            || upKey.Length != KeyLength || downKey.Length != KeyLength
            || file.PreviousKeyVersion < 0 || file.PreviousKeyVersion >= file.KeyVersion
            || (previousUpKey != null && previousUpKey.Length != KeyLength)
            || (wrapKey != null && wrapKey.Length != KeyLength))
        {
            error = OutOfRange;
            return false;
        }

        ISignerMaker maker = new HmacSignerMaker();
        if (signingKey != null || previousSigningKey != null)
        {
            if (keyPairs == null)
            {
                error =
                    "identity.json asks for ES256, which this board has not: provision this unit for HS256";
                return false;
            }

            maker = keyPairs(maker, signingKey, (byte)file.KeyVersion, previousSigningKey);
            if (maker == null)
            {
                error = OutOfRange;
                return false;
            }
        }

        var keys = new KeySet((byte)file.KeyVersion, upKey, downKey, wrapKey);
        identity = new Identity(file, keys, previousUpKey, maker);
        return true;
    }

    private static byte[] Decode(string text) => text == null ? null : Convert.FromBase64String(text);
}
