// A throw-away certificate authority for tests, made with .NET's own X.509 code, P-256 throughout.

using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Pulsegate.Tests.Mosquitto;

/// <summary>Writes PEM files (ca.pem, NAME.pem, NAME.key) into one folder.</summary>
internal sealed class TestAuthority : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";   // RFC 5280, 4.2.1.12
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private readonly X509Certificate2 _certificate;
    private readonly string _folder;

    public TestAuthority(string folder, string name)
    {
        _folder = folder;
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        _certificate = request.CreateSelfSigned(
            DateTimeOffset.UtcNow.AddDays(-400), DateTimeOffset.UtcNow.AddDays(400));
        CaFile = Path.Combine(folder, name + ".pem");
        File.WriteAllText(CaFile, _certificate.ExportCertificatePem());
    }

    public string CaFile { get; }

    public (string CertificateFile, string KeyFile) IssueClient(string name, bool isExpired = false)
        => Issue(name, ClientAuthentication, isExpired);

    /// <summary>A certificate for 127.0.0.1.</summary>
    public (string CertificateFile, string KeyFile) IssueServer(string name, string host = "127.0.0.1")
        => Issue(name, ServerAuthentication, isExpired: false, host);

    public void Dispose() => _certificate.Dispose();

    private (string CertificateFile, string KeyFile) Issue(
        string name, string usage, bool isExpired, string? host = null)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], true));
        if (host != null)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddIpAddress(IPAddress.Parse(host));
            request.CertificateExtensions.Add(names.Build());
        }

        DateTimeOffset until = DateTimeOffset.UtcNow.AddDays(isExpired ? -1 : 30);
        using X509Certificate2 certificate = request.Create(
            _certificate, DateTimeOffset.UtcNow.AddDays(-100), until, RandomNumberGenerator.GetBytes(8));
        string stem = Path.Combine(_folder, name);
        File.WriteAllText(stem + ".pem", certificate.ExportCertificatePem());
        File.WriteAllText(stem + ".key", key.ExportPkcs8PrivateKeyPem());
        return (stem + ".pem", stem + ".key");
    }
}
