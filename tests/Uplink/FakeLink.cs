using System.Text;
using Pulsegate.Platform;

namespace Pulsegate.Tests.Uplink;

/// <summary>How a fake link treats a connection attempt.</summary>
internal enum FakeConnect
{
    Accept,
    FailAtOnce,
    FailLater,
    NeverAnswer,
}

/// <summary>A link in the test's hands: keeps what is published, answers as it is told to.</summary>
internal sealed class FakeLink : ILink
{
    private readonly Queue<(int Token, int Code)> _completions = new();
    private readonly Queue<(string Topic, byte[] Payload)> _messages = new();
    private int _lastToken;

    public LinkState State { get; private set; }

    public string LastError { get; set; } = "";

    public FakeConnect OnConnect { get; set; } = FakeConnect.Accept;

    /// <summary>PUBACK code of a publish, by topic; null keeps it waiting for ever.</summary>
    public Func<string, int?> OnPublish { get; set; } = _ => 0;

    /// <summary>Topics that TryPublish does not take.</summary>
    public Func<byte[], bool> Refuses { get; set; } = _ => false;

    public List<Publish> Published { get; } = [];

    public List<(string Topic, string Payload)> Wills { get; } = [];

    public int CleanDisconnectCount { get; private set; }

    public bool TryConnect(string willTopic, byte[] willPayload)
    {
        Assert.AreEqual(LinkState.Down, State, "connects only when down");
        Wills.Add((willTopic, Encoding.UTF8.GetString(willPayload)));
        if (OnConnect == FakeConnect.FailAtOnce)
        {
            return false;
        }

        State = OnConnect == FakeConnect.Accept ? LinkState.Up : LinkState.Connecting;
        if (OnConnect == FakeConnect.FailLater)
        {
            State = LinkState.Down;
        }

        return true;
    }

    public void Disconnect(bool clean)
    {
        CleanDisconnectCount += clean && State == LinkState.Up ? 1 : 0;
        Drop();
    }

    /// <summary>The connection breaks: what was on its way either way is lost.</summary>
    public void Drop()
    {
        State = LinkState.Down;
        _completions.Clear();
        _messages.Clear();
    }

    public int TryPublish(string topic, byte[] payload, int qualityOfService, bool retain)
    {
        if (State != LinkState.Up || Refuses(payload))
        {
            return 0;
        }

        Published.Add(new Publish(topic, payload, qualityOfService, retain));
        int token = ++_lastToken;
        if (qualityOfService > 0 && OnPublish(topic) is int code)
        {
            _completions.Enqueue((token, code));
        }

        return token;
    }

    public bool TryTakeCompletion(LinkCompletion completion)
    {
        if (!_completions.TryDequeue(out (int Token, int Code) next))
        {
            return false;
        }

        completion.Token = next.Token;
        completion.ReasonCode = next.Code;
        return true;
    }

    public bool TryTakeMessage(LinkMessage message)
    {
        if (!_messages.TryDequeue(out (string Topic, byte[] Payload) next))
        {
            return false;
        }

        message.Topic = next.Topic;
        message.PayloadLength = next.Payload.Length;
        next.Payload.CopyTo(message.Payload, 0);
        return true;
    }

    /// <summary>Delivered and not yet taken.</summary>
    public int WaitingMessages => _messages.Count;

    public void Deliver(string topic, byte[] payload) => _messages.Enqueue((topic, payload));

    internal sealed record Publish(string Topic, byte[] Payload, int QualityOfService, bool Retain)
    {
        public string Text => Encoding.UTF8.GetString(Payload);
    }
}
