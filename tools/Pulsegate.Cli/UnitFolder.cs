using System.IO.Hashing;
using System.Text;
using Pulsegate.Configuration;
using Pulsegate.Mosquitto;
using Pulsegate.Platform;
using Pulsegate.Provisioning;
using Pulsegate.Renewal;
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
        string certificate = RequiredFile(IssuedCertificate.CertificateFile);
        (string name, DateTimeOffset notAfter) =
            IdentityCheck.Read(certificate, RequiredFile(IssuedCertificate.KeyFile));
        if (name != Identity.Device)
        {
            throw new CommandException(
                $"{certificate} is the certificate of '{name}', identity.json says {Identity.Device}: "
                    + $"provision the unit again");
        }

        NotAfterUtc = notAfter;
        Signer = Maker().Make(
            (byte)Identity.KeyVersion, Identity.UpKey, Identity.DownKey, (byte)Identity.PreviousKeyVersion,
            Identity.PreviousUpKey!);
    }

    /// <summary>Who it is.</summary>
    public DeviceIdentity Identity { get; }

    /// <summary>End of its provisioned certificate.</summary>
    public DateTimeOffset NotAfterUtc { get; }

    /// <summary>Its keys as provisioning wrote them.</summary>
    public ISigner Signer { get; }

    /// <summary>Its keys as they can be renewed: what came over the air lies in its flash.</summary>
    public KeyRenewal OpenKeys(IStorage flash) => new(
        flash, Maker(), Identity.Device,
        new KeySet((byte)Identity.KeyVersion, Identity.UpKey, Identity.DownKey, Identity.WrapKey!),
        (byte)Identity.PreviousKeyVersion, Identity.PreviousUpKey!);

    /// <summary>Its certificates as they can be renewed.</summary>
    public CertificateRenewal OpenCertificates(IStorage flash)
        => new(flash, ProvisionedMark(), Identity.CertificateEndDay);

    /// <summary>Path of one of its files.</summary>
    public string FilePath(string name) => RequiredFile(name);

    /// <summary>Its link with certificates that can be renewed; those in use are put into a folder before
    /// each connection.</summary>
    public MosquittoLink CreateLink(
        GatewayConfiguration configuration, CertificateRenewal certificates, string inUseFolder)
    {
        PrivateFile.CreateFolder(inUseFolder);
        string authorities = Path.Combine(inUseFolder, IssuedCertificate.AuthorityFile);
        string certificate = Path.Combine(inUseFolder, IssuedCertificate.CertificateFile);
        MosquittoOptions options = Options(configuration) with
        {
            CaFile = authorities, CertificateFile = certificate,
        };
        return new MosquittoLink(options, Identity.Device, () =>
        {
            try
            {
                PrivateFile.Write(
                    authorities, InUse(certificates.Authorities, IssuedCertificate.AuthorityFile));
                PrivateFile.Write(
                    certificate, InUse(certificates.Certificate, IssuedCertificate.CertificateFile));
            }
            catch (ProvisioningException e)
            {
                throw new IOException(e.Message, e);
            }
        });
    }

    /// <summary>Its link to the broker that the configuration names.</summary>
    public MosquittoLink CreateLink(GatewayConfiguration configuration)
        => new(Options(configuration), Identity.Device);

    private MosquittoOptions Options(GatewayConfiguration configuration) => new()
    {
        Host = configuration.BrokerHost,
        Port = configuration.BrokerPort,
        ClientId = Identity.Device,
        IsMqtt311 = configuration.IsMqtt311,
        CaFile = RequiredFile(IssuedCertificate.AuthorityFile),
        CertificateFile = RequiredFile(IssuedCertificate.CertificateFile),
        KeyFile = RequiredFile(IssuedCertificate.KeyFile),
    };

    private byte[] InUse(byte[]? der, string provisionedName) => der is null
        ? File.ReadAllBytes(RequiredFile(provisionedName))
        : Encoding.ASCII.GetBytes(Pem.Certificates(der));

    // Other provisioned certificates, other number: what came over the air before them no longer counts.
    private long ProvisionedMark() => Crc32.HashToUInt32((byte[])
    [
        .. File.ReadAllBytes(RequiredFile(IssuedCertificate.AuthorityFile)),
        .. File.ReadAllBytes(RequiredFile(IssuedCertificate.CertificateFile)),
    ]);

    private ISignerMaker Maker() => new Es256SignerMaker(
        new HmacSignerMaker(), Es256Of(Identity.SigningKey), (byte)Identity.KeyVersion,
        Es256Of(Identity.PreviousSigningKey));

    private static Es256? Es256Of(byte[]? key) => key is null ? null
        : Es256.IsPrivateKey(key) ? new Es256(key)
        : throw new CommandException("a signing key is damaged: provision the unit again");

    private string RequiredFile(string name)
    {
        string path = Path.Combine(_folder, name);
        return File.Exists(path)
            ? path : throw new CommandException($"{path} is missing: provision the unit again");
    }
}
