using System.Collections.Concurrent;
using System.Text;
using Pulsegate.Mosquitto;

namespace Pulsegate.Tests.Mosquitto;

/// <summary>A client whose events are kept as lines in the order they came, so that a test can wait for the
/// next one.</summary>
internal sealed class RecordedClient : IDisposable
{
    private const int WaitMs = 120_000;   // far above what any step takes; only a hang reaches it
    private readonly BlockingCollection<string> _lines = [];

    public RecordedClient(MosquittoOptions options)
    {
        Client = new MosquittoClient(options);
        Client.Connected += code => _lines.Add("connected " + code);
        Client.Disconnected += reason => _lines.Add("disconnected: " + reason);
        Client.Published += (id, code) => _lines.Add($"published {id} {code}");
        Client.Subscribed += (id, code) => _lines.Add($"subscribed {id} {code}");
        Client.MessageReceived += (topic, payload, qos, retained) =>
            _lines.Add(
                $"message {topic} {Encoding.UTF8.GetString(payload)} {qos}{(retained ? " retained" : "")}");
    }

    public MosquittoClient Client { get; }

    public string Next()
        => _lines.TryTake(out string? line, WaitMs) ? line : throw new AssertFailedException("no event came");

    /// <summary>Skips to the next line that begins so.</summary>
    public string Next(string beginning)
    {
        string line = Next();
        while (!line.StartsWith(beginning, StringComparison.Ordinal))
        {
            line = Next();
        }

        return line;
    }

    public RecordedClient Connect(MosquittoWill? will = null)
    {
        Assert.IsTrue(Client.Connect(will));
        Assert.AreEqual("connected 0", Next());
        return this;
    }

    public RecordedClient Subscribe(params string[] topics)
    {
        int id = Client.TrySubscribe(1, topics);
        Assert.AreEqual($"subscribed {id} 1", Next());
        return this;
    }

    public int Publish(string topic, string payload, int qos = 1, bool retain = false)
        => Client.TryPublish(topic, Encoding.UTF8.GetBytes(payload), qos, retain);

    public void Dispose() => Client.Dispose();
}
