// The backend of a fleet on this machine: station, broker, PostgreSQL and the ingest, each a process that can
// be killed and comes back.

using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Pulsegate.Cli.Load;
using Pulsegate.Provisioning;

namespace Pulsegate.Cli.Fleet;

/// <summary>Everything but the units. Dispose stops it.</summary>
internal sealed class FleetSite : IFleetSite
{
    private const int BackendConnectionCount = 20;
    private const int StartAttemptsMax = 60;
    private static readonly TimeSpan StartPause = TimeSpan.FromSeconds(1);
    private readonly DemoFolder _folder = new(keep: null);
    private readonly BrokerConfiguration _configuration;
    private readonly PostgresServer _postgres;
    private MosquittoBroker _broker;
    private IngestProcess _ingest;

    /// <summary>Provisions the units and starts everything.</summary>
    public FleetSite(int unitCount)
    {
        using (Station station = Station.Create(PathOf("station")))
        {
            station.NewDevices(Enumerable.Range(0, unitCount).Select(i => (NameOf(i), PathOf(NameOf(i)))));
            station.NewBackend("ingest", PathOf("ingest"));
            station.NewBroker(PathOf("broker"));
            station.ExportKeyring(PathOf("keyring.json"));
        }

        _configuration = new BrokerConfiguration
        {
            Folder = PathOf("broker"), Port = FreePort(), ConnectionCountMax = unitCount
                + BackendConnectionCount,
        };
        File.WriteAllText(PathOf("settings.json"), JsonSerializer.Serialize(new
        {
            brokerPort = _configuration.Port,
            caFile = PathOf("ingest/ca.pem"),
            certificateFile = PathOf("ingest/cert.pem"),
            keyFile = PathOf("ingest/key.pem"),
            keyringFile = PathOf("keyring.json"),
            databaseFile = PathOf("unused.db"),
        }));
        _postgres = PostgresServer.Start();
        try
        {
            _broker = MosquittoBroker.Start(_configuration);
            _ingest = StartIngest();
        }
        catch
        {
            _broker?.Dispose();
            _postgres.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string Folder => _folder.Path;

    /// <inheritdoc/>
    public IReadOnlyList<int> Ports => [_configuration.Port];

    /// <inheritdoc/>
    public string Database => _postgres.Address;

    /// <inheritdoc/>
    public IReadOnlyList<(string What, Action<TimeSpan> Kill)> Kills =>
        [("ingest", KillIngest), ("broker", KillBroker), ("database", KillDatabase)];

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, int ProcessId)> Processes =>
    [
        ("ingest", _ingest.ProcessId), ("broker", _broker.ProcessId), ("database", _postgres.ProcessId),
    ];

    /// <summary>Device id, and name of the folder, of a unit.</summary>
    public static string NameOf(int index) => $"bed-{index:00000}";

    /// <inheritdoc/>
    public bool StopIngest() => _ingest.Stop();

    /// <inheritdoc/>
    public void Dispose()
    {
        _ingest.Dispose();
        _broker.Dispose();
        _postgres.Dispose();
        _folder.Dispose();
    }

    private void KillIngest(TimeSpan downTime)
    {
        _ingest.Kill();
        Thread.Sleep(downTime);
        _ingest.Dispose();
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                _ingest = StartIngest();
                return;
            }
            catch (CommandException) when (attempt < StartAttemptsMax)
            {
                // Broker or database may be down as well: whoever watches it tries again.
                Thread.Sleep(StartPause);
            }
        }
    }

    private void KillBroker(TimeSpan downTime)
    {
        _broker.Kill();
        Thread.Sleep(downTime);
        _broker.Dispose();
        _broker = MosquittoBroker.Start(_configuration);
    }

    private void KillDatabase(TimeSpan downTime)
    {
        _postgres.Kill();
        Thread.Sleep(downTime);
        _postgres.Restart();
    }

    private IngestProcess StartIngest() => IngestProcess.Start(PathOf("settings.json"), _postgres.Address);

    private string PathOf(string name) => Path.Combine(_folder.Path, name);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
