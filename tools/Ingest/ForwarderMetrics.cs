// What a running forwarder is watched by; see IngestMetrics.

using System.Diagnostics.Metrics;

namespace Pulsegate.Ingest;

/// <summary>The instruments of one forwarder. Dispose stops them.</summary>
public sealed class ForwarderMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Pulsegate.Forwarder";

    private readonly Meter _meter = new(MeterName);

    /// <summary>Instruments over the counts of a forwarder.</summary>
    public ForwarderMetrics(Func<ForwarderStatistics> totals)
    {
        Gauge("edge_connected", "1 while the edge's broker has accepted the connection.",
            () => totals().IsEdgeConnected ? 1 : 0);
        Gauge("queue_connected", "1 while a node of the queue has accepted the connection.",
            () => totals().IsQueueConnected ? 1 : 0);
        Gauge("waiting_messages", "Messages taken and not confirmed by the queue yet.",
            () => totals().Waiting);
        Gauge("waiting_messages_limit", "Most messages that may wait; then the edge has to.",
            () => Forwarder.WindowCountMax);
        Counter("messages", "Messages taken from the edge.", () => totals().Received);
        Counter("confirmed_messages", "Messages that the queue has confirmed.", () => totals().Confirmed);
        Counter("retries", "Attempts that were not confirmed and were made again.", () => totals().Retried);
        _meter.CreateObservableCounter(
            "pulsegate.forwarder.answers", () => Answers(totals()), null,
            "Answers that the edge took, and that it did not take.");
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private static Measurement<long>[] Answers(ForwarderStatistics totals) =>
    [
        new(totals.Answered, new KeyValuePair<string, object?>("outcome", "sent")),
        new(totals.AnswersDropped, new KeyValuePair<string, object?>("outcome", "dropped")),
    ];

    private void Gauge(string name, string description, Func<long> value)
        => _meter.CreateObservableGauge($"pulsegate.forwarder.{name}", value, null, description);

    private void Counter(string name, string description, Func<long> value)
        => _meter.CreateObservableCounter($"pulsegate.forwarder.{name}", value, null, description);
}
