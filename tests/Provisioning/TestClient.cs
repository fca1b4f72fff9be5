// Goal: MQTT in straight lines for tests. Method: the real client, each call waiting for its answer up to a
// limit.

using System.Collections.Concurrent;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Pulsegate.Mosquitto;

namespace Pulsegate.Tests.Provisioning;

internal sealed class TestClient : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);
    private readonly MosquittoClient _client;
    private readonly BlockingCollection<string> _outcomes = [];
    private readonly BlockingCollection<(int Id, int Reason)> _answers = [];

    internal TestClient(MosquittoOptions options)
    {
        _client = new MosquittoClient(options);
        _client.Connected += reason =>
        {
            if (reason == 0)
            {
                _outcomes.Add("");
            }
        };
        _client.Disconnected += reason =>
        {
            HasEnded = true;
            _outcomes.Add(reason.Length == 0 ? "ended" : reason);
        };
        _client.Published += (id, reason) => _answers.Add((id, reason));
        _client.Subscribed += (id, reason) => _answers.Add((id, reason));
        _client.MessageReceived += (topic, payload, _, _) => Received.Add((topic, payload.ToArray()));
    }

    /// <summary>Messages not yet taken.</summary>
    internal BlockingCollection<(string Topic, byte[] Payload)> Received { get; } = [];

    /// <summary>True once any connection or attempt has ended.</summary>
    internal bool HasEnded { get; private set; }

    /// <summary>A client with the certificate of a folder; null for none.</summary>
    internal static TestClient With(int port, string caFile, string? folder, string clientId = "any-id")
        => new(new MosquittoOptions
    {
        Host = "127.0.0.1",
        Port = port,
        ClientId = clientId,
        CaFile = caFile,
        CertificateFile = folder is null ? null : Path.Combine(folder, "cert.pem"),
        KeyFile = folder is null ? null : Path.Combine(folder, "key.pem"),
    });

    /// <summary>Connects; empty when the broker accepted, else why not. TLS 1.3 tells a client only after it
    /// has finished that its certificate was refused, so acceptance means the answer to CONNECT, not the
    /// handshake.</summary>
    internal string Connect()
    {
        Assert.IsTrue(_client.Connect());
        return Take(_outcomes);
    }

    /// <summary>Publishes with QoS 1 and gives the broker's reason code.</summary>
    internal int Publish(string topic, params byte[] payload)
    {
        int id = _client.TryPublish(topic, payload, 1, retain: false);
        Assert.AreNotEqual(0, id, "publish not accepted");
        return AnswerTo(id);
    }

    internal int Subscribe(params string[] filters)
    {
        int id = _client.TrySubscribe(1, filters);
        Assert.AreNotEqual(0, id, "subscribe not accepted");
        return AnswerTo(id);
    }

    internal (string Topic, byte[] Payload) Receive() => Take(Received);

    public void Dispose() => _client.Dispose();

    private int AnswerTo(int id)
    {
        (int Id, int Reason) answer;
        do
        {
            answer = Take(_answers);
        }
        while (answer.Id != id);
        return answer.Reason;
    }

    private static T Take<T>(BlockingCollection<T> queue)
    {
        Assert.IsTrue(queue.TryTake(out T? item, Limit), "nothing came in time");
        return item!;
    }
}
