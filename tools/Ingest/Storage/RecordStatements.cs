// The prepared statements of one connection: SQL on one side, plain values on the other.

using Microsoft.Data.Sqlite;
using Pulsegate.Ingest.Format;

namespace Pulsegate.Ingest.Storage;

/// <summary>Statements are prepared at first use and kept for the life of the connection.</summary>
internal sealed class RecordStatements(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, SqliteCommand> _commands = [];

    /// <summary>Inserts a record; false when its identity is taken.</summary>
    internal bool InsertRecord(ReceivedRecord received)
    {
        VerifiedRecord r = received.Record;
        return Execute(
            """
            insert into record (device, epoch, sequence, kind, boot_id, monotonic_ms, utc_ms, time_quality,
                key_version, mac, previous_mac, payload, jws, reading_count, readings, fields, discontinuity,
                received_utc_ms)
            values ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, cast($12 as text), $13, $14, $15, $16,
                $17)
            on conflict (device, epoch, sequence) do nothing
            """,
            r.Device, unchecked((long)r.Epoch), r.Sequence, (long)r.Kind, (long)r.BootId, r.MonotonicMs,
            r.UtcMs, (long)r.TimeQuality, (long)r.KeyVersion, r.Mac, r.PreviousMac, r.Payload, r.Text,
            (long)r.Readings.Count,
            RecordJson.OfReadings(r.Readings) ?? RecordJson.OfSummaries(r.Summaries), RecordJson.OfFields(r.Fields), r.HasDiscontinuity ? 1L : 0L,
            received.ReceivedUtcMs) == 1;
    }

    /// <summary>MAC and previous MAC of a record; false when it is not there.</summary>
    internal bool TryFindMacs(
        string device, ulong epoch, long sequence, out byte[] mac, out byte[] previousMac)
    {
        SqliteCommand command = Bind(
            "select mac, previous_mac from record where device = $0 and epoch = $1 and sequence = $2",
            device, unchecked((long)epoch), sequence);
        using SqliteDataReader reader = command.ExecuteReader();
        bool found = reader.Read();
        mac = found ? reader.GetFieldValue<byte[]>(0) : [];
        previousMac = found ? reader.GetFieldValue<byte[]>(1) : [];
        return found;
    }

    /// <summary>The state of a store; null when it is new.</summary>
    internal StoreState? FindState(string device, ulong epoch)
    {
        SqliteCommand command = Bind(
            """
            select cumulative, ranges, record_count, reading_count, declared_count, chain_breaks,
                conflict_count, last_mac, last_sequence, first_utc_ms, last_utc_ms
            from device_state where device = $0 and epoch = $1
            """,
            device, unchecked((long)epoch));
        using SqliteDataReader reader = command.ExecuteReader();
        if (!reader.Read())
        {
            return null;
        }

        return new StoreState(device, epoch)
        {
            Sequences = SequenceSet.FromJson(reader.GetInt64(0), reader.GetString(1)),
            RecordCount = reader.GetInt64(2),
            ReadingCount = reader.GetInt64(3),
            DeclaredCount = reader.GetInt64(4),
            ChainBreaks = reader.GetInt64(5),
            ConflictCount = reader.GetInt64(6),
            LastMac = reader.IsDBNull(7) ? null : reader.GetFieldValue<byte[]>(7),
            LastSequence = reader.GetInt64(8),
            FirstUtcMs = reader.GetInt64(9),
            LastUtcMs = reader.GetInt64(10),
        };
    }

    internal void SaveState(StoreState s) => Execute(
        """
        insert or replace into device_state (device, epoch, cumulative, ranges, record_count, reading_count,
            declared_count, chain_breaks, conflict_count, last_mac, last_sequence, first_utc_ms, last_utc_ms)
        values ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        """,
        s.Device, unchecked((long)s.Epoch), s.Sequences.Cumulative, s.Sequences.ToJson(), s.RecordCount,
        s.ReadingCount, s.DeclaredCount, s.ChainBreaks, s.ConflictCount, s.LastMac, s.LastSequence,
        s.FirstUtcMs, s.LastUtcMs);

    /// <summary>Highest key version that the newest records of a device's stores were signed with; 0 when it
    /// has none.</summary>
    internal int FindKeyVersion(string device) => (int)Scalar(
        """
        select coalesce(max(r.key_version), 0) from device_state s
        join record r on r.device = s.device and r.epoch = s.epoch and r.sequence = s.last_sequence
        where s.device = $0
        """,
        device);

    /// <summary>True when a record below a sequence was signed with a newer key version. Walks the store, so
    /// it is for the rare record with an old key only.</summary>
    internal bool HasNewerKeyBelow(string device, ulong epoch, long sequence, int keyVersion) => Scalar(
        """
        select exists (select 1 from record
            where device = $0 and epoch = $1 and sequence < $2 and key_version > $3)
        """,
        device, unchecked((long)epoch), sequence, (long)keyVersion) == 1;

    /// <summary>True when the device has any store in the database.</summary>
    internal bool IsKnown(string device)
        => Scalar("select count(*) from (select 1 from device_state where device = $0 limit 1)", device) == 1;

    /// <summary>Counts a quarantined message again; false when it is not in quarantine yet.</summary>
    internal bool CountQuarantined(byte[] fingerprint, long utcMs) => Execute(
        "update quarantine set times = times + 1, last_utc_ms = $1 where fingerprint = $0",
        fingerprint, utcMs) == 1;

    internal long CountQuarantine(bool conflict)
        => Scalar("select count(*) from quarantine where conflict = $0", conflict ? 1L : 0L);

    internal void InsertQuarantined(byte[] fingerprint, bool conflict, RejectedMessage message) => Execute(
        """
        insert into quarantine (fingerprint, conflict, device, topic, reason, message, times, first_utc_ms,
            last_utc_ms)
        values ($0, $1, $2, $3, $4, $5, 1, $6, $6)
        """,
        fingerprint, conflict ? 1L : 0L, message.Device, message.Topic, message.Reason, message.Message,
        message.ReceivedUtcMs);

    internal void InsertIncident(long utcMs, StoreState store, long sequence, string kind, string detail)
        => Execute(
        """
        insert into incident (utc_ms, device, epoch, sequence, kind, detail)
        values ($0, $1, $2, $3, $4, $5)
        """,
        utcMs, store.Device, unchecked((long)store.Epoch), sequence, kind, detail);

    /// <summary>The newest anchor of a boot counts: later ones come from a clock that has been set
    /// better.</summary>
    internal void SaveAnchor(VerifiedRecord record, long monotonicMs, long utcMs) => Execute(
        """
        insert or replace into anchor (device, epoch, boot_id, monotonic_ms, utc_ms)
        values ($0, $1, $2, $3, $4)
        """,
        record.Device, unchecked((long)record.Epoch), (long)record.BootId, monotonicMs, utcMs);

    internal void SaveDeviceMessage(ReceivedState state) => Execute(
        """
        insert or replace into device_message (device, kind, received_utc_ms, fields, jws)
        values ($0, $1, $2, $3, cast($4 as text))
        """,
        state.Record.Device, state.Kind, state.ReceivedUtcMs, RecordJson.OfFields(state.Record.Fields),
        state.Record.Text);

    internal void AddToCounter(string name, long amount) => Execute(
        """
        insert into counter (name, value) values ($0, $1)
        on conflict (name) do update set value = value + $1
        """,
        name, amount);

    internal int Execute(string sql, params object?[] values) => Bind(sql, values).ExecuteNonQuery();

    internal long Scalar(string sql, params object?[] values)
        => Convert.ToInt64(
            Bind(sql, values).ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SqliteCommand command in _commands.Values)
        {
            command.Dispose();
        }

        _commands.Clear();
    }

    private SqliteCommand Bind(string sql, params object?[] values)
    {
        if (!_commands.TryGetValue(sql, out SqliteCommand? command))
        {
            command = connection.CreateCommand();
            command.CommandText = sql;
            for (int i = 0; i < values.Length; i++)
            {
                command.Parameters.Add(new SqliteParameter { ParameterName = "$" + i });
            }

            _commands.Add(sql, command);
        }

        for (int i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        return command;
    }
}
