using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Pulsegate.Ingest.Storage;
using Pulsegate.Provisioning;

namespace Pulsegate.Tests.EndToEnd;

/// <summary>A site of one unit: keys, certificates, a real broker, and the settings for gateway and ingest
/// processes.</summary>
internal sealed class SmallSite : IDisposable
{
    public const string Device = "bed-1";

    private const int QueryCountMax = 300;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);
    private readonly string _folder = Directory.CreateTempSubdirectory("pulsegate-site-").FullName;
    private readonly BrokerConfiguration _configuration;

    public SmallSite(SignatureAlgorithm algorithm = SignatureAlgorithm.HS256)
    {
        SystemSqlite.Initialize();   // the ingest does it, and here it is a process of its own
        Port = LoopbackPort.Find();
        using (Station station = Station.Create(PathOf("station")))
        {
            station.NewDevice(Device, PathOf("unit"), algorithm);
            station.NewBackend("ingest", PathOf("ingest"));
            station.NewBackend("ingest-reader", PathOf("reader"));
            station.NewBroker(PathOf("broker"));
            station.ExportKeyring(PathOf("keyring.json"));
        }

        _configuration = new BrokerConfiguration { Folder = PathOf("broker"), Port = Port };
        Broker = MosquittoBroker.Start(_configuration);
        File.WriteAllText(PathOf("gateway.json"), JsonSerializer.Serialize(
            new { brokerHost = "127.0.0.1", brokerPort = Port, commitIntervalSeconds = 10 }));
        File.WriteAllText(PathOf("ingest.json"), JsonSerializer.Serialize(new
        {
            brokerPort = Port,
            caFile = PathOf("ingest/ca.pem"),
            certificateFile = PathOf("ingest/cert.pem"),
            keyFile = PathOf("ingest/key.pem"),
            keyringFile = PathOf("keyring.json"),
            databaseFile = PathOf("pulsegate.db"),
        }));
    }

    public int Port { get; }

    public MosquittoBroker Broker { get; private set; }

    public string PathOf(string name) => Path.Combine(_folder, name);

    public CommandProcess StartGateway() => CommandProcess.Start(
        "gateway", "--unit", PathOf("unit"), "--store", PathOf("flash"), "--configuration",
        PathOf("gateway.json"));

    public CommandProcess StartIngest()
        => CommandProcess.Start("ingest", "--settings", PathOf("ingest.json"));

    public void KillAndRestartBroker()
    {
        Broker.Kill();
        Broker.Dispose();
        Broker = MosquittoBroker.Start(_configuration);
    }

    /// <summary>One number out of the database; 0 while it is not there.</summary>
    public long Query(string sql)
    {
        SqliteException? refusal = null;
        for (int i = 0; i < QueryCountMax; i++)
        {
            try
            {
                return QueryOnce(sql);
            }
            catch (SqliteException exception)
            {
                refusal = exception;   // being made, or opened by the ingest at this moment
                Thread.Sleep(Poll);
            }
        }

        throw refusal!;
    }

    private long QueryOnce(string sql)
    {
        if (!File.Exists(PathOf("pulsegate.db")))
        {
            return 0;
        }

        using var connection = new SqliteConnection($"Data Source={PathOf("pulsegate.db")};Mode=ReadOnly");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        try
        {
            return Convert.ToInt64(command.ExecuteScalar() is { } value and not DBNull ? value : 0,
                CultureInfo.InvariantCulture);
        }
        catch (SqliteException exception) when (exception.Message.Contains("no such table"))
        {
            return 0;
        }
    }

    /// <summary>Waits until a number out of the database is above another.</summary>
    public long WaitUntilAbove(string sql, long number, TimeSpan limit)
    {
        long now = 0;
        Assert.IsTrue(
            SpinWait.SpinUntil(
                () =>
                {
                    Thread.Sleep(Poll);
                    return (now = Query(sql)) > number;
                },
                limit),
            $"{sql} stayed at {now}, wanted above {number}");
        return now;
    }

    public void Dispose()
    {
        Broker.Dispose();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }
}
