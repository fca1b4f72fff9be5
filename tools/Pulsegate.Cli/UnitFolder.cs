using Pulsegate.Configuration;
using Pulsegate.Mosquitto;
using Pulsegate.Platform;
using Pulsegate.Provisioning;
using Pulsegate.Signing;
using Pulsegate.Virtual.Link;
using Pulsegate.Virtual.Platform;

namespace Pulsegate.Cli;

/// <summary>The folder of a provisioned unit (identity, keys, certificates), as the virtual board reads
/// it.</summary>
internal sealed class UnitFolder
{
    /// <summary>Name of the settings in a unit's folder.</summary>
    public const string ConfigurationName = "configuration.json";

    private readonly string _folder;

    /// <summary>Reads the identity.</summary>
    public UnitFolder(string folder)
    {
        _folder = folder;
        Identity = DeviceIdentity.Load(Path.Combine(folder, DeviceIdentity.FileName));
        Signer = new Es256Signer(
            new HmacSigner(
                (byte)Identity.KeyVersion, Identity.UpKey, Identity.DownKey, (byte)Identity.PreviousKeyVersion,
                Identity.PreviousUpKey),
            Es256Of(Identity.SigningKey), (byte)Identity.PreviousKeyVersion, Es256Of(Identity.PreviousSigningKey));
    }

    /// <summary>Who it is.</summary>
    public DeviceIdentity Identity { get; }

    /// <summary>Its keys.</summary>
    public ISigner Signer { get; }

    /// <summary>Its link to the broker that the configuration names.</summary>
    public MosquittoLink CreateLink(GatewayConfiguration configuration) => new(
        new MosquittoOptions
        {
            Host = configuration.BrokerHost,
            Port = configuration.BrokerPort,
            ClientId = Identity.Device,
            CaFile = RequiredFile(IssuedCertificate.AuthorityFile),
            CertificateFile = RequiredFile(IssuedCertificate.CertificateFile),
            KeyFile = RequiredFile(IssuedCertificate.KeyFile),
        },
        Identity.Device);

    private static Es256? Es256Of(byte[]? key) => key is null ? null
        : Es256.IsPrivateKey(key) ? new Es256(key)
        : throw new CommandException("a signing key is damaged: provision the unit again");

    private string RequiredFile(string name)
    {
        string path = Path.Combine(_folder, name);
        return File.Exists(path) ? path : throw new CommandException($"{path} is missing: provision the unit again");
    }
}
