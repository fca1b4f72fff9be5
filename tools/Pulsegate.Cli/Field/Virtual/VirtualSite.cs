using System.Text;
using System.Text.Json;
using Pulsegate.Ingest;
using Pulsegate.Provisioning;

namespace Pulsegate.Cli.Field.Virtual;

/// <summary>The station and the backend that a virtual board is provisioned for: a real broker and ingest
/// over TLS.</summary>
internal sealed class VirtualSite : IDisposable
{
    private const string Device = "bed-1";
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);

    private readonly string _folder;
    private MosquittoBroker? _broker;
    private IngestService? _ingest;

    /// <summary>Makes the station the first time.</summary>
    public VirtualSite(string folder)
    {
        _folder = folder;
        if (!Directory.Exists(UnitFolder))
        {
            Provision();
        }
    }

    /// <summary>The station.</summary>
    public string StationFolder => PathOf("station");

    /// <summary>The provisioned unit.</summary>
    public string UnitFolder => PathOf("unit");

    /// <summary>Starts broker and ingest.</summary>
    public void Start(bool hasIngest)
    {
        int port = JsonDocument.Parse(
            File.ReadAllBytes(Path.Combine(UnitFolder, Cli.UnitFolder.ConfigurationName)))
            .RootElement.GetProperty("brokerPort").GetInt32();
        _broker = MosquittoBroker.Start(new BrokerConfiguration { Folder = PathOf("broker"), Port = port });
        if (hasIngest)
        {
            _ingest = IngestService.Start(new IngestOptions
            {
                BrokerPort = port,
                CaFile = PathOf("ingest", "ca.pem"),
                CertificateFile = PathOf("ingest", "cert.pem"),
                KeyFile = PathOf("ingest", "key.pem"),
                KeyringFile = PathOf("ingest", "keyring.json"),
                DatabaseFile = PathOf("pulsegate.db"),
            });
        }
    }

    /// <summary>Another folder for the unit, whose flash was erased: next keys, and a store of its
    /// own.</summary>
    public void BeginStore()
    {
        string next = PathOf("new-unit");
        using (Station station = Station.Open(PathOf("station")))
        {
            station.Rotate(Device, next, isNewStore: true);
            station.ExportKeyring(PathOf("ingest", "keyring.json"));
        }

        File.Copy(
            Path.Combine(UnitFolder, Cli.UnitFolder.ConfigurationName),
            Path.Combine(next, Cli.UnitFolder.ConfigurationName));
        Directory.Delete(UnitFolder, recursive: true);
        Directory.Move(next, UnitFolder);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ingest?.Stop(StopLimit);
        _ingest?.Dispose();
        _broker?.Dispose();
    }

    private void Provision()
    {
        PrivateFile.CreateFolder(_folder);
        using (Station station = Station.Create(PathOf("station")))
        {
            station.NewDevice(Device, PathOf("new-unit"));
            station.NewBackend("ingest", PathOf("ingest"));
            station.NewBroker(PathOf("broker"));
            station.ExportKeyring(PathOf("ingest", "keyring.json"));
        }

        var settings = new
        {
            brokerHost = "127.0.0.1", brokerPort = LoopbackPort.Find(), commitIntervalSeconds = 10,
        };
        PrivateFile.Write(
            PathOf("new-unit", Cli.UnitFolder.ConfigurationName),
            Encoding.UTF8.GetBytes(JsonSerializer.Serialize(settings)));

        // Last: what is half made is made again.
        Directory.Move(PathOf("new-unit"), UnitFolder);
    }

    private string PathOf(params string[] parts) => Path.Combine([_folder, .. parts]);
}
