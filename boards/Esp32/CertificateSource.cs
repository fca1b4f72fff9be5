// The certificates of a connection: what provisioning wrote, or what has come over the air since.

using System.Security.Cryptography.X509Certificates;
using Pulsegate.Renewal;

namespace Pulsegate.Boards.Esp32;

/// <summary>Gives the link its certificates, anew for every connection.</summary>
public sealed class CertificateSource
{
    private readonly string _authority;
    private readonly string _certificate;
    private readonly string _key;
    private readonly CertificateRenewal _renewal;

    /// <summary>A source.</summary>
    /// <param name="authority">Provisioned authority, PEM.</param>
    /// <param name="certificate">Provisioned certificate, PEM.</param>
    /// <param name="key">Its private key, PEM; a renewed certificate is for the same.</param>
    /// <param name="renewal">What came over the air.</param>
    public CertificateSource(string authority, string certificate, string key, CertificateRenewal renewal)
    {
        _authority = authority;
        _certificate = certificate;
        _key = key;
        _renewal = renewal;
    }

    /// <summary>The authorities that the broker's certificate may come from. Throws when the library cannot
    /// read them.</summary>
    public X509Certificate MakeAuthority()
        => new X509Certificate(
            _renewal.Authorities == null ? _authority : Pem.Certificates(_renewal.Authorities));

    /// <summary>This unit's certificate with its key. Throws when the library cannot read it.</summary>
    public X509Certificate2 MakeCertificate()
        => new X509Certificate2(
            _renewal.Certificate == null ? _certificate : Pem.Certificates(_renewal.Certificate), _key, "");
}
