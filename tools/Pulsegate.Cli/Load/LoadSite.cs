// A backend for measuring: a throw-away station, a real broker, devices that send, a PostgreSQL of its own.

using System.Text.Json;
using Pulsegate.Provisioning;

namespace Pulsegate.Cli.Load;

/// <summary>Everything but the ingest. Dispose stops it.</summary>
internal sealed class LoadSite : IDisposable
{
    private readonly DemoFolder _folder = new(keep: null);
    private readonly MosquittoBroker _broker;

    /// <summary>Provisions devices, seals their batches, starts broker and PostgreSQL.</summary>
    public LoadSite(int deviceCount, int batchCount)
    {
        using (Station station = Station.Create(PathOf("station")))
        {
            for (int i = 0; i < deviceCount; i++)
            {
                station.NewDevice($"load-{i:0000}", PathOf($"load-{i:0000}"));
            }

            station.NewBackend("ingest", PathOf("ingest"));
            station.NewBroker(PathOf("broker"));
            station.ExportKeyring(KeyringPath);
        }

        Devices = [.. Enumerable.Range(0, deviceCount).Select(
            i => new LoadDevice(PathOf($"load-{i:0000}"), batchCount, seed: i))];
        Port = LoopbackPort.Find();
        File.WriteAllText(SettingsPath, JsonSerializer.Serialize(new
        {
            brokerPort = Port,
            caFile = PathOf("ingest", "ca.pem"),
            certificateFile = PathOf("ingest", "cert.pem"),
            keyFile = PathOf("ingest", "key.pem"),
            keyringFile = KeyringPath,
            databaseFile = PathOf("unused.db"),
        }));
        _broker = MosquittoBroker.Start(new BrokerConfiguration { Folder = PathOf("broker"), Port = Port });
        try
        {
            Postgres = PostgresServer.Start();
        }
        catch
        {
            _broker.Dispose();
            throw;
        }
    }

    /// <summary>The devices.</summary>
    public LoadDevice[] Devices { get; }

    /// <summary>Port of the broker on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>Process id of the broker.</summary>
    public int BrokerProcessId => _broker.ProcessId;

    /// <summary>The database server, with the settings that it comes with.</summary>
    public PostgresServer Postgres { get; }

    /// <summary>Settings of the ingest.</summary>
    public string SettingsPath => PathOf("settings.json");

    /// <summary>The devices' keys.</summary>
    public string KeyringPath => PathOf("keyring.json");

    /// <summary>A path in its folder.</summary>
    public string PathOf(params string[] parts) => Path.Combine([_folder.Path, .. parts]);

    /// <summary>Seconds of processor used so far: ingest, broker, PostgreSQL, the load itself.</summary>
    public double[] SecondsUsed(IngestProcess ingest) =>
    [
        ProcessorTime.SecondsOf(ingest.ProcessId), ProcessorTime.SecondsOf(BrokerProcessId),
        ProcessorTime.SecondsOf(Postgres.ProcessId), Environment.CpuUsage.TotalTime.TotalSeconds,
    ];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (LoadDevice device in Devices)
        {
            device.Dispose();
        }

        _broker.Dispose();
        Postgres.Dispose();
        _folder.Dispose();
    }
}
