// What a running ingest is watched by: instruments of System.Diagnostics.Metrics over the counts that it
// keeps anyway. No label is named by a device or a person, so there are as many series with ten devices as
// with a million.

using System.Diagnostics.Metrics;
using Pulsegate.Ingest.Storage;

namespace Pulsegate.Ingest;

/// <summary>The instruments of one ingest.</summary>
public sealed class IngestMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Pulsegate.Ingest";

    private const double MillisecondsPerSecond = 1000;
    private readonly Meter _meter = new(MeterName);
    private readonly Histogram<double> _commitDelay;

    internal IngestMetrics(Func<IngestStatistics> totals)
    {
        _commitDelay = _meter.CreateHistogram<double>(
            "pulsegate.ingest.commit.delay", "s", "From receipt of a record to its commit.");
        Gauge("connected", "1 while the broker or the queue has accepted the connection.",
            () => totals().IsConnected ? 1 : 0);
        Gauge("waiting_messages", "Messages that wait to be verified and committed.", () => totals().Waiting);
        Gauge("waiting_messages_limit", "Most messages that may wait; then the source has to.",
            () => IngestService.WaitingCountMax);
        Counter("messages", "Messages taken from the source.", () => totals().Received);
        Counter("unverifiable_messages",
            "Messages that could not be verified; quarantined as far as there is room.",
            () => totals().Unverifiable);
        Counter("readings_committed", "Readings committed.", () => totals().ReadingsCommitted);
        Counter("commit_failures", "Commits that failed and were tried again.",
            () => totals().CommitFailures);
        _meter.CreateObservableCounter(
            "pulsegate.ingest.records", () => Records(totals()), null,
            "Verified records by what became of them.");
        _meter.CreateObservableCounter(
            "pulsegate.ingest.acknowledgements", () => Acknowledgements(totals()), null,
            "Acknowledgements that the source took, and that it did not take.");
    }

    /// <summary>Stops them.</summary>
    public void Dispose() => _meter.Dispose();

    /// <summary>Notes how long the records of a group, which is committed, had to wait.</summary>
    internal void Commit(CommitGroup group, long utcMs)
    {
        if (!_commitDelay.Enabled)
        {
            return;
        }

        foreach (ReceivedRecord record in group.Records)
        {
            // A clock that was set back meanwhile must not count as a time below none.
            _commitDelay.Record(Math.Max(0, utcMs - record.ReceivedUtcMs) / MillisecondsPerSecond);
        }
    }

    private static Measurement<long>[] Records(IngestStatistics totals) =>
    [
        Of(totals.Committed, "committed"), Of(totals.Duplicates, "duplicate"),
        Of(totals.Conflicts, "conflict"),
        Of(totals.Refused, "refused"),
    ];

    private static Measurement<long>[] Acknowledgements(IngestStatistics totals) =>
        [Of(totals.Acknowledgements, "sent"), Of(totals.AcknowledgementsDropped, "dropped")];

    private static Measurement<long> Of(long value, string outcome)
        => new(value, new KeyValuePair<string, object?>("outcome", outcome));

    private void Gauge(string name, string description, Func<long> value)
        => _meter.CreateObservableGauge($"pulsegate.ingest.{name}", value, null, description);

    private void Counter(string name, string description, Func<long> value)
        => _meter.CreateObservableCounter($"pulsegate.ingest.{name}", value, null, description);
}
