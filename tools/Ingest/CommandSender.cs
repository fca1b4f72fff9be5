// One command to one device: the boot it is for and its answer come out of the ingest's database, the key out
// of the keyring, and it goes to the broker under the operator's own certificate, the only one that may
// publish there.

using System.Data.Common;
using System.Diagnostics;
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
            using var history = new CommandHistory(options.ReadAddress());
            (uint bootId, int version) = history.FindBoot(device) ?? throw new IngestException(
                $"nothing has come from {device} yet: a command names the boot it is for");
            if (!keyring.TryGetDownKey(device, version, out byte[] own))
            {
                (version, own) = (newest, key);
            }

            // The clock numbers commands, so that the count outlives a lost database; answers put it right
            // when the clock was set back.
            long utcMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
            long number = Math.Max(utcMs, history.FindLastNumber(device) + 1);
            Publish(
                Topics.Command(device),
                CommandWriter.Write(device, version, own, bootId, utcMs, number, order));
            return WaitForAnswer(history, device, number, limit, onProgress);
        }
        catch (DbException e)
        {
            throw new IngestException(
                $"database {options.ReadAddress().Text}: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    // New keys and certificates are answered more than once: staged, on the way, and in the end.
    private static string? WaitForAnswer(
        CommandHistory history, string device, long number, TimeSpan limit, Action<string>? onProgress)
    {
        var elapsed = Stopwatch.StartNew();
        string told = "";
        do
        {
            if (history.FindAnswer(device, number) is { } answer && answer != told)
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

    // Nobody knows at which edge a unit is at this moment, so all are told: it obeys a number once.
    private void Publish(string topic, byte[] text)
    {
        var problems = new List<string>();
        IReadOnlyList<(string Host, int Port)> brokers = options.ReadBrokers();
        foreach ((string host, int port) in brokers)
        {
            string problem = Publish(host, port, topic, text);
            if (problem.Length > 0)
            {
                problems.Add($"broker {host}:{port}: {problem}");
            }
        }

        if (problems.Count == brokers.Count)
        {
            throw new IngestException(string.Join("; ", problems));
        }
    }

    // Why it did not get there; empty when it did.
    private string Publish(string host, int port, string topic, byte[] text)
    {
        string PathOf(string name)
        {
            string path = Path.Combine(operatorFolder, name);
            return File.Exists(path) ? path : throw new IngestException($"{path} does not exist");
        }

        using var client = new MosquittoClient(new MosquittoOptions
        {
            Host = host,
            Port = port,
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
        return problem;
    }
}
