// A link that is taken away now and then, by plan: Wi-Fi that is out of reach, a router without power.

using Pulsegate.Platform;

namespace Pulsegate.Cli.Fleet;

/// <summary>The link inside, except while it is out.</summary>
/// <param name="inner">The real one.</param>
/// <param name="outages">When it is out, ms of the clock, each from and to.</param>
/// <param name="clock">The clock.</param>
internal sealed class OutageLink(ILink inner, (long FromMs, long ToMs)[] outages, IClock clock) : ILink
{
    private bool _wasOut;

    /// <inheritdoc/>
    public LinkState State => IsOut() ? LinkState.Down : inner.State;

    /// <inheritdoc/>
    public string LastError => IsOut() ? "out of reach" : inner.LastError;

    /// <inheritdoc/>
    public bool TryConnect(string willTopic, byte[] willPayload) => !IsOut() && inner.TryConnect(willTopic, willPayload);

    /// <inheritdoc/>
    public void Disconnect(bool clean) => inner.Disconnect(clean);

    /// <inheritdoc/>
    public int TryPublish(string topic, byte[] payload, int qualityOfService, bool retain)
        => IsOut() ? 0 : inner.TryPublish(topic, payload, qualityOfService, retain);

    /// <inheritdoc/>
    public bool TryTakeCompletion(LinkCompletion completion) => !IsOut() && inner.TryTakeCompletion(completion);

    /// <inheritdoc/>
    public bool TryTakeMessage(LinkMessage message) => !IsOut() && inner.TryTakeMessage(message);

    // The connection ends without a farewell when an outage begins.
    private bool IsOut()
    {
        long nowMs = clock.MonotonicMs;
        bool isOut = Array.Exists(outages, outage => nowMs >= outage.FromMs && nowMs < outage.ToMs);
        if (isOut && !_wasOut)
        {
            inner.Disconnect(clean: false);
        }

        _wasOut = isOut;
        return isOut;
    }
}
