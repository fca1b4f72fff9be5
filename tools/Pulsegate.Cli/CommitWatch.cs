// When each fresh record was decided, sealed and committed, while a backlog drains. The row counts when
// another connection to the database sees it.

using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Pulsegate.Batch;
using Pulsegate.Platform;
using Pulsegate.Store;
using Pulsegate.Virtual;

namespace Pulsegate.Cli;

/// <summary>Gathers delays over any number of runs. One thread.</summary>
internal sealed class CommitWatch
{
    private const int PollMs = 2;   // added to every delay, at most
    private static readonly TimeSpan DrainLimit = TimeSpan.FromMinutes(10);
    private readonly Dictionary<long, long> _sealedMs = [];

    /// <summary>From the second whose reading decided an alarm to its row, ms.</summary>
    public List<double> AlarmMs { get; } = [];

    /// <summary>From the sealing of a new batch of vitals to its row, ms.</summary>
    public List<double> FreshMs { get; } = [];

    /// <summary>Batches of backlog a second, from the connection to the last one's row.</summary>
    public List<double> DrainRates { get; } = [];

    /// <summary>Watches until the backlog is in the database.</summary>
    /// <exception cref="CommandException">The gateway failed, or nothing ends.</exception>
    public void Run(
        GatewayProcess gateway, SegmentStore store, string databasePath, IClock clock, long backlogLast)
    {
        _sealedMs.Clear();
        using var connection =
            new SqliteConnection($"Data Source={databasePath};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using SqliteCommand fresh = connection.CreateCommand();
        fresh.CommandText = "select sequence, kind, monotonic_ms from record where sequence > $after";
        fresh.Parameters.AddWithValue("$after", backlogLast);
        using SqliteCommand whole = connection.CreateCommand();
        whole.CommandText = "select max(cumulative) from device_state";

        long seenLast = backlogLast;
        long upMs = -1;
        var limit = Stopwatch.StartNew();
        while (true)
        {
            seenLast = NoteSealed(store, clock, seenLast);
            upMs = upMs < 0 && gateway.Uplink.Connects > 0 ? clock.MonotonicMs : upMs;
            NoteCommitted(fresh, clock);
            if (whole.ExecuteScalar() is long cumulative && cumulative >= backlogLast)
            {
                break;
            }

            if (gateway.Failure is { } failure || limit.Elapsed > DrainLimit)
            {
                throw new CommandException(
                    $"the backlog did not drain: {gateway.Failure?.Message ?? gateway.Uplink.LastError}");
            }

            Thread.Sleep(PollMs);
        }

        DrainRates.Add(backlogLast * 1000.0 / (clock.MonotonicMs - upMs));
    }

    private long NoteSealed(SegmentStore store, IClock clock, long seenLast)
    {
        long last = store.LastSequence;
        for (; seenLast < last; seenLast++)
        {
            _sealedMs[seenLast + 1] = clock.MonotonicMs;
        }

        return seenLast;
    }

    private void NoteCommitted(SqliteCommand fresh, IClock clock)
    {
        if (_sealedMs.Count == 0)
        {
            return;
        }

        fresh.Parameters[0].Value = _sealedMs.Keys.Min() - 1;
        using SqliteDataReader reader = fresh.ExecuteReader();
        while (reader.Read())
        {
            long sequence = reader.GetInt64(0);
            if (!_sealedMs.Remove(sequence, out long sealedMs))
            {
                continue;   // counted before
            }

            if (reader.GetInt64(1) == (int)RecordKind.Alarm)
            {
                AlarmMs.Add(clock.MonotonicMs - reader.GetInt64(2));
            }
            else if (reader.GetInt64(1) == (int)RecordKind.Vitals)
            {
                FreshMs.Add(clock.MonotonicMs - sealedMs);
            }
        }
    }
}
