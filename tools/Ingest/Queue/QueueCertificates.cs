// Who the nodes of the queue have to be, and who we are to them: PEM files, read anew for each connection, so
// that a renewed certificate counts from the next one on.

using System.Collections.Concurrent;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RabbitMQ.Client;

namespace Pulsegate.Ingest.Queue;

/// <summary>Files of TLS to the queue.</summary>
/// <param name="CaFile">The authority that certificates of nodes must come from; the machine's own ones count
/// for nothing here.</param>
/// <param name="CertificateFile">Our own certificate, for nodes that ask for one; empty for none.</param>
/// <param name="KeyFile">Its private key, mode 0600; empty for none.</param>
public sealed record QueueCertificates(string CaFile, string CertificateFile, string KeyFile)
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";   // RFC 5280, 4.2.1.12

    /// <summary>No files: enough for nodes on this machine without TLS.</summary>
    public static QueueCertificates None { get; } = new("", "", "");

    /// <summary>Reads the files, without connecting.</summary>
    /// <exception cref="IngestException">One is missing, not what it should be, has ended, or is open to
    /// others; one line.</exception>
    internal void Check() => _ = Read();

    /// <summary>Reads the files for one attempt to connect.</summary>
    /// <exception cref="IngestException">As <see cref="Check"/>.</exception>
    internal Session Read()
    {
        if (CaFile.Length == 0)
        {
            throw new IngestException("caFile is missing: amqps:// needs the authority of the queue's nodes");
        }

        var authority = new X509Certificate2Collection();
        Guard(CaFile, $"{CaFile} holds no certificate", () => authority.ImportFromPemFile(CaFile));
        if (authority.Count == 0)
        {
            throw new IngestException($"{CaFile} holds no certificate");
        }

        return new Session(authority, ReadOwn(), CaFile);
    }

    private X509Certificate2? ReadOwn()
    {
        if (CertificateFile.Length == 0 && KeyFile.Length == 0)
        {
            return null;
        }

        if (CertificateFile.Length == 0 || KeyFile.Length == 0)
        {
            throw new IngestException("certificateFile and keyFile are given together, or not at all");
        }

        PrivateFiles.Require(KeyFile, "private key");
        X509Certificate2? own = null;
        Guard(
            CertificateFile, $"{CertificateFile} and {KeyFile} are not a certificate and its key",
            () => own = X509Certificate2.CreateFromPemFile(CertificateFile, KeyFile));
        return own!.NotAfter >= DateTime.Now ? own
            : throw new IngestException(
                $"{CertificateFile} ended on {own.NotAfter:yyyy-MM-dd}: "
                + "./pulsegate provision backend ingest");
    }

    private static void Guard(string path, string problem, Action read)
    {
        try
        {
            read();
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new IngestException(problem, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IngestException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>What was read, for the handshakes of one attempt, and why a node was refused in it. It lives
    /// as long as the connection.</summary>
    internal sealed class Session(X509Certificate2Collection authority, X509Certificate2? own, string caFile)
    {
        private readonly ConcurrentQueue<string> _refusals = new();
        private volatile bool _hasAccepted;

        /// <summary>True when a node's certificate was good.</summary>
        internal bool HasAccepted => _hasAccepted;

        /// <summary>Why nodes were refused, in one line; empty when none was.</summary>
        internal string Refusals => string.Join("; ", _refusals.Distinct());

        /// <summary>How to speak to one node.</summary>
        /// <param name="host">Name or address that its certificate must hold.</param>
        internal SslOption For(string host) => new()
        {
            Enabled = true,
            ServerName = host,
            Version = SslProtocols.Tls12 | SslProtocols.Tls13,
            Certs = own is null ? null : [own],
            CertificateSelectionCallback = own is null ? null : (_, _, _, _, _) => own,
            CertificateValidationCallback = (_, certificate, chain, errors) =>
            {
                string reason = Refuse(certificate as X509Certificate2, chain, errors);
                if (reason.Length > 0)
                {
                    _refusals.Enqueue($"{host}: {reason}");
                    return false;
                }

                _hasAccepted = true;
                return true;
            },
        };

        // Revocation is not looked at: the station's list is of units, and goes to brokers.
        private string Refuse(X509Certificate2? certificate, X509Chain? sent, SslPolicyErrors errors)
        {
            if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
            {
                return "it has no certificate";
            }

            if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            {
                return "its certificate is for another name";
            }

            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(authority);
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            chain.ChainPolicy.DisableCertificateDownloads = true;
            chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
            if (sent is not null)
            {
                chain.ChainPolicy.ExtraStore.AddRange(sent.ChainPolicy.ExtraStore);
            }

            if (chain.Build(certificate))
            {
                return "";
            }

            X509ChainStatusFlags found = chain.ChainStatus.Aggregate(
                X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
            return found switch
            {
                X509ChainStatusFlags.NotTimeValid => "its certificate has ended, or has not begun",
                X509ChainStatusFlags.NotValidForUsage => "its certificate is not that of a server",
                _ => $"its certificate is not of the authority in {caFile}",
            };
        }
    }
}
