// A certificate with its private key, as the PEM files that mosquitto, libmosquitto and OpenSSL read.

using System.Security.Cryptography;
using System.Text;

namespace Pulsegate.Provisioning;

/// <summary>A certificate just issued. Its private key exists nowhere else.</summary>
/// <param name="CertificatePem">The certificate.</param>
/// <param name="KeyPem">Its private key, PKCS#8, not encrypted.</param>
/// <param name="AuthorityPem">The certificate of the authority that issued it.</param>
/// <param name="SerialNumber">Serial number in hexadecimal.</param>
/// <param name="NotAfterUtc">End of validity.</param>
/// <param name="PublicKey">Its public key (SubjectPublicKeyInfo).</param>
public sealed record IssuedCertificate(
    string CertificatePem, string KeyPem, string AuthorityPem, string SerialNumber,
    DateTimeOffset NotAfterUtc, byte[] PublicKey)
{
    /// <summary>The certificate in DER.</summary>
    public byte[] CertificateDer
    {
        get
        {
            PemFields fields = PemEncoding.Find(CertificatePem);
            return Convert.FromBase64String(CertificatePem[fields.Base64Data]);
        }
    }

    /// <summary>Last whole day of its validity, in days since 1970.</summary>
    public int EndDay => (int)((NotAfterUtc - DateTimeOffset.UnixEpoch).TotalDays);

    /// <summary>File name of the authority's certificate in a folder.</summary>
    public const string AuthorityFile = "ca.pem";

    /// <summary>File name of the certificate in a folder.</summary>
    public const string CertificateFile = "cert.pem";

    /// <summary>File name of the private key in a folder.</summary>
    public const string KeyFile = "key.pem";

    /// <summary>Writes ca.pem, cert.pem and key.pem (all 0600) into a folder, which is made when
    /// missing.</summary>
    /// <exception cref="ProvisioningException">A file cannot be written.</exception>
    public void Save(string folder)
    {
        PrivateFile.CreateFolder(folder);
        PrivateFile.Write(Path.Combine(folder, AuthorityFile), Encoding.ASCII.GetBytes(AuthorityPem));
        PrivateFile.Write(Path.Combine(folder, CertificateFile), Encoding.ASCII.GetBytes(CertificatePem));
        PrivateFile.Write(Path.Combine(folder, KeyFile), Encoding.ASCII.GetBytes(KeyPem));
    }
}
