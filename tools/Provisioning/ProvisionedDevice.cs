// One line of the station's list. Revocation and rotation work on these.

using System.Text.Json.Serialization;

namespace Pulsegate.Provisioning;

/// <summary>A device that this station has provisioned.</summary>
/// <param name="Device">Device id.</param>
/// <param name="KeyVersions">Key versions that are accepted, oldest first; the last is current.</param>
/// <param name="EpochUpper">Upper half of its store epoch.</param>
/// <param name="CertificateSerial">Serial number of its current certificate, hexadecimal.</param>
/// <param name="NotAfterUtc">End of validity of its current certificate.</param>
/// <param name="EarlierSerials">Serial numbers of the certificates it had before; revoked with the current
/// one. Null when there are none.</param>
/// <param name="PublicKey">Public key of its certificate (SubjectPublicKeyInfo), for a certificate to follow
/// it; null for a device provisioned before this was kept.</param>
/// <param name="RevokedUtc">When it was revoked; null while it is trusted.</param>
/// <param name="KeyPairs">For each key version under which it signs with ES256, the version that its key pair
/// was derived for: keys that come over the air leave the pair as it is. Null for none.</param>
public sealed record ProvisionedDevice(
    [property: JsonRequired] string Device,
    [property: JsonRequired] int[] KeyVersions,
    [property: JsonRequired] uint EpochUpper,
    [property: JsonRequired] string CertificateSerial,
    [property: JsonRequired] DateTimeOffset NotAfterUtc,
    string[]? EarlierSerials = null,
    byte[]? PublicKey = null,
    DateTimeOffset? RevokedUtc = null,
    IReadOnlyDictionary<int, int>? KeyPairs = null)
{
    /// <summary>Every certificate it ever had.</summary>
    [JsonIgnore]
    public IEnumerable<string> Serials => [.. EarlierSerials ?? [], CertificateSerial];

    /// <summary>How it signs under a key version.</summary>
    public SignatureAlgorithm AlgorithmOf(int version)
        => KeyPairs?.ContainsKey(version) == true ? SignatureAlgorithm.ES256 : SignatureAlgorithm.HS256;
}
