// A transaction on SQLite: the prepared statements of one connection, SQL on one side, plain values on the
// other.

using Microsoft.Data.Sqlite;
using Pulsegate.Ingest.Format;

namespace Pulsegate.Ingest.Storage;

/// <summary>Statements are prepared at first use and kept for the life of the connection; so are the states
/// of the stores met, since no other program writes here.</summary>
internal sealed class RecordStatements(SqliteConnection connection) : IGroupTransaction, IDisposable
{
    /// <summary>Most stores remembered; above it all are forgotten and read again when met.</summary>
    internal const int StateCountMax = 100_000;

    private readonly Dictionary<string, SqliteCommand> _commands = [];
    private readonly Dictionary<StoreKey, StoreState> _states = [];

    /// <inheritdoc/>
    public Dictionary<StoreKey, FoundStore> FindStores(IReadOnlyCollection<StoreKey> keys)
    {
        if (_states.Count > StateCountMax)
        {
            _states.Clear();
        }

        var found = new Dictionary<StoreKey, FoundStore>(keys.Count);
        foreach (StoreKey key in keys)
        {
            if (!_states.TryGetValue(key, out StoreState? store))
            {
                store = FindState(key);
            }

            bool isKnown = store is not null || IsKnown(key.Device);
            found.Add(key, new FoundStore(store, isKnown, store?.KeyVersion ?? FindKeyVersion(key.Device)));
        }

        return found;
    }

    /// <inheritdoc/>
    public Dictionary<RecordKey, RecordMacs> FindMacs(IReadOnlyCollection<RecordKey> keys)
    {
        var found = new Dictionary<RecordKey, RecordMacs>();
        foreach (RecordKey key in keys)
        {
            SqliteCommand command = Bind(
                "select mac, previous_mac from record where device = $0 and epoch = $1 and sequence = $2",
                key.Device, unchecked((long)key.Epoch), key.Sequence);
            using SqliteDataReader reader = command.ExecuteReader();
            if (reader.Read())
            {
                found.Add(
                    key, new RecordMacs(reader.GetFieldValue<byte[]>(0), reader.GetFieldValue<byte[]>(1)));
            }
        }

        return found;
    }

    /// <inheritdoc/>
    public bool HasNewerKeyBelow(RecordKey key, int keyVersion) => Scalar(
        """
        select exists (select 1 from record
            where device = $0 and epoch = $1 and sequence < $2 and key_version > $3)
        """,
        key.Device, unchecked((long)key.Epoch), key.Sequence, (long)keyVersion) == 1;

    /// <inheritdoc/>
    public Dictionary<string, int> FindKeyVersions(IReadOnlyCollection<string> devices)
        => devices.ToDictionary(device => device, FindKeyVersion, StringComparer.Ordinal);

    /// <inheritdoc/>
    public HashSet<string> FindQuarantined(IReadOnlyCollection<string> fingerprints)
        => [.. fingerprints.Where(name => Scalar(
            "select count(*) from quarantine where fingerprint = $0", Convert.FromHexString(name)) == 1)];

    /// <inheritdoc/>
    public Dictionary<string, long> CountQuarantine(bool isConflict)
    {
        using SqliteDataReader reader = Bind(
            "select device, count(*) from quarantine where conflict = $0 group by device",
            isConflict ? 1L : 0L).ExecuteReader();
        var rows = new Dictionary<string, long>(StringComparer.Ordinal);
        while (reader.Read())
        {
            rows.Add(reader.GetString(0), reader.GetInt64(1));
        }

        return rows;
    }

    /// <inheritdoc/>
    public void Write(GroupChanges changes)
    {
        foreach (ReceivedRecord received in changes.Records)
        {
            InsertRecord(received);
        }

        foreach (StoreState store in changes.Stores)
        {
            SaveState(store);
            _states[new StoreKey(store.Device, store.Epoch)] = store;
        }

        foreach (Incident i in changes.Incidents)
        {
            Execute(
                """
                insert into incident (utc_ms, device, epoch, sequence, kind, detail)
                values ($0, $1, $2, $3, $4, $5)
                """,
                i.UtcMs, i.Store.Device, unchecked((long)i.Store.Epoch), i.Sequence, i.Kind, i.Detail);
        }

        foreach (Anchor a in changes.Anchors.Values)
        {
            Execute(
                """
                insert or replace into anchor (device, epoch, boot_id, monotonic_ms, utc_ms)
                values ($0, $1, $2, $3, $4)
                """,
                a.Store.Device, unchecked((long)a.Store.Epoch), (long)a.BootId, a.MonotonicMs, a.UtcMs);
        }

        foreach (ReceivedState state in changes.States.Values)
        {
            SaveDeviceMessage(state);
        }

        foreach (QuarantinedMessage message in changes.Quarantined.Values)
        {
            SaveQuarantined(message);
        }

        if (changes.OverflowCount > 0)
        {
            Execute(
                """
                insert into counter (name, value) values ($0, $1)
                on conflict (name) do update set value = value + $1
                """,
                RecordDatabase.QuarantineOverflow, changes.OverflowCount);
        }
    }

    private void InsertRecord(ReceivedRecord received)
    {
        VerifiedRecord r = received.Record;
        Execute(
            """
            insert into record (device, epoch, sequence, kind, boot_id, monotonic_ms, utc_ms, time_quality,
                key_version, mac, previous_mac, payload, jws, reading_count, readings, fields, discontinuity,
                received_utc_ms)
            values ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, cast($12 as text), $13, $14, $15, $16,
                $17)
            """,
            r.Device, unchecked((long)r.Epoch), r.Sequence, (long)r.Kind, (long)r.BootId, r.MonotonicMs,
            r.UtcMs, (long)r.TimeQuality, (long)r.KeyVersion, r.Mac, r.PreviousMac, r.Payload, r.Text,
            (long)r.Readings.Count, RecordJson.OfReadings(r.Readings) ?? RecordJson.OfSummaries(r.Summaries),
            RecordJson.OfFields(r.Fields), r.HasDiscontinuity ? 1L : 0L, received.ReceivedUtcMs);
    }

    private StoreState? FindState(StoreKey key)
    {
        SqliteCommand command = Bind(
            """
            select cumulative, ranges, record_count, reading_count, declared_count, chain_breaks,
                conflict_count, last_mac, last_sequence, first_utc_ms, last_utc_ms, pruned_through
            from device_state where device = $0 and epoch = $1
            """,
            key.Device, unchecked((long)key.Epoch));
        using SqliteDataReader reader = command.ExecuteReader();
        if (!reader.Read())
        {
            return null;
        }

        return new StoreState(key.Device, key.Epoch)
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
            PrunedThrough = reader.GetInt64(11),
            KeyVersion = FindKeyVersion(key.Device),
        };
    }

    private void SaveState(StoreState s) => Execute(
        """
        insert or replace into device_state (device, epoch, cumulative, ranges, record_count, reading_count,
            declared_count, chain_breaks, conflict_count, last_mac, last_sequence, first_utc_ms, last_utc_ms,
            key_version, pruned_through)
        values ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        """,
        s.Device, unchecked((long)s.Epoch), s.Sequences.Cumulative, s.Sequences.ToJson(), s.RecordCount,
        s.ReadingCount, s.DeclaredCount, s.ChainBreaks, s.ConflictCount, s.LastMac, s.LastSequence,
        s.FirstUtcMs, s.LastUtcMs, (long)s.KeyVersion, s.PrunedThrough);

    private int FindKeyVersion(string device) => (int)Scalar(
        "select coalesce(max(key_version), 0) from device_state where device = $0", device);

    private bool IsKnown(string device)
        => Scalar("select count(*) from (select 1 from device_state where device = $0 limit 1)", device) == 1;

    private void SaveQuarantined(QuarantinedMessage m) => Execute(
        """
        insert into quarantine (fingerprint, conflict, device, topic, reason, message, times, first_utc_ms,
            last_utc_ms)
        values ($0, $1, $2, $3, $4, $5, $6, $7, $8)
        on conflict (fingerprint) do update set times = times + $6, last_utc_ms = $8
        """,
        m.Fingerprint, m.IsConflict ? 1L : 0L, m.Message.Device, m.Message.Topic, m.Message.Reason,
        m.Message.Message, m.Times, m.Message.ReceivedUtcMs, m.LastUtcMs);

    private void SaveDeviceMessage(ReceivedState state) => Execute(
        """
        insert or replace into device_message (device, kind, received_utc_ms, fields, jws)
        values ($0, $1, $2, $3, cast($4 as text))
        """,
        state.Record.Device, state.Kind, state.ReceivedUtcMs, RecordJson.OfFields(state.Record.Fields),
        state.Record.Text);

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
