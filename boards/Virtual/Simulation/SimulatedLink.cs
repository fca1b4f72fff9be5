// Broker and network between one unit and the backend. What is published arrives late, twice, or never,
// though the broker has said PUBACK; the connection breaks, is refused, or hangs; what the backend says comes
// late, twice, or not at all.

using Pulsegate.Platform;

namespace Pulsegate.Virtual.Simulation;

/// <summary>A link in world time.</summary>
/// <param name="random">What it draws from.</param>
/// <param name="onArrived">Takes what reaches the backend: topic and payload.</param>
/// <param name="coverage">Counts what was met.</param>
internal sealed class SimulatedLink(
    Random random, Action<string, byte[]> onArrived, SimulationCoverage coverage) : ILink
{
    private const int QueueLengthMax = 24;
    private const int LatencyMsMax = 1500;
    private readonly PriorityQueue<(string Topic, byte[] Payload), long> _up = new();
    private readonly PriorityQueue<(string Topic, byte[] Payload), long> _down = new();
    private readonly PriorityQueue<(int Token, int Code), long> _completions = new();
    private long _upAtMs;
    private int _lastToken;

    /// <summary>World time.</summary>
    public long NowMs { get; set; }

    /// <summary>False while there is no network or no broker.</summary>
    public bool IsReachable { get; set; } = true;

    /// <summary>False while the backend does not listen: the broker takes what comes, and it is
    /// lost.</summary>
    public bool IsBackendUp { get; set; } = true;

    /// <summary>Of a hundred messages each way, how many are lost, and how many come twice.</summary>
    public int FaultPercent { get; set; }

    /// <summary>Time that native code has held the unit up for handshakes, ms; the owner takes it
    /// off.</summary>
    public int StallMs { get; set; }

    /// <summary>True when something waits for the unit's next step.</summary>
    public bool HasArrivals => State == LinkState.Up && IsDue(_down);

    /// <inheritdoc/>
    public LinkState State { get; private set; }

    /// <inheritdoc/>
    public string LastError { get; private set; } = "";

    /// <inheritdoc/>
    public bool TryConnect(string willTopic, byte[] willPayload)
    {
        int handshakeMs = FaultPercent == 0 ? 0 : random.Next(200, 3000);   // TLS stops both loops
        coverage.Add(Met.HandshakeStall, handshakeMs > 0 ? 1 : 0);
        StallMs += handshakeMs;
        if (!IsReachable && random.Next(2) == 0)
        {
            LastError = "no route";
            return false;
        }

        State = LinkState.Connecting;
        _upAtMs = IsReachable ? NowMs + random.Next(50, 2000) : long.MaxValue;
        return true;
    }

    /// <inheritdoc/>
    public void Disconnect(bool clean)
    {
        State = LinkState.Down;
        _completions.Clear();
    }

    /// <inheritdoc/>
    public int TryPublish(string topic, byte[] payload, int qualityOfService, bool retain)
    {
        if (State != LinkState.Up || _completions.Count >= QueueLengthMax)
        {
            return 0;
        }

        bool isTaken = IsBackendUp && random.Next(100) >= FaultPercent;
        int copies = !isTaken ? 0 : random.Next(100) < FaultPercent ? 2 : 1;
        coverage.Add(Met.PublishLost, isTaken ? 0 : 1);
        coverage.Add(Met.PublishDoubled, copies > 1 ? 1 : 0);
        long atMs = NowMs + random.Next(10, FaultPercent == 0 ? 20 : LatencyMsMax);
        for (int copy = 0; copy < copies; copy++)
        {
            _up.Enqueue((topic, payload), atMs + (copy * random.Next(LatencyMsMax)));
        }

        if (qualityOfService > 0)
        {
            _completions.Enqueue((++_lastToken, IsBackendUp ? 0 : 0x10), atMs);
        }

        return _lastToken + 1;
    }

    /// <inheritdoc/>
    public bool TryTakeCompletion(LinkCompletion completion)
    {
        if (!IsDue(_completions))
        {
            return false;
        }

        (completion.Token, completion.ReasonCode) = _completions.Dequeue();
        return true;
    }

    /// <inheritdoc/>
    public bool TryTakeMessage(LinkMessage message)
    {
        if (State != LinkState.Up || !IsDue(_down))
        {
            return false;
        }

        (string topic, byte[] payload) = _down.Dequeue();
        message.Topic = topic;
        message.PayloadLength = Math.Min(payload.Length, LinkMessage.PayloadLengthMax);
        Array.Copy(payload, message.Payload, message.PayloadLength);
        return true;
    }

    /// <summary>The backend, or somebody else, publishes to the unit.</summary>
    public void Deliver(string topic, byte[] payload, int delayMs)
        => _down.Enqueue((topic, payload), NowMs + delayMs);

    /// <summary>Network and broker go on to now.</summary>
    public void Run()
    {
        if (State == LinkState.Connecting && NowMs >= _upAtMs)
        {
            State = IsReachable ? LinkState.Up : LinkState.Down;
        }

        if (State == LinkState.Up && !IsReachable)
        {
            State = LinkState.Down;
            LastError = "connection lost";
            _completions.Clear();
        }

        while (IsDue(_up))
        {
            (string topic, byte[] payload) = _up.Dequeue();
            if (IsBackendUp)
            {
                onArrived(topic, payload);
            }
        }
    }

    private bool IsDue<T>(PriorityQueue<T, long> queue)
        => queue.TryPeek(out _, out long atMs) && atMs <= NowMs;
}
