// A backend of one's own on this machine for one run: throw-away station, a real broker, the ingest.

using Pulsegate.Ingest;
using Pulsegate.Provisioning;

namespace Pulsegate.Cli;

/// <summary>Broker and ingest of one folder, and one provisioned unit. Dispose stops both.</summary>
internal sealed class LocalSite : IDisposable
{
    private readonly MosquittoBroker _broker;
    private readonly string _folder;

    /// <summary>Provisions a unit, and starts broker and ingest.</summary>
    /// <param name="folder">An empty folder that only its owner can read.</param>
    /// <param name="device">Device id of the unit.</param>
    /// <param name="port">Port of the broker on 127.0.0.1; 0 for a free one.</param>
    public LocalSite(string folder, string device, int port)
    {
        _folder = folder;
        Port = port == 0 ? LoopbackPort.Find() : port;
        Provision(device);
        _broker = MosquittoBroker.Start(new BrokerConfiguration { Folder = PathOf("broker"), Port = Port });
        try
        {
            Ingest = IngestService.Start(IngestOptions());
        }
        catch
        {
            _broker.Dispose();
            throw;
        }
    }

    /// <summary>Port of the broker on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>Process id of the broker.</summary>
    public int BrokerProcessId => _broker.ProcessId;

    /// <summary>False when the broker has ended by itself.</summary>
    public bool IsBrokerRunning => _broker.IsRunning;

    /// <summary>The backend.</summary>
    public IngestService Ingest { get; }

    /// <summary>The unit's folder.</summary>
    public string UnitPath => PathOf("unit");

    /// <summary>The ingest's database.</summary>
    public string DatabasePath => PathOf("pulsegate.db");

    /// <inheritdoc/>
    public void Dispose()
    {
        Ingest.Dispose();
        _broker.Dispose();
    }

    private void Provision(string device)
    {
        using Station station = Station.Create(PathOf("station"));
        station.NewDevice(device, UnitPath);
        station.NewBackend("ingest", PathOf("ingest"));
        station.NewBackend("ingest-reader", PathOf("reader"));
        station.NewBroker(PathOf("broker"));
        station.ExportKeyring(PathOf("ingest", "keyring.json"));
    }

    private IngestOptions IngestOptions() => new()
    {
        BrokerPort = Port,
        CaFile = PathOf("ingest", "ca.pem"),
        CertificateFile = PathOf("ingest", "cert.pem"),
        KeyFile = PathOf("ingest", "key.pem"),
        KeyringFile = PathOf("ingest", "keyring.json"),
        DatabaseFile = DatabasePath,
    };

    private string PathOf(params string[] parts) => Path.Combine([_folder, .. parts]);
}
