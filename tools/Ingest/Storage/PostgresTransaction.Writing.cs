// The write: everything that a group changes, and the commit, in one round trip.

using System.Text;
using Npgsql;
using NpgsqlTypes;
using Pulsegate.Ingest.Format;

namespace Pulsegate.Ingest.Storage;

internal sealed partial class PostgresTransaction
{
    // Whoever takes the lock alone knows that no record is on its way with a number lower than one he sees.
    private static readonly string HoldNumbers =
        $"select pg_advisory_xact_lock_shared({PostgresDatabase.NumberLock})";

    private const NpgsqlDbType JsonArray = NpgsqlDbType.Array | NpgsqlDbType.Json;
    private const NpgsqlDbType JsonbArray = NpgsqlDbType.Array | NpgsqlDbType.Jsonb;
    private const NpgsqlDbType LongArray = NpgsqlDbType.Array | NpgsqlDbType.Bigint;

    /// <summary>Writes everything and commits.</summary>
    public void Write(GroupChanges changes)
    {
        using NpgsqlBatch batch = Open();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(HoldNumbers));
        AddRecords(batch, changes.Records);
        AddStores(batch, changes.Stores);
        AddIncidents(batch, changes.Incidents);
        AddAnchors(batch, changes.Anchors.Values);
        AddStates(batch, changes.States.Values);
        AddQuarantined(batch, changes.Quarantined.Values);
        if (changes.OverflowCount > 0)
        {
            Add(
                batch,
                """
                insert into counter (name, value) values ($1, $2)
                on conflict (name) do update set value = counter.value + excluded.value
                """,
                RecordDatabase.QuarantineOverflow, changes.OverflowCount);
        }

        batch.BatchCommands.Add(new NpgsqlBatchCommand("commit"));
        batch.ExecuteNonQuery();
        _isOpen = false;
    }

    private static void AddRecords(NpgsqlBatch batch, List<ReceivedRecord> records)
    {
        if (records.Count == 0)
        {
            return;
        }

        T[] Column<T>(Func<VerifiedRecord, T> value)
            => [.. records.Select(received => value(received.Record))];
        Add(
            batch,
            """
            insert into record (device, epoch, sequence, kind, boot_id, monotonic_ms, utc_ms, time_quality,
                key_version, mac, previous_mac, payload, jws, reading_count, readings, fields, discontinuity,
                received_utc_ms)
            select * from unnest($1::text[], $2::bigint[], $3::bigint[], $4::smallint[], $5::bigint[],
                $6::bigint[],
                $7::bigint[], $8::smallint[], $9::smallint[], $10::bytea[], $11::bytea[], $12::bytea[],
                $13::text[],
                $14::integer[], $15::json[], $16::jsonb[], $17::smallint[], $18::bigint[])
            """,
            Column(r => r.Device), Column(r => unchecked((long)r.Epoch)), Column(r => r.Sequence),
            Column(r => (short)r.Kind), Column(r => (long)r.BootId), Column(r => r.MonotonicMs),
            new Typed(Column(r => r.UtcMs), LongArray), Column(r => (short)r.TimeQuality),
            Column(r => (short)r.KeyVersion), Column(r => r.Mac), Column(r => r.PreviousMac),
            Column(r => r.Payload),
            Column(r => Encoding.ASCII.GetString(r.Text)), Column(r => r.Readings.Count),
            new Typed(Column(r => RecordJson.OfReadings(r.Readings) ?? RecordJson.OfSummaries(r.Summaries)),
                JsonArray),
            new Typed(Column(r => RecordJson.OfFields(r.Fields)), JsonbArray),
            Column(r => (short)(r.HasDiscontinuity ? 1 : 0)),
            records.Select(received => received.ReceivedUtcMs).ToArray());
    }

    private static void AddStores(NpgsqlBatch batch, HashSet<StoreState> stores)
    {
        if (stores.Count == 0)
        {
            return;
        }

        T[] Column<T>(Func<StoreState, T> value) => [.. stores.Select(value)];
        Add(
            batch,
            """
            update device_state s set cumulative = c.cumulative, ranges = c.ranges,
                record_count = c.record_count,
                reading_count = c.reading_count, declared_count = c.declared_count,
                chain_breaks = c.chain_breaks,
                conflict_count = c.conflict_count, last_mac = c.last_mac, last_sequence = c.last_sequence,
                first_utc_ms = c.first_utc_ms, last_utc_ms = c.last_utc_ms, key_version = c.key_version
            from unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::bigint[], $6::bigint[],
                $7::bigint[],
                $8::bigint[], $9::bigint[], $10::bytea[], $11::bigint[], $12::bigint[], $13::bigint[],
                $14::integer[])
                c(device, epoch, cumulative, ranges, record_count, reading_count, declared_count,
                    chain_breaks,
                conflict_count, last_mac, last_sequence, first_utc_ms, last_utc_ms, key_version)
            where s.device = c.device and s.epoch = c.epoch
            """,
            Column(s => s.Device), Column(s => unchecked((long)s.Epoch)), Column(s => s.Sequences.Cumulative),
            Column(s => s.Sequences.ToJson()), Column(s => s.RecordCount), Column(s => s.ReadingCount),
            Column(s => s.DeclaredCount), Column(s => s.ChainBreaks), Column(s => s.ConflictCount),
            new Typed(Column(s => s.LastMac), NpgsqlDbType.Array | NpgsqlDbType.Bytea),
            Column(s => s.LastSequence),
            Column(s => s.FirstUtcMs), Column(s => s.LastUtcMs), Column(s => s.KeyVersion));
    }

    private static void AddIncidents(NpgsqlBatch batch, List<Incident> incidents)
    {
        if (incidents.Count > 0)
        {
            Add(
                batch,
                """
                insert into incident (utc_ms, device, epoch, sequence, kind, detail)
                select * from unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::text[],
                    $6::text[])
                """,
                incidents.Select(i => i.UtcMs).ToArray(), incidents.Select(i => i.Store.Device).ToArray(),
                incidents.Select(i => unchecked((long)i.Store.Epoch)).ToArray(),
                incidents.Select(i => i.Sequence).ToArray(), incidents.Select(i => i.Kind).ToArray(),
                incidents.Select(i => i.Detail).ToArray());
        }
    }

    private static void AddAnchors(NpgsqlBatch batch, IReadOnlyCollection<Anchor> anchors)
    {
        if (anchors.Count > 0)
        {
            Add(
                batch,
                """
                insert into anchor (device, epoch, boot_id, monotonic_ms, utc_ms)
                select * from unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[])
                on conflict (device, epoch, boot_id)
                do update set monotonic_ms = excluded.monotonic_ms, utc_ms = excluded.utc_ms
                """,
                anchors.Select(a => a.Store.Device).ToArray(),
                anchors.Select(a => unchecked((long)a.Store.Epoch)).ToArray(),
                anchors.Select(a => (long)a.BootId).ToArray(), anchors.Select(a => a.MonotonicMs).ToArray(),
                anchors.Select(a => a.UtcMs).ToArray());
        }
    }

    private static void AddStates(NpgsqlBatch batch, IReadOnlyCollection<ReceivedState> states)
    {
        if (states.Count == 0)
        {
            return;
        }

        // In one order, so that two ingests do not wait for each other. What is older by less than ten minutes is
        // a late copy, handed to another ingest; what is older by more comes from a clock that was set back.
        ReceivedState[] sorted = [.. states.OrderBy(s => s.Record.Device, StringComparer.Ordinal)
            .ThenBy(s => s.Kind, StringComparer.Ordinal)];
        Add(
            batch,
            """
            insert into device_message (device, kind, received_utc_ms, fields, jws)
            select * from unnest($1::text[], $2::text[], $3::bigint[], $4::jsonb[], $5::text[])
            on conflict (device, kind) do update set received_utc_ms = excluded.received_utc_ms,
                fields = excluded.fields, jws = excluded.jws
            where device_message.received_utc_ms - excluded.received_utc_ms not between 1 and 600000
            """,
            sorted.Select(s => s.Record.Device).ToArray(), sorted.Select(s => s.Kind).ToArray(),
            sorted.Select(s => s.ReceivedUtcMs).ToArray(),
            new Typed(sorted.Select(s => RecordJson.OfFields(s.Record.Fields)).ToArray(), JsonbArray),
            sorted.Select(s => Encoding.ASCII.GetString(s.Record.Text)).ToArray());
    }

    private static void AddQuarantined(NpgsqlBatch batch, IReadOnlyCollection<QuarantinedMessage> messages)
    {
        if (messages.Count == 0)
        {
            return;
        }

        QuarantinedMessage[] sorted = [.. messages.OrderBy(m => Convert.ToHexString(m.Fingerprint),
            StringComparer.Ordinal)];
        Add(
            batch,
            """
            insert into quarantine (fingerprint, conflict, device, topic, reason, message, times,
                first_utc_ms,
                last_utc_ms)
            select * from unnest($1::bytea[], $2::integer[], $3::text[], $4::text[], $5::text[], $6::bytea[],
                $7::bigint[], $8::bigint[], $9::bigint[])
            on conflict (fingerprint) do update set times = quarantine.times + excluded.times,
                last_utc_ms = excluded.last_utc_ms
            """,
            sorted.Select(m => m.Fingerprint).ToArray(), sorted.Select(m => m.IsConflict ? 1 : 0).ToArray(),
            sorted.Select(m => Text(m.Message.Device)).ToArray(),
            sorted.Select(m => Text(m.Message.Topic)).ToArray(),
            sorted.Select(m => m.Message.Reason).ToArray(), sorted.Select(m => m.Message.Message).ToArray(),
            sorted.Select(m => m.Times).ToArray(), sorted.Select(m => m.Message.ReceivedUtcMs).ToArray(),
            sorted.Select(m => m.LastUtcMs).ToArray());
    }

    // PostgreSQL's text holds no NUL, and whoever sends one must not stop the ingest with it.
    private static string Text(string text) => text.Replace('\0', '\uFFFD');
}
