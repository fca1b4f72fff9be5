// The backend's view: the last half hour of what the database has, made ready for a page. It knows nothing of
// the unit but what was committed.

using System.Text.Json;
using Pulsegate.Alarms;
using Pulsegate.Batch;
using Pulsegate.Display;
using Pulsegate.Ingest.Storage;

namespace Pulsegate.Web;

/// <summary>Readings, alarms and events out of the database. Owned by one thread.</summary>
internal sealed class Ward
{
    /// <summary>Readings that are kept: half an hour.</summary>
    internal const int ReadingCountMax = 1800;

    /// <summary>Alarm changes and events that are kept, of each.</summary>
    internal const int LineCountMax = 60;

    /// <summary>Age at which a reading that comes has come late, ms: a demo's unit commits every 10 s.</summary>
    internal const int LateMs = 25_000;

    private const int RecordCountMax = 500;   // read at a time
    private readonly RecordReader _reader;
    private readonly List<WardReading> _readings = [];
    private readonly List<object> _alarms = [];
    private readonly List<object> _events = [];
    private readonly long _sinceUtcMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
    private long _lastId;

    /// <summary>Reads a database.</summary>
    internal Ward(RecordReader reader) => _reader = reader;

    /// <summary>Readings in the database.</summary>
    internal long CommittedReadings { get; private set; }

    /// <summary>Rises with everything that has come.</summary>
    internal long Version { get; private set; }

    /// <summary>Takes what has been committed since.</summary>
    /// <exception cref="Ingest.IngestException">The database cannot be read now.</exception>
    internal void Update()
    {
        IReadOnlyList<CommittedRecord> records;
        do
        {
            records = _reader.ReadAfter(_lastId, RecordCountMax);
            foreach (CommittedRecord record in records)
            {
                Take(record);
            }
        }
        while (records.Count == RecordCountMax);
    }

    /// <summary>All that was committed, for a page.</summary>
    internal object View() => new
    {
        Readings = _readings.Select(reading => reading.ToRow()),
        Alarms = _alarms,
        Events = _events,
    };

    /// <summary>Where there was or is no view of the patient.</summary>
    internal List<Outage> Outages(long nowUtcMs) => OutageFinder.Find(_readings, _sinceUtcMs, nowUtcMs);

    private void Take(CommittedRecord record)
    {
        _lastId = record.Id;
        Version++;
        switch ((RecordKind)record.Kind)
        {
            case RecordKind.Vitals:
                TakeReadings(record);
                break;
            case RecordKind.Alarm:
                Add(_alarms, AlarmLine(record));
                break;
            default:
                Add(_events, EventLine(record));
                break;
        }
    }

    private void TakeReadings(CommittedRecord record)
    {
        foreach (WardReading reading in WardReading.Of(record))
        {
            CommittedReadings++;
            int at = _readings.Count;
            while (at > 0 && _readings[at - 1].UtcMs > reading.UtcMs)
            {
                at--;
            }

            _readings.Insert(at, reading);
        }

        _readings.RemoveRange(0, Math.Max(0, _readings.Count - ReadingCountMax));
    }

    private static void Add(List<object> lines, object line)
    {
        lines.Add(line);
        lines.RemoveRange(0, Math.Max(0, lines.Count - LineCountMax));
    }

    private static object AlarmLine(CommittedRecord record)
    {
        JsonElement fields = FieldsOf(record);
        int condition = (int)(Number(fields, "condition") ?? -1);
        bool isKnown = condition >= 0 && condition < AlarmCondition.Count;
        return new
        {
            UtcMs = record.UtcMs ?? record.ReceivedUtcMs,
            DelayMs = record.ReceivedUtcMs - (record.UtcMs ?? record.ReceivedUtcMs),
            Condition = AlarmCondition.NameOf(condition),
            Title = isKnown ? AlarmText.TitleOf(condition) : "ALARM",
            Vital = isKnown ? AlarmRules.VitalOf(condition) : -1,
            Priority = ((AlarmPriority)(Number(fields, "priority") ?? 0)).ToString(),
            Stage = ((AlarmStage)(Number(fields, "stage") ?? (IsRaised(fields) ? 1 : 0))).ToString(),
        };
    }

    private object EventLine(CommittedRecord record)
    {
        JsonElement fields = FieldsOf(record);
        long lost = Number(fields, "readings") ?? Number(fields, "lostReadings") ?? 0;
        long sequences = (Number(fields, "last") ?? 0) - (Number(fields, "first") ?? 0) + 1;
        string text = (RecordKind)record.Kind switch
        {
            RecordKind.Tombstone => Number(fields, "reason") == (long)TombstoneReason.Unreadable
                ? $"flash could not be read: {sequences} records declared lost"
                : $"{lost} readings given up, store full",
            RecordKind.Summary or RecordKind.CoarseSummary => $"{lost} readings thinned to summaries",
            _ => (EventCode)(Number(fields, "event") ?? 0) switch
            {
                EventCode.Boot => $"started (start {record.BootId})",
                EventCode.Stop => "stopped in good order",
                EventCode.TimeAnchor => "time known",
                EventCode.Loss => $"{lost} readings lost in RAM",
                _ => fields.TryGetProperty("note", out JsonElement note) ? note.GetString() ?? "" : "event",
            },
        };
        return new { UtcMs = record.UtcMs ?? record.ReceivedUtcMs, Text = text };
    }

    private static JsonElement FieldsOf(CommittedRecord record)
        => JsonSerializer.Deserialize<JsonElement>(record.Fields ?? "{}");

    // A plain raise or end has no stage of its own.
    private static bool IsRaised(JsonElement fields)
        => fields.TryGetProperty("raised", out JsonElement value) && value.ValueKind == JsonValueKind.True;

    private static long? Number(JsonElement fields, string name)
        => fields.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number
            ? value.GetInt64() : null;
}
