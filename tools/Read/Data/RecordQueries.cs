// What is asked of the ingest's database: a few statements over the tables of docs/database.md, the same on
// every engine, with parameters alone. Each bounds its rows by an index, never by an offset.

using System.Data.Common;
using System.Globalization;

namespace Pulsegate.Read.Data;

/// <summary>Reads the ingest's database. Every call has its own connection, so it is safe for any number of
/// threads.</summary>
/// <param name="source">The database.</param>
internal sealed class RecordQueries(RecordSource source)
{
    private const int RecordsPerQuestion = 256;

    private const string RecordColumns =
        """
        r.device, r.epoch, r.sequence, r.kind, r.boot_id, r.monotonic_ms, r.utc_ms, r.time_quality, r.key_version,
        cast(r.readings as text), cast(r.fields as text), r.received_utc_ms, a.monotonic_ms, a.utc_ms
        """;

    private const string StoreColumns =
        """
        device, epoch, cumulative, cast(ranges as text), record_count, reading_count, declared_count, chain_breaks,
        conflict_count, first_utc_ms, last_utc_ms
        """;

    private const string RecordTables =
        """
        from record r left join anchor a on a.device = r.device and a.epoch = r.epoch and a.boot_id = r.boot_id
        """;

    /// <summary>Stores of so many devices behind one, by device and store.</summary>
    internal IEnumerable<StoreRow> Stores(string afterDevice, int deviceCount) => Read(
        $"""
        select {StoreColumns} from device_state
        where device > @after and device <= (select max(device) from (
            select distinct device from device_state where device > @after order by device limit @count) as page)
        order by device, epoch
        """,
        Store, ("after", afterDevice), ("count", deviceCount));

    /// <summary>Stores of one device.</summary>
    internal List<StoreRow> StoresOf(string device) =>
    [
        .. Read(
            $"select {StoreColumns} from device_state where device = @device order by epoch", Store,
            ("device", device)),
    ];

    /// <summary>Newest health and status of the devices of a range, both ends included.</summary>
    internal List<MessageRow> Messages(string firstDevice, string lastDevice) =>
    [
        .. Read(
            """
            select device, kind, received_utc_ms, cast(fields as text) from device_message
            where device >= @first and device <= @last order by device
            """,
            row => new MessageRow(row.GetString(0), row.GetString(1), Long(row, 2), Text(row, 3)),
            ("first", firstDevice), ("last", lastDevice)),
    ];

    /// <summary>Of the newest boot in the newest store of every device, the newest step of each
    /// condition.</summary>
    internal IEnumerable<AlarmStepRow> NewestAlarmSteps() => Read(
        $"""
        select {RecordColumns}, s.cumulative, s.ranges, s.last_utc_ms
        from (
            select d.device, d.epoch, d.cumulative, cast(d.ranges as text) as ranges, d.last_utc_ms, n.sequence,
                row_number() over (
                    partition by d.device, d.epoch, n.fields ->> 'condition' order by n.sequence desc) as place
            from device_state d
            join record n on n.device = d.device and n.epoch = d.epoch and n.kind = {(int)RecordKind.Alarm}
                and n.boot_id = (
                    select b.boot_id from record b where b.device = d.device and b.epoch = d.epoch
                    order by b.sequence desc limit 1)
            where d.last_utc_ms = (select max(o.last_utc_ms) from device_state o where o.device = d.device)
        ) s
        join record r on r.device = s.device and r.epoch = s.epoch and r.sequence = s.sequence
        left join anchor a on a.device = r.device and a.epoch = r.epoch and a.boot_id = r.boot_id
        where s.place = 1
        """,
        row => new AlarmStepRow(
            Record(row),
            new StoreRow(
                row.GetString(0), unchecked((ulong)Long(row, 1)), Long(row, 14), row.GetString(15), 0, 0, 0,
                0, 0, 0,
                Long(row, 16))));

    /// <summary>Readings of the newest record of vitals of each device of a range, both ends
    /// included.</summary>
    internal List<(string Device, string? Readings)> NewestVitals(string firstDevice, string lastDevice) =>
    [
        .. Read(
            $"""
            select s.device, (
                select cast(r.readings as text) from record r
                where r.device = s.device and r.epoch = s.epoch and r.kind = {(int)RecordKind.Vitals}
                order by r.sequence desc limit 1)
            from device_state s
            where s.device >= @first and s.device <= @last and s.last_utc_ms = (
                select max(o.last_utc_ms) from device_state o where o.device = s.device)
            order by s.device, s.epoch
            """,
            row => (row.GetString(0), Text(row, 1)), ("first", firstDevice), ("last", lastDevice)),
    ];

    /// <summary>Records of a device from a place on, the kinds between two numbers, in their order.</summary>
    internal IEnumerable<StoredRecordRow> Records(
        string device, RecordPlace from, RecordKind firstKind, RecordKind lastKind)
        => Records(device, from, firstKind, lastKind, long.MinValue, long.MaxValue);

    /// <summary>Those of them that may have a reading between two times: synchronised ones by their own, and
    /// all that an anchor may place.</summary>
    internal IEnumerable<StoredRecordRow> Records(
        string device, RecordPlace from, RecordKind firstKind, RecordKind lastKind, long firstUtcMs,
        long lastUtcMs)
    {
        while (true)
        {
            List<StoredRecordRow> some = Some(device, from, firstKind, lastKind, firstUtcMs, lastUtcMs);
            foreach (StoredRecordRow record in some)
            {
                yield return record;
            }

            if (some.Count < RecordsPerQuestion)
            {
                yield break;
            }

            from = new RecordPlace(some[^1].Epoch, some[^1].Sequence + 1, 0);
        }
    }

    private List<StoredRecordRow> Some(
        string device, RecordPlace from, RecordKind firstKind, RecordKind lastKind, long firstUtcMs,
        long lastUtcMs)
        =>
    [
        .. Read(
        $"""
        select {RecordColumns} {RecordTables}
        where r.device = @device and (r.epoch, r.sequence) >= (@epoch, @sequence) and r.kind between @first and @last
          and (r.utc_ms is null or r.time_quality <> 2 or r.utc_ms between @from and @to)
        order by r.device, r.epoch, r.sequence limit @limit
        """,
        Record, ("device", device), ("epoch", unchecked((long)from.Epoch)), ("sequence", from.Sequence),
        ("first", (int)firstKind), ("last", (int)lastKind), ("from", firstUtcMs), ("to", lastUtcMs),
        ("limit", RecordsPerQuestion)),
    ];

    /// <summary>One record and its message; null when there is none.</summary>
    internal (StoredRecordRow Record, string Jws)? Find(string device, ulong epoch, long sequence) => Read(
        $"""
        select {RecordColumns}, r.jws {RecordTables}
        where r.device = @device and r.epoch = @epoch and r.sequence = @sequence
        """,
        row => ((StoredRecordRow, string)?)(Record(row), row.GetString(14)),
        ("device", device), ("epoch", unchecked((long)epoch)), ("sequence", sequence)).FirstOrDefault();

    /// <summary>A number up to which every record that will ever have one is committed.</summary>
    internal long SettledRecordId(long after) => source.SettledRecordId(after);

    /// <summary>Names and kinds of the records behind one number up to another, in their order.</summary>
    internal List<(long Id, string Device, ulong Epoch, long Sequence, RecordKind Kind)> Behind(long id,
        long lastId, int limit) =>
    [
        .. Read(
            """
            select id, device, epoch, sequence, kind from record
            where id > @id and id <= @last order by id limit @limit
            """,
            row => (Long(row, 0), row.GetString(1), unchecked((ulong)Long(row, 2)), Long(row, 3),
                (RecordKind)Long(row, 4)),
            ("id", id), ("last", lastId), ("limit", limit)),
    ];

    /// <summary>One number.</summary>
    internal long Number(string sql) => Read(sql, row => row.IsDBNull(0) ? 0 : Long(row, 0)).Single();

    private static StoreRow Store(DbDataReader row) => new(
        row.GetString(0), unchecked((ulong)Long(row, 1)), Long(row, 2), row.GetString(3), Long(row, 4),
        Long(row, 5), Long(row, 6), Long(row, 7), Long(row, 8), Long(row, 9), Long(row, 10));

    private static StoredRecordRow Record(DbDataReader row) => new(
        row.GetString(0), unchecked((ulong)Long(row, 1)), Long(row, 2), (RecordKind)Long(row, 3), Long(row,
            4), Long(row, 5),
        LongOrNull(row, 6), (int)Long(row, 7), (int)Long(row, 8), Text(row, 9), Text(row, 10), Long(row, 11),
        LongOrNull(row, 12), LongOrNull(row, 13));

    // The connection lives as long as the rows are read; whoever stops early ends it by leaving the loop.
    private IEnumerable<T> Read<T>(
        string sql, Func<DbDataReader, T> read, params (string Name, object Value)[] values)
    {
        using DbConnection connection = source.Connect();
        using DbCommand command = connection.CreateCommand();
        command.CommandText = sql;
        foreach ((string name, object value) in values)
        {
            DbParameter parameter = command.CreateParameter();
            parameter.ParameterName = "@" + name;
            parameter.Value = value;
            command.Parameters.Add(parameter);
        }

        using DbDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            yield return read(reader);
        }
    }

    private static long Long(DbDataReader row, int column)
        => Convert.ToInt64(row.GetValue(column), CultureInfo.InvariantCulture);

    private static long? LongOrNull(DbDataReader row, int column) => row.IsDBNull(column) ? null
        : Long(row, column);

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null
        : row.GetString(column);
}
