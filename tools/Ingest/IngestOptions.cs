// What the ingest has to be told, from a JSON file or from arguments.

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Serialization;
using Pulsegate.Ingest.Queue;
using Pulsegate.Ingest.Storage;

namespace Pulsegate.Ingest;

/// <summary>Settings of one ingest, or of one edge's forwarder. Paths are relative to the working
/// directory.</summary>
public sealed record IngestOptions
{
    /// <summary>Port of MQTT over TLS.</summary>
    public const int BrokerPortDefault = 8883;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <summary>Name or address of the broker; it must be in the broker's certificate.</summary>
    public string BrokerHost { get; init; } = "127.0.0.1";

    /// <summary>Port of the broker, 1 to 65535.</summary>
    public int BrokerPort { get; init; } = BrokerPortDefault;

    /// <summary>PEM file of the authority that the certificates of broker and queue must come
    /// from.</summary>
    public string CaFile { get; init; } = "";

    /// <summary>PEM file of the ingest's own certificate; its common name is the client id at the broker. At
    /// the queue it is shown to nodes that ask for one, and may be missing.</summary>
    public string CertificateFile { get; init; } = "";

    /// <summary>PEM file of its private key, mode 0600.</summary>
    public string KeyFile { get; init; } = "";

    /// <summary>The keyring that the provisioning station exported, mode 0600.</summary>
    public string KeyringFile { get; init; } = "";

    /// <summary>SQLite database; created when missing.</summary>
    public string DatabaseFile { get; init; } = "";

    /// <summary>Database in place of <see cref="DatabaseFile"/>: sqlite:PATH or
    /// postgres://USER@HOST:PORT/NAME, without a password.</summary>
    public string Database { get; init; } = "";

    /// <summary>Size in bytes at which the SQLite database counts as full; 0 for no limit but the
    /// disk's.</summary>
    public long DatabaseBytesMax { get; init; }

    /// <summary>Nodes of the queue between edges and ingests, amqps://HOST:PORT separated by commas; without
    /// TLS, amqp:// or HOST:PORT alone, on this machine only; empty for an ingest that takes from the broker
    /// itself.</summary>
    public string QueueNodes { get; init; } = "";

    /// <summary>Queues that share the devices, 1 to 64; the same for all forwarders and ingests. An ingest
    /// takes from all of them.</summary>
    public int QueueCount { get; init; } = 1;

    /// <summary>User at the queue.</summary>
    public string QueueUserName { get; init; } = "";

    /// <summary>File of that user's password, mode 0600.</summary>
    public string QueuePasswordFile { get; init; } = "";

    /// <summary>Brokers that devices may be connected to, HOST:PORT separated by commas; empty for the one
    /// broker. Commands are published at all of them.</summary>
    public string EdgeBrokers { get; init; } = "";

    /// <summary>Name of the edge, for its forwarder alone; empty in the settings of an ingest.</summary>
    public string EdgeName { get; init; } = "";

    /// <summary>Reads settings from a JSON file (camel case, comments allowed).</summary>
    /// <exception cref="IngestException">Missing, unreadable, not JSON, an unknown or missing or wrong key;
    /// one line that names file, line and key.</exception>
    public static IngestOptions Load(string path)
    {
        IngestOptions? options;
        try
        {
            options = JsonSerializer.Deserialize<IngestOptions>(File.ReadAllBytes(path), Json);
        }
        catch (JsonException e)
        {
            throw new IngestException($"{path}: line {(e.LineNumber ?? 0) + 1}: {Reason(e)}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IngestException($"cannot read {path}: {e.Message}", e);
        }

        if (options is null)
        {
            throw new IngestException($"{path} holds no settings");
        }

        string[] missing = [.. options.Required().Where(file => string.IsNullOrEmpty(file.Path))
            .Select(file => file.Name)];
        return missing.Length == 0 ? options
            : throw new IngestException($"{path}: missing: {string.Join(", ", missing)}");
    }

    /// <summary>Checks everything that can be checked without connecting.</summary>
    /// <exception cref="IngestException">The first thing that is wrong, in one line.</exception>
    internal void Check()
    {
        if (BrokerPort is < 1 or > 65535)
        {
            throw new IngestException($"brokerPort {BrokerPort} is not a port: use 1 to 65535");
        }

        if (DatabaseBytesMax < 0)
        {
            throw new IngestException("databaseBytesMax must not be negative");
        }

        if (QueueCount is < 1 or > QueueLayout.UpCountMax)
        {
            throw new IngestException($"queueCount is 1 to {QueueLayout.UpCountMax}");
        }

        foreach ((string name, string path) in Required())
        {
            if (string.IsNullOrEmpty(path))
            {
                throw new IngestException($"{name} is missing");
            }

            if (name != "databaseFile" && !File.Exists(path))
            {
                throw new IngestException($"{name} {path} does not exist");
            }
        }

        _ = ReadQueue();
        if (NeedsBroker)
        {
            PrivateFiles.Require(KeyFile, "private key");
            RequireIdentity();
        }
    }

    /// <summary>Where devices may be connected.</summary>
    /// <exception cref="IngestException">Not HOST:PORT.</exception>
    internal IReadOnlyList<(string Host, int Port)> ReadBrokers()
    {
        if (EdgeBrokers.Length == 0)
        {
            return [(BrokerHost, BrokerPort)];
        }

        var brokers = new List<(string, int)>();
        foreach (string broker in EdgeBrokers.Split(',', StringSplitOptions.TrimEntries))
        {
            int colon = broker.LastIndexOf(':');
            if (colon < 1 || !int.TryParse(broker[(colon + 1)..], out int port) || port is < 1 or > 65535)
            {
                throw new IngestException("edgeBrokers is HOST:PORT, separated by commas");
            }

            brokers.Add((broker[..colon], port));
        }

        return brokers;
    }

    /// <summary>The queue that these settings name; null for none.</summary>
    /// <exception cref="IngestException">They do not name it well.</exception>
    internal QueueAddress? ReadQueue() => QueueNodes.Length == 0 ? null
        : QueueAddress.Parse(
            QueueNodes, QueueUserName, QueuePasswordFile,
            new QueueCertificates(CaFile, CertificateFile, KeyFile));

    private bool IsForwarder => EdgeName.Length > 0;

    private bool NeedsBroker => IsForwarder || QueueNodes.Length == 0;

    /// <summary>The database that these settings name.</summary>
    /// <exception cref="IngestException">They name none, or not well.</exception>
    public DatabaseAddress ReadAddress()
        => DatabaseAddress.Parse(Database.Length > 0 ? Database : DatabaseFile);

    // Whose certificate it is decides what the broker lets it do, and shows there only as silence.
    private void RequireIdentity()
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPemFile(CertificateFile, KeyFile);
            string name = certificate.GetNameInfo(X509NameType.SimpleName, false);
            if (name != BrokerConnection.ClientId)
            {
                throw new IngestException(
                    $"{CertificateFile} is the certificate of '{name}': the ingest needs that of "
                    + $"'{BrokerConnection.ClientId}' (./pulsegate provision backend ingest)");
            }

            if (certificate.NotAfter < DateTime.Now)
            {
                throw new IngestException(
                    $"{CertificateFile} ended on {certificate.NotAfter:yyyy-MM-dd}: "
                    + "./pulsegate provision backend ingest");
            }
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new IngestException(
                $"{CertificateFile} and {KeyFile} are not a certificate and its key", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IngestException($"{CertificateFile}: {e.Message}", e);
        }
    }

    // The library's own words name types of this program, which say nothing to who writes the file.
    private static string Reason(JsonException exception)
    {
        string name = (exception.Path ?? "").TrimStart('$', '.');
        if (name.Length == 0)
        {
            return "this is not JSON: an object of settings is needed";
        }

        string[] known = [.. typeof(IngestOptions).GetProperties()
            .Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name))];
        return known.Contains(name)
            ? $"{name} has a value of the wrong kind"
            : $"there is no setting {new string([.. name.Where(c => !char.IsControl(c))])}; "
                + $"there are {string.Join(", ", known)}";
    }

    private List<(string Name, string Path)> Required()
    {
        var files = new List<(string, string)>();
        if (NeedsBroker)
        {
            files.AddRange([("caFile", CaFile), ("certificateFile", CertificateFile), ("keyFile", KeyFile)]);
        }

        if (!IsForwarder)
        {
            files.Add(("keyringFile", KeyringFile));
            files.Add(("databaseFile", Database.Length > 0 ? Database : DatabaseFile));
        }

        return files;
    }
}
