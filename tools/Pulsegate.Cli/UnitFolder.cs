using Pulsegate.Configuration;
using Pulsegate.Mosquitto;
using Pulsegate.Provisioning;
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
        Signer = new HmacSigner(
            (byte)Identity.KeyVersion, Identity.UpKey, Identity.DownKey, (byte)Identity.PreviousKeyVersion,
            Identity.PreviousUpKey);
    }

    /// <summary>Who it is.</summary>
    public DeviceIdentity Identity { get; }

    /// <summary>Its keys.</summary>
    public HmacSigner Signer { get; }

    /// <summary>Its link to the broker that the configuration names.</summary>
    public MosquittoLink CreateLink(GatewayConfiguration configuration) => new(
        new MosquittoOptions
        {
            Host = configuration.BrokerHost,
            Port = configuration.BrokerPort,
            ClientId = Identity.Device,
            IsMqtt311 = configuration.IsMqtt311,
            CaFile = RequiredFile(IssuedCertificate.AuthorityFile),
            CertificateFile = RequiredFile(IssuedCertificate.CertificateFile),
            KeyFile = RequiredFile(IssuedCertificate.KeyFile),
        },
        Identity.Device);

    private string RequiredFile(string name)
    {
        string path = Path.Combine(_folder, name);
        return File.Exists(path) ? path : throw new CommandException($"{path} is missing: provision the unit again");
    }
}
