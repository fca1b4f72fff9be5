// A small certificate authority: P-256, SHA-256, one level. Every certificate says what it may be used for
// and nothing more (RFC 5280, 4.2.1): the authority signs, a server serves, a device connects.

using System.Net;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Pulsegate.Provisioning;

/// <summary>Issues the certificates of the broker, the ingest and the devices. Not thread-safe.</summary>
public sealed class CertificateAuthority : IDisposable
{
    /// <summary>Begin of validity lies this far back, so that a clock a little slow does not refuse a new
    /// certificate.</summary>
    public static readonly TimeSpan Backdating = TimeSpan.FromDays(1);

    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private const int SerialNumberSize = 16;

    private readonly X509Certificate2 _certificate;

    private CertificateAuthority(X509Certificate2 certificate) => _certificate = certificate;

    /// <summary>The authority's own certificate, which everybody may have.</summary>
    public string CertificatePem => _certificate.ExportCertificatePem() + "\n";

    /// <summary>Makes a new authority with a new key.</summary>
    /// <param name="name">Common name.</param>
    /// <param name="notBefore">Begin of validity.</param>
    /// <param name="notAfter">End of validity.</param>
    public static CertificateAuthority Create(string name, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(Name(name), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return new CertificateAuthority(request.CreateSelfSigned(notBefore, notAfter));
    }

    /// <summary>Reads an authority that <see cref="Save"/> wrote.</summary>
    /// <exception cref="ProvisioningException">A file is missing, open to others, or not the PEM it should
    /// be.</exception>
    public static CertificateAuthority Load(string certificatePath, string keyPath)
    {
        string certificate = Encoding.ASCII.GetString(PrivateFile.Read(certificatePath));
        string key = Encoding.ASCII.GetString(PrivateFile.Read(keyPath));
        try
        {
            return new CertificateAuthority(X509Certificate2.CreateFromPem(certificate, key));
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new ProvisioningException(
                $"{certificatePath} and {keyPath} are not a certificate and its key", e);
        }
    }

    /// <summary>Writes certificate and private key, mode 0600.</summary>
    /// <exception cref="ProvisioningException">A file cannot be written.</exception>
    public void Save(string certificatePath, string keyPath)
    {
        using ECDsa key = _certificate.GetECDsaPrivateKey()!;
        PrivateFile.Write(keyPath, Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n"));
        PrivateFile.Write(certificatePath, Encoding.ASCII.GetBytes(CertificatePem));
    }

    /// <summary>Issues a certificate for a client: a device, or a part of the backend.</summary>
    /// <param name="name">Common name: a device id or a reserved backend name.</param>
    /// <param name="notBefore">Begin of validity.</param>
    /// <param name="notAfter">End of validity; not after the authority's own.</param>
    /// <exception cref="ProvisioningException">The name may not be used.</exception>
    public IssuedCertificate IssueClient(string name, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        if (!DeviceId.IsBackendName(name))
        {
            DeviceId.Check(name);
        }

        return Issue(name, ClientAuthentication, null, notBefore, notAfter);
    }

    /// <summary>Issues a further certificate for a device's key, which it keeps. There is no private key in
    /// the result.</summary>
    /// <param name="name">Device id.</param>
    /// <param name="publicKey">The key (SubjectPublicKeyInfo).</param>
    /// <param name="notBefore">Begin of validity.</param>
    /// <param name="notAfter">End of validity; not after the authority's own.</param>
    /// <exception cref="ProvisioningException">The name may not be used.</exception>
    public IssuedCertificate RenewClient(
        string name, byte[] publicKey, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        DeviceId.Check(name);
        return Issue(
            name, PublicKey.CreateFromSubjectPublicKeyInfo(publicKey, out _), "", ClientAuthentication, null,
            notBefore, notAfter);
    }

    /// <summary>Issues a certificate for a broker that listens on this machine and, when named, on another
    /// host name.</summary>
    public IssuedCertificate IssueServer(string? hostName, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        if (hostName is not null && hostName != "localhost")
        {
            names.AddDnsName(hostName);
        }

        return Issue(hostName ?? "localhost", ServerAuthentication, names.Build(), notBefore, notAfter);
    }

    /// <summary>Signs the list of certificates that are no longer good, as PEM. It is valid as long as the
    /// authority: a broker whose list has run out refuses everybody, and one that is fed from this station
    /// has nobody else to hear news from.</summary>
    /// <param name="revoked">Serial number, hexadecimal, and moment of each.</param>
    /// <param name="now">Moment of this list; it also numbers it.</param>
    public string RevocationList(
        IEnumerable<(string SerialNumber, DateTimeOffset RevokedUtc)> revoked, DateTimeOffset now)
    {
        var builder = new CertificateRevocationListBuilder();
        foreach ((string serialNumber, DateTimeOffset revokedUtc) in revoked)
        {
            builder.AddEntry(Convert.FromHexString(serialNumber), revokedUtc);
        }

        byte[] list = builder.Build(
            _certificate, new BigInteger(now.ToUnixTimeMilliseconds()), _certificate.NotAfter,
            HashAlgorithmName.SHA256, thisUpdate: now - Backdating);
        return PemEncoding.WriteString("X509 CRL", list) + "\n";
    }

    /// <inheritdoc/>
    public void Dispose() => _certificate.Dispose();

    private IssuedCertificate Issue(
        string name, string usage, X509Extension? names, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string keyPem = key.ExportPkcs8PrivateKeyPem() + "\n";
        return Issue(name, new PublicKey(key), keyPem, usage, names, notBefore, notAfter);
    }

    private IssuedCertificate Issue(
        string name, PublicKey publicKey, string keyPem, string usage, X509Extension? names,
        DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        using ECDsa authorityKey = _certificate.GetECDsaPrivateKey()!;
        var request = new CertificateRequest(Name(name), publicKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_certificate, true, false));
        if (names is not null)
        {
            request.CertificateExtensions.Add(names);
        }

        byte[] serial = RandomNumberGenerator.GetBytes(SerialNumberSize);
        serial[0] = (byte)((serial[0] & 0x7F) | 0x40);   // positive and of one length (RFC 5280, 4.1.2.2)
        using X509Certificate2 certificate = request.Create(
            _certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(authorityKey), notBefore,
            notAfter,
            serial);
        return new IssuedCertificate(
            certificate.ExportCertificatePem() + "\n", keyPem, CertificatePem, certificate.SerialNumber,
            notAfter,
            publicKey.ExportSubjectPublicKeyInfo());
    }

    private static X500DistinguishedName Name(string commonName)
    {
        var builder = new X500DistinguishedNameBuilder();
        builder.AddCommonName(commonName);
        return builder.Build();
    }
}
