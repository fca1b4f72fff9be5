// One command to one device: the boot it is for and its answer come out of the ingest's database, the key out
// of the keyring, and it goes to the broker under the operator's own certificate, the only one that may
// publish there.

using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Pulsegate.Batch;
using Pulsegate.Ingest.Format;
using Pulsegate.Ingest.Storage;
using Pulsegate.Mosquitto;

namespace Pulsegate.Ingest;

/// <summary>Sends commands. Not thread-safe.</summary>
/// <param name="options">Settings of the ingest: broker, keyring and database.</param>
/// <param name="operatorFolder">Folder with ca.pem, cert.pem and key.pem of <c>ingest-operator</c>.</param>
public sealed class CommandSender(IngestOptions options, string operatorFolder)
{
    private const string ClientId = "ingest-operator";
    private const int NoSubscribers = 0x10;   // MQTT 5: accepted, and nobody was there to take it
    private const int PollMs = 100;
    private static readonly TimeSpan PublishLimit = TimeSpan.FromSeconds(20);

    /// <summary>Signs a command, publishes it and waits for the device's answer.</summary>
    /// <param name="device">Device id.</param>
    /// <param name="order">What to do.</param>
    /// <param name="limit">How long to wait for the answer.</param>
    /// <param name="onProgress">Told of answers that are not the last one; null for nobody.</param>
    /// <returns>The last answer as the device signed it; null when it did not come in time.</returns>
    /// <exception cref="IngestException">Unknown device, or broker or database cannot be used; one
    /// line.</exception>
    public string? Send(string device, CommandOrder order, TimeSpan limit, Action<string>? onProgress = null)
    {
        KeyringFile keyring = PrivateFiles.LoadKeyring(options.KeyringFile);
        if (!keyring.TryGetDownKey(device, out int newest, out byte[] key))
        {
            throw new IngestException($"{device} is not in keyring {options.KeyringFile}");
        }

        try
        {
            using SqliteConnection database = Open();
            (uint bootId, int version) = FindBoot(database, device);
            if (!keyring.TryGetDownKey(device, version, out byte[] own))
            {
                (version, own) = (newest, key);
            }

            // The clock numbers commands, so that the count outlives a lost database; answers put it right
            // when the clock was set back.
            long utcMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
            long number = Math.Max(utcMs, FindLastNumber(database, device) + 1);
            Publish(
                Topics.Command(device),
                CommandWriter.Write(device, version, own, bootId, utcMs, number, order));
            return WaitForAnswer(database, device, number, limit, onProgress);
        }
        catch (SqliteException e)
        {
            throw new IngestException($"database {options.DatabaseFile}: {e.Message}", e);
        }
    }

    private SqliteConnection Open()
    {
        SystemSqlite.Initialize();
        var database = new SqliteConnection(
            $"Data Source={options.DatabaseFile};Mode=ReadWrite;Pooling=False");
        database.Open();
        return database;
    }

    // The newest thing the unit has sealed; a boot seals its record at once.
    private static (uint BootId, int KeyVersion) FindBoot(SqliteConnection database, string device)
    {
        using SqliteCommand command = database.CreateCommand();
        command.CommandText =
            """
            select r.boot_id, r.key_version from device_state s
            join record r on r.device = s.device and r.epoch = s.epoch and r.sequence = s.last_sequence
            where s.device = $device order by s.last_utc_ms desc limit 1
            """;
        command.Parameters.AddWithValue("$device", device);
        using SqliteDataReader reader = command.ExecuteReader();
        return reader.Read()
            ? ((uint)reader.GetInt64(0), reader.GetInt32(1))
            : throw new IngestException(
                $"nothing has come from {device} yet: a command names the boot it is for");
    }

    private static long FindLastNumber(SqliteConnection database, string device) => Convert.ToInt64(
        Answer(database, "coalesce(max(fields ->> 'commandNumber'), 0)", device, "true", 0),
        CultureInfo.InvariantCulture);

    // New keys and certificates are answered more than once: staged, on the way, and in the end.
    private static string? WaitForAnswer(
        SqliteConnection database, string device, long number, TimeSpan limit, Action<string>? onProgress)
    {
        var elapsed = Stopwatch.StartNew();
        string told = "";
        do
        {
            if (Answer(
                database, "fields ->> 'note'", device,
                "fields ->> 'commandNumber' = $number order by epoch desc, sequence desc limit 1", number)
                is string answer && answer != told)
            {
                if (!CommandOrder.IsProgress(answer))
                {
                    return answer;
                }

                told = answer;
                onProgress?.Invoke(answer);
            }

            Thread.Sleep(PollMs);
        }
        while (elapsed.Elapsed < limit);
        return null;
    }

    private static object? Answer(
        SqliteConnection database, string column, string device, string condition, long number)
    {
        using SqliteCommand command = database.CreateCommand();
        command.CommandText =
            $"select {column} from record where device = $device and kind = {(int)RecordKind.Event} "
            + $"and fields ->> 'event' = {(int)EventCode.CommandAnswer} and {condition}";
        command.Parameters.AddWithValue("$device", device);
        command.Parameters.AddWithValue("$number", number);
        return command.ExecuteScalar() is { } value and not DBNull ? value : null;
    }

    private void Publish(string topic, byte[] text)
    {
        string PathOf(string name)
        {
            string path = Path.Combine(operatorFolder, name);
            return File.Exists(path) ? path : throw new IngestException($"{path} does not exist");
        }

        using var client = new MosquittoClient(new MosquittoOptions
        {
            Host = options.BrokerHost,
            Port = options.BrokerPort,
            ClientId = ClientId,
            CaFile = PathOf("ca.pem"),
            CertificateFile = PathOf("cert.pem"),
            KeyFile = PathOf("key.pem"),
        });
        using var ended = new ManualResetEventSlim();
        string problem = "no answer";
        client.Connected += reason =>
        {
            if (reason == 0 && client.TryPublish(topic, text, 1, retain: false) == 0)
            {
                problem = "the command could not be handed over";
                ended.Set();
            }
        };
        client.Published += (_, reason) =>
        {
            problem = reason switch
            {
                0 => "",
                NoSubscribers => "the device is not connected",
                _ => MosquittoReason.OfCode(reason),
            };
            ended.Set();
        };
        client.Disconnected += reason =>
        {
            problem = reason;
            ended.Set();
        };
        client.Connect();
        ended.Wait(PublishLimit);
        if (problem.Length > 0)
        {
            throw new IngestException($"broker {options.BrokerHost}:{options.BrokerPort}: {problem}");
        }
    }
}
