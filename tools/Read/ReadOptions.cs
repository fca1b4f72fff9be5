using System.Net;
using Pulsegate.Read.Api;
using Pulsegate.Read.Webhooks;

namespace Pulsegate.Read;

/// <summary>How the read API is run.</summary>
public sealed record ReadOptions
{
    /// <summary>The ingest's database: a file, sqlite:PATH, or postgres://USER@HOST:PORT/NAME.</summary>
    public required string Database { get; init; }

    /// <summary>The API's own database file: tokens, audit log, assignments.</summary>
    public required string AccessFile { get; init; }

    /// <summary>Keyring to verify messages anew with; null for not to.</summary>
    public string? KeyringFile { get; init; }

    /// <summary>Where to listen.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>Port; 0 for one that is free.</summary>
    public int Port { get; init; }

    /// <summary>Certificate in PEM; needed wherever others than this machine can listen in.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>Its private key in PEM.</summary>
    public string? CertificateKeyFile { get; init; }

    /// <summary>Folder with the chart library as npm installs it; where it is missing the operator's view has
    /// no charts, and says so.</summary>
    public string LibraryFolder { get; init; } = "";

    /// <summary>Who is told of alarms.</summary>
    public IReadOnlyList<Webhook> Webhooks { get; init; } = [];

    /// <summary>OpenTelemetry collector that is sent the metrics, OTLP over HTTP; null for none.</summary>
    public Uri? Otlp { get; init; }

    /// <summary>Requests a minute that one token may make, at least 60; as many at once after a minute of
    /// rest.</summary>
    public int RequestsPerMinuteMax { get; init; } = RequestLimits.RequestsPerMinuteMaxDefault;

    /// <summary>How often a sixtieth of them is given back.</summary>
    internal TimeSpan RefillTime { get; init; } = RequestLimits.RefillTimeDefault;

    /// <summary>Connections that one address may hold, of 256 in all: more than any page or proxy wants, and
    /// never all.</summary>
    internal int ConnectionsPerAddressMax { get; init; } = 192;

    /// <summary>Name of the meter; several servers in one process (in tests) need one each.</summary>
    internal string MeterName { get; init; } = "Pulsegate.Read";

    /// <summary>Pause after a first failed attempt to tell one; it doubles up to an hour.</summary>
    internal int FirstPauseMs { get; init; } = 2000;
}
