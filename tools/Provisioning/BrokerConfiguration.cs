// The broker's configuration, from one template: mosquitto.conf and acl.conf beside this file.

using System.Globalization;
using System.Net;
using System.Text;

namespace Pulsegate.Provisioning;

/// <summary>Where and for whom a broker listens.</summary>
public sealed record BrokerConfiguration
{
    /// <summary>Name of the configuration file in <see cref="Folder"/>.</summary>
    public const string ConfigurationFile = "mosquitto.conf";

    /// <summary>Name of the access list in <see cref="Folder"/>.</summary>
    public const string AccessFile = "acl.conf";

    /// <summary>Name of the revocation list in <see cref="Folder"/>, which the station writes.</summary>
    public const string RevocationFile = "crl.pem";

    /// <summary>Most connections by default: the gateways that one machine is meant for, and the
    /// backend.</summary>
    public const int ConnectionCountMaxDefault = 1000;

    /// <summary>Folder of this broker: ca.pem, cert.pem, key.pem and crl.pem are there, the rest is
    /// written there.</summary>
    public required string Folder { get; init; }

    /// <summary>TCP port, 1 to 65535.</summary>
    public required int Port { get; init; }

    /// <summary>Address to listen on; 127.0.0.1 lets in this machine only, 0.0.0.0 everybody who has a
    /// certificate.</summary>
    public string BindAddress { get; init; } = "127.0.0.1";

    /// <summary>Most connections at a time; a further one is closed by the broker.</summary>
    public int ConnectionCountMax { get; init; } = ConnectionCountMaxDefault;

    /// <summary>Full path of the configuration file.</summary>
    public string ConfigurationPath => Path.Combine(Path.GetFullPath(Folder), ConfigurationFile);

    /// <summary>Full path of the broker's log.</summary>
    public string LogPath => Path.Combine(Path.GetFullPath(Folder), "mosquitto.log");

    /// <summary>Writes both files, mode 0600.</summary>
    /// <exception cref="ProvisioningException">Port or folder cannot be used, or a file cannot be
    /// written.</exception>
    public void Save()
    {
        Check();
        string folder = Path.GetFullPath(Folder);
        string text = Template(ConfigurationFile)
            .Replace("{port}", Port.ToString(CultureInfo.InvariantCulture))
            .Replace("{address}", BindAddress)
            .Replace("{connectionCountMax}", ConnectionCountMax.ToString(CultureInfo.InvariantCulture))
            .Replace("{ca}", Path.Combine(folder, IssuedCertificate.AuthorityFile))
            .Replace("{certificate}", Path.Combine(folder, IssuedCertificate.CertificateFile))
            .Replace("{key}", Path.Combine(folder, IssuedCertificate.KeyFile))
            .Replace("{crl}", Path.Combine(folder, RevocationFile))
            .Replace("{acl}", Path.Combine(folder, AccessFile))
            .Replace("{user}", Environment.UserName)
            .Replace("{folder}", folder);
        PrivateFile.CreateFolder(folder);
        PrivateFile.Write(Path.Combine(folder, AccessFile), Encoding.UTF8.GetBytes(Template(AccessFile)));
        PrivateFile.Write(ConfigurationPath, Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Checks what can be checked without writing.</summary>
    /// <exception cref="ProvisioningException">Port, address or folder cannot be used.</exception>
    public void Check()
    {
        if (Port is < 1 or > 65535)
        {
            throw new ProvisioningException($"{Port} is not a port: use 1 to 65535");
        }

        if (!IPAddress.TryParse(BindAddress, out _))
        {
            throw new ProvisioningException($"'{BindAddress}' is not an address to listen on");
        }

        if (Path.GetFullPath(Folder).AsSpan().ContainsAny('\n', '\r'))
        {
            throw new ProvisioningException("the broker's folder must not have a line break in its name");
        }
    }

    private static string Template(string name)
    {
        using Stream stream = typeof(BrokerConfiguration).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
