// Stands in for the board's source: the fake client looks at no certificate.

using System.Security.Cryptography.X509Certificates;

namespace Pulsegate.Boards.Esp32
{
    public sealed class CertificateSource
    {
        public System.Exception Failure { get; set; }

        public X509Certificate MakeAuthority() => Failure == null ? null : throw Failure;

        public X509Certificate2 MakeCertificate() => null;
    }
}
