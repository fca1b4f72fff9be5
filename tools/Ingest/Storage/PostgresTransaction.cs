// A transaction on PostgreSQL: each question and the write are one round trip, with whole columns as arrays.

using Npgsql;
using NpgsqlTypes;

namespace Pulsegate.Ingest.Storage;

/// <summary>The statements of one connection; Npgsql prepares them at their second use.</summary>
internal sealed partial class PostgresTransaction(NpgsqlConnection connection) : IGroupTransaction
{
    private bool _isOpen;

    /// <summary>The next question opens a transaction; <see cref="Write"/> commits it. A failure between is
    /// ended by closing the connection.</summary>
    internal void Begin() => _isOpen = false;

    // A row of a new store is made here, so that it too is taken by one transaction alone. Both statements go
    // in one order, which makes a deadlock impossible.
    private const string MakeStores =
        """
        insert into device_state (device, epoch, cumulative, ranges, record_count, reading_count,
            declared_count,
            chain_breaks, conflict_count, last_sequence, first_utc_ms, last_utc_ms)
        select device, epoch, 0, '[]', 0, 0, 0, 0, 0, 0, 0, 0
        from unnest($1::text[], $2::bigint[]) k(device, epoch) order by device collate "C", epoch
        on conflict (device, epoch) do nothing
        """;

    private const string TakeStores =
        """
        select s.device, s.epoch, s.cumulative, s.ranges, s.record_count, s.reading_count, s.declared_count,
            s.chain_breaks, s.conflict_count, s.last_mac, s.last_sequence, s.first_utc_ms, s.last_utc_ms,
            s.pruned_through,
            greatest(s.key_version,
                (select max(o.key_version) from device_state o where o.device = s.device)) as key_version,
            (select max(o.first_utc_ms) from device_state o where o.device = s.device) > 0 as is_device_known
        from device_state s
        join unnest($1::text[], $2::bigint[]) k(device, epoch) on s.device = k.device and s.epoch = k.epoch
        order by s.device, s.epoch for update of s
        """;

    /// <inheritdoc/>
    public Dictionary<StoreKey, FoundStore> FindStores(IReadOnlyCollection<StoreKey> keys)
    {
        string[] devices = [.. keys.Select(key => key.Device)];
        long[] epochs = [.. keys.Select(key => unchecked((long)key.Epoch))];
        using NpgsqlBatch batch = Open();
        Add(batch, MakeStores, devices, epochs);
        Add(batch, TakeStores, devices, epochs);
        using NpgsqlDataReader reader = batch.ExecuteReader();
        var found = new Dictionary<StoreKey, FoundStore>(keys.Count);
        do
        {
            while (reader.Read())
            {
                var key = new StoreKey(reader.GetString(0), unchecked((ulong)reader.GetInt64(1)));
                int version = reader.GetInt32(14);
                bool isNew = reader.GetInt64(11) == 0;   // the row made above
                found.Add(key,
                    new FoundStore(isNew ? null : ReadState(key, reader), reader.GetBoolean(15), version));
            }
        }
        while (reader.NextResult());

        return found;
    }

    /// <inheritdoc/>
    public Dictionary<RecordKey, RecordMacs> FindMacs(IReadOnlyCollection<RecordKey> keys)
    {
        using NpgsqlBatch batch = Open();
        Add(
            batch,
            """
            select r.device, r.epoch, r.sequence, r.mac, r.previous_mac
            from unnest($1::text[], $2::bigint[], $3::bigint[]) k(device, epoch, sequence)
            join record r on r.device = k.device and r.epoch = k.epoch and r.sequence = k.sequence
            """,
            keys.Select(key => key.Device).ToArray(),
            keys.Select(key => unchecked((long)key.Epoch)).ToArray(),
            keys.Select(key => key.Sequence).ToArray());
        using NpgsqlDataReader reader = batch.ExecuteReader();
        var found = new Dictionary<RecordKey, RecordMacs>(keys.Count);
        while (reader.Read())
        {
            var key = new RecordKey(reader.GetString(0), unchecked((ulong)reader.GetInt64(1)),
                reader.GetInt64(2));
            found[key] = new RecordMacs(reader.GetFieldValue<byte[]>(3), reader.GetFieldValue<byte[]>(4));
        }

        return found;
    }

    /// <inheritdoc/>
    public bool HasNewerKeyBelow(RecordKey key, int keyVersion)
    {
        using NpgsqlBatch batch = Open();
        Add(
            batch,
            """
            select exists (select 1 from record
                where device = $1 and epoch = $2 and sequence < $3 and key_version > $4)
            """,
            key.Device, unchecked((long)key.Epoch), key.Sequence, keyVersion);
        return (bool)batch.ExecuteScalar()!;
    }

    /// <inheritdoc/>
    public Dictionary<string, int> FindKeyVersions(IReadOnlyCollection<string> devices)
    {
        using NpgsqlBatch batch = Open();
        Add(
            batch, "select device, max(key_version) from device_state where device = any($1) group by device",
            (object)devices.ToArray());   // or the array would be taken for the list of parameters
        using NpgsqlDataReader reader = batch.ExecuteReader();
        var found = new Dictionary<string, int>(StringComparer.Ordinal);
        while (reader.Read())
        {
            found.Add(reader.GetString(0), reader.GetInt32(1));
        }

        return found;
    }

    /// <inheritdoc/>
    public HashSet<string> FindQuarantined(IReadOnlyCollection<string> fingerprints)
    {
        using NpgsqlBatch batch = Open();
        Add(
            batch, "select fingerprint from quarantine where fingerprint = any($1)",
            (object)fingerprints.Select(Convert.FromHexString).ToArray());
        using NpgsqlDataReader reader = batch.ExecuteReader();
        var found = new HashSet<string>();
        while (reader.Read())
        {
            found.Add(Convert.ToHexString(reader.GetFieldValue<byte[]>(0)));
        }

        return found;
    }

    /// <inheritdoc/>
    public Dictionary<string, long> CountQuarantine(bool isConflict)
    {
        using NpgsqlBatch batch = Open();
        Add(
            batch, "select device, count(*) from quarantine where conflict = $1 group by device",
            isConflict ? 1 : 0);
        using NpgsqlDataReader reader = batch.ExecuteReader();
        var rows = new Dictionary<string, long>(StringComparer.Ordinal);
        while (reader.Read())
        {
            rows.Add(reader.GetString(0), reader.GetInt64(1));
        }

        return rows;
    }

    private static StoreState ReadState(StoreKey key, NpgsqlDataReader reader) => new(key.Device, key.Epoch)
    {
        Sequences = SequenceSet.FromJson(reader.GetInt64(2), reader.GetString(3)),
        RecordCount = reader.GetInt64(4),
        ReadingCount = reader.GetInt64(5),
        DeclaredCount = reader.GetInt64(6),
        ChainBreaks = reader.GetInt64(7),
        ConflictCount = reader.GetInt64(8),
        LastMac = reader.IsDBNull(9) ? null : reader.GetFieldValue<byte[]>(9),
        LastSequence = reader.GetInt64(10),
        FirstUtcMs = reader.GetInt64(11),
        LastUtcMs = reader.GetInt64(12),
        PrunedThrough = reader.GetInt64(13),
        KeyVersion = reader.GetInt32(14),
    };

    private NpgsqlBatch Open()
    {
        var batch = new NpgsqlBatch(connection);
        if (!_isOpen)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand("begin"));
            _isOpen = true;
        }

        return batch;
    }

    private static void Add(NpgsqlBatch batch, string sql, params object[] values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (object value in values)
        {
            command.Parameters.Add(value is Typed typed
                ? new NpgsqlParameter { Value = typed.Value, NpgsqlDbType = typed.Type }
                : new NpgsqlParameter { Value = value });
        }

        batch.BatchCommands.Add(command);
    }

    private readonly record struct Typed(object Value, NpgsqlDbType Type);
}
