// What can be known of a certificate before anybody is connected to: that its key fits, whose it is, and how
// long it lasts.

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Pulsegate.Provisioning;

/// <summary>Checks a certificate and its key.</summary>
public static class IdentityCheck
{
    /// <summary>Checks that both files can be used together, and gives name and end of the
    /// certificate.</summary>
    /// <exception cref="ProvisioningException">A file is missing, open to others (the key), or not what it
    /// should be; one line.</exception>
    public static (string Name, DateTimeOffset NotAfterUtc) Read(string certificatePath, string keyPath)
    {
        string key = Encoding.ASCII.GetString(PrivateFile.Read(keyPath));
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(File.ReadAllText(certificatePath), key);
            return (certificate.GetNameInfo(X509NameType.SimpleName, false),
                certificate.NotAfter.ToUniversalTime());
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new ProvisioningException(
                $"{certificatePath} and {keyPath} are not a certificate and its key", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ProvisioningException($"cannot read {certificatePath}: {e.Message}", e);
        }
    }
}
