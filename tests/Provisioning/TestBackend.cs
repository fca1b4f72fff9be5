// Goal: a whole backend for one test. Method: a station, a broker on a free port and the ingest's files in a
// folder of their own, everything real.

using Microsoft.Data.Sqlite;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Pulsegate.Ingest;
using Pulsegate.Provisioning;
using Pulsegate.Tests.Ingest;

namespace Pulsegate.Tests.Provisioning;

internal sealed class TestBackend : IDisposable
{
    internal const int NotAuthorised = 0x87;   // MQTT 5, 3.4.2.1

    private readonly TestSink? _sink;

    /// <summary>Starts it.</summary>
    /// <param name="sink">Database of the ingest, from now on this object's; null for a file in the
    /// folder.</param>
    /// <param name="authority">Folder of a station whose authority this one has as well; null for one of its
    /// own.</param>
    internal TestBackend(TestSink? sink = null, string? authority = null)
    {
        _sink = sink;
        if (!File.Exists(MosquittoBroker.Executable))
        {
            Folder.Dispose();
            Assert.Inconclusive("mosquitto is not installed");
        }

        Station = Station.Create(Folder["station"]);
        if (authority is not null)
        {
            Station.Dispose();
            foreach (string file in new[] { "ca.pem", "ca.key" })
            {
                File.Copy(Path.Combine(authority, file), Folder[$"station/{file}"], overwrite: true);
            }

            Station = Station.Open(Folder["station"]);
        }

        Station.NewBroker(Folder["broker"]);
        Station.NewBackend("ingest", Folder["ingest"]);
        Configuration = new BrokerConfiguration { Folder = Folder["broker"], Port = LoopbackPort.Find() };
        Broker = MosquittoBroker.Start(Configuration);
    }

    internal TemporaryFolder Folder { get; } = new();

    internal Station Station { get; }

    internal BrokerConfiguration Configuration { get; }

    internal MosquittoBroker Broker { get; private set; }

    internal int Port => Configuration.Port;

    internal string CaFile => Folder["station/ca.pem"];

    internal string DatabasePath => Folder["ingest.db"];

    internal IngestOptions Options => new()
    {
        BrokerPort = Port,
        CaFile = Folder["ingest/ca.pem"],
        CertificateFile = Folder["ingest/cert.pem"],
        KeyFile = Folder["ingest/key.pem"],
        KeyringFile = Folder["keyring.json"],
        DatabaseFile = DatabasePath,
        Database = _sink?.Address ?? "",
    };

    /// <summary>Provisions a device; its files are in the folder of its name.</summary>
    internal DeviceIdentity AddDevice(string device, SignatureAlgorithm algorithm = SignatureAlgorithm.HS256)
    {
        DeviceIdentity identity = Station.NewDevice(device, Folder[device], algorithm);
        Station.ExportKeyring(Folder["keyring.json"]);
        return identity;
    }

    /// <summary>A client with the certificate of a folder here.</summary>
    internal TestClient Client(string? folder, string clientId = "any-id")
        => TestClient.With(Port, CaFile, folder is null ? null : Folder[folder], clientId);

    internal TestClient Connected(string folder)
    {
        TestClient client = Client(folder);
        Assert.AreEqual("", client.Connect());
        return client;
    }

    /// <summary>One number out of the ingest's database, over a connection of our own.</summary>
    internal long Scalar(string sql)
    {
        if (_sink is not null)
        {
            return Convert.ToInt64(_sink.Query(sql).Single().Values.Single());
        }

        using var connection = new SqliteConnection($"Data Source={DatabasePath};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar());
    }

    /// <summary>Waits for a condition; a failed test when it does not come about. The limit is far above
    /// what anything takes on a loaded machine; only a hang reaches it.</summary>
    internal static void WaitFor(Func<bool> condition)
        => Assert.IsTrue(
            SpinWait.SpinUntil(
                () =>
                {
                    Thread.Sleep(5);
                    return condition();
                },
                TimeSpan.FromSeconds(180)),
            "did not happen in time");

    internal void RestartBroker()
    {
        Broker.Dispose();
        Broker = MosquittoBroker.Start(Configuration);
    }

    public void Dispose()
    {
        Broker.Dispose();
        Station.Dispose();
        _sink?.Dispose();
        Folder.Dispose();
    }
}
