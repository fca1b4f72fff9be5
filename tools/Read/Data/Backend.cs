// The answers of the API, out of the ingest's database. Pages are bounded, and walked by place: what comes
// late may lie behind a cursor already passed, which is what the gaps are asked for.

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pulsegate.Alarms;
using Pulsegate.Platform;
using Pulsegate.Read.Access;

namespace Pulsegate.Read.Data;

/// <summary>What the backend knows. Thread-safe.</summary>
internal sealed class Backend(RecordQueries queries, BatchVerifier? verifier,
    AlarmAcknowledgements acknowledgements)
{
    /// <summary>Most entries on a page.</summary>
    internal const int PageMax = 1000;

    /// <summary>A device of which nothing has come for so long is late.</summary>
    internal const long LateMs = 300_000;

    // A record has at most 300 readings, at most a minute apart (docs/wire-format.md, keys 11 and 12).
    private const long RecordSpanMsMax = 300 * 60_000;

    // Records that are looked at for one page when a time is asked for; then the page ends where it is.
    private const int RecordsLookedAtMax = 20_000;

    /// <summary>Devices behind one.</summary>
    internal Page<DeviceRow> Devices(string after, int limit)
    {
        var groups = new List<List<StoreRow>>();
        foreach (StoreRow store in queries.Stores(after, limit + 1))
        {
            if (groups.Count == 0 || groups[^1][0].Device != store.Device)
            {
                if (groups.Count == limit)
                {
                    return new Page<DeviceRow>(Describe(groups), groups[^1][0].Device);
                }

                groups.Add([]);
            }

            groups[^1].Add(store);
        }

        return new Page<DeviceRow>(Describe(groups), null);
    }

    /// <summary>One device; null when nothing of it is here.</summary>
    internal DeviceRow? Device(string device)
        => queries.StoresOf(device) is { Count: > 0 } stores ? Describe([stores]).Single() : null;

    /// <summary>Readings of a device behind a place, those of a time when asked for: without a time are
    /// only those of an unknown one left out.</summary>
    internal Page<ReadingRow> Readings(
        string device, RecordPlace after, DateTimeOffset? from, DateTimeOffset? to, int limit)
    {
        var page = new List<ReadingRow>();
        int looked = 0;
        long first = (from?.ToUnixTimeMilliseconds() ?? 0) - RecordSpanMsMax;
        long last = to?.ToUnixTimeMilliseconds() ?? long.MaxValue;
        foreach (StoredRecordRow record in queries.Records(
            device, after, RecordKind.Vitals, RecordKind.Vitals, first, last))
        {
            if (++looked > RecordsLookedAtMax)
            {
                var next = new RecordPlace(record.Epoch, record.Sequence - 1, RecordPlace.IndexMax);
                return new Page<ReadingRow>(page, next.ToString());
            }

            bool isFirst = record.Epoch == after.Epoch && record.Sequence == after.Sequence;
            foreach (ReadingRow reading in ReadingRows.Of(record))
            {
                bool isBehind = !isFirst || reading.Index > after.Index;
                bool isWithin = (from is null || reading.Utc >= from) && (to is null || reading.Utc < to);
                if (isBehind && isWithin && page.Count == limit)
                {
                    return new Page<ReadingRow>(page, page[^1].Cursor);
                }

                if (isBehind && isWithin)
                {
                    page.Add(reading);
                }
            }
        }

        return new Page<ReadingRow>(page, null);
    }

    /// <summary>Alarms of a device behind a place.</summary>
    internal Page<AlarmRow> Alarms(string device, RecordPlace after, int limit)
    {
        List<AlarmRow> rows = [.. queries.Records(device, after, RecordKind.Alarm, RecordKind.Alarm)
            .Where(record => record.Epoch != after.Epoch || record.Sequence != after.Sequence)
            .Take(limit + 1).Select(Alarm)];
        return rows.Count <= limit ? new Page<AlarmRow>(rows, null)
            : new Page<AlarmRow>(rows[..limit], rows[limit - 1].Cursor);
    }

    /// <summary>Alarms that stand now, of a priority or all, behind a place.</summary>
    internal Page<StandingAlarmRow> StandingAlarms(
        AlarmPriority? priority, StandingPlace? after, long nowUtcMs, int limit)
    {
        List<(StandingPlace Place, AlarmStepRow Step)> standing =
        [
            .. Standing().Where(one => (priority is null || (int)priority == one.Place.Priority)
                && one.Place.CompareTo(after) > 0),
        ];
        standing.Sort((a, b) => a.Place.CompareTo(b.Place));
        List<StandingAlarmRow> rows = [.. standing.Take(limit).Select(one => new StandingAlarmRow(
            one.Place.ToString(), Alarm(one.Step.Record), ReadingRows.Utc(one.Step.Store.LastUtcMs)!.Value,
            Doubt(one.Step, nowUtcMs)))];
        return new Page<StandingAlarmRow>(rows, standing.Count > limit ? rows[^1].Cursor : null);
    }

    /// <summary>Of each alarm that stands now: priority and condition by name, and whether it may have
    /// ended.</summary>
    internal IEnumerable<(string Priority, string Condition, bool IsDoubtful)> StandingKinds(long nowUtcMs)
        => Standing().Select(one => (
            ((AlarmPriority)one.Place.Priority).ToString(), AlarmCondition.NameOf(one.Place.Condition),
            Doubt(one.Step, nowUtcMs) is not null));

    /// <summary>What is missing of a device, and what it has declared.</summary>
    internal GapsRow Gaps(string device, RecordPlace after, int limit)
    {
        List<TombstoneRow> rows = [.. queries.Records(device, after, RecordKind.Summary,
            RecordKind.CoarseSummary)
            .Where(record => record.Epoch != after.Epoch || record.Sequence != after.Sequence)
            .Take(limit + 1).Select(Tombstone)];
        string? next = rows.Count <= limit ? null
            : $"{rows[limit - 1].Epoch}.{rows[limit - 1].Sequence.ToString(CultureInfo.InvariantCulture)}.0";
        return new GapsRow(
            [.. queries.StoresOf(device).SelectMany(store => store.Missing())],
            rows[..Math.Min(limit, rows.Count)], next);
    }

    /// <summary>A message as it came, verified anew; null when there is none.</summary>
    internal RawRow? Raw(string device, ulong epoch, long sequence)
    {
        if (queries.Find(device, epoch, sequence) is not var (record, jws))
        {
            return null;
        }

        string verification = "not checked";
        if (verifier is not null)
        {
            bool isRight = verifier.TryVerify(jws, out VerifiedRecord? found, out string reason);
            verification = !isRight ? $"not verified: {reason}"
                : found!.Device == device && found.Epoch == epoch && found.Sequence == sequence ? "verified"
                : "not verified: it is another record's message";
        }

        return new RawRow(
            device, epoch.ToString("x16"), sequence, record.Kind.ToString(), record.KeyVersion,
            ReadingRows.Utc(record.ReceivedUtcMs)!.Value, jws, verification);
    }

    /// <summary>A number behind one that was given, up to which every record that will ever have a number is
    /// committed; the one given when there is nothing new.</summary>
    internal long SettledRecordId(long after) => queries.SettledRecordId(after);

    /// <summary>Alarms among the records behind a number up to another, and the last that was looked
    /// at.</summary>
    internal (List<(string Device, ulong Epoch, long Sequence)> Alarms, long Last) AlarmsBehind(
        long id, long lastId, int limit)
    {
        var records = queries.Behind(id, lastId, limit);
        return ([.. records.Where(record => record.Kind == RecordKind.Alarm)
            .Select(record => (record.Device, record.Epoch, record.Sequence))], records.Count == 0 ? id
                : records[^1].Id);
    }

    /// <summary>One alarm; null when there is none.</summary>
    internal AlarmRow? FindAlarm(string device, ulong epoch, long sequence)
        => queries.Find(device, epoch, sequence) is var (record, _) && record.Kind == RecordKind.Alarm
            ? Alarm(record) : null;

    /// <summary>One number, for metrics.</summary>
    internal long Number(string sql) => queries.Number(sql);

    private IEnumerable<(StandingPlace Place, AlarmStepRow Step)> Standing()
    {
        foreach (AlarmStepRow step in queries.NewestAlarmSteps())
        {
            JsonNode fields = Parse(step.Record.Fields)!;
            if (Flag(fields, "raised") == true)
            {
                yield return (new StandingPlace(
                    Small(fields, "priority") ?? 0, step.Record.Device,
                    Small(fields, "condition") ?? 0), step);
            }
        }
    }

    private static string? Doubt(AlarmStepRow step, long nowUtcMs)
        => nowUtcMs - step.Store.LastUtcMs > LateMs ? "Late"
            : step.Store.Missing().Any(gap => gap.Last > step.Record.Sequence) ? "Missing" : null;

    private List<DeviceRow> Describe(List<List<StoreRow>> groups)
    {
        if (groups.Count == 0)
        {
            return [];
        }

        ILookup<string, MessageRow> messages = queries.Messages(groups[0][0].Device, groups[^1][0].Device)
            .ToLookup(message => message.Device);
        Dictionary<string, int?> qualities = queries.NewestVitals(groups[0][0].Device, groups[^1][0].Device)
            .DistinctBy(newest => newest.Device)
                .ToDictionary(newest => newest.Device, newest => ReadingRows.Quality(newest.Readings));
        return [.. groups.Select(stores =>
        {
            string device = stores[0].Device;
            MessageRow? health = messages[device].FirstOrDefault(message => message.Kind == "health");
            JsonNode? status = Parse(messages[device].FirstOrDefault(message
                => message.Kind == "status")?.Fields);
            return new DeviceRow(
                device, ReadingRows.Utc(stores.Min(store => store.FirstUtcMs))!.Value,
                ReadingRows.Utc(stores.Max(store => store.LastUtcMs))!.Value, stores.Count,
                stores.Sum(store => store.Records), stores.Sum(store => store.Readings),
                stores.Sum(store => store.Missing().Sum(gap => gap.Last - gap.First + 1)),
                stores.Sum(store => store.Declared), stores.Sum(store => store.ChainBreaks),
                stores.Sum(store => store.Conflicts), Flag(status, "online"),
                status?["firmware"] is JsonValue said && said.TryGetValue(out string? firmware)
                    ? firmware : null, qualities.GetValueOrDefault(device),
                ReadingRows.Utc(health?.ReceivedUtcMs), Parse(health?.Fields));
        })];
    }

    private AlarmRow Alarm(StoredRecordRow record)
    {
        JsonNode fields = Parse(record.Fields)!;
        int? vital = Small(fields, "vital");
        bool hasUnit = vital is >= 0 and < Vitals.Vital.Count;
        decimal? Scaled(string name) => Small(fields, name) is not { } stored ? null
            : hasUnit ? VitalUnit.Scale(vital!.Value, stored) : stored;
        bool isRaised = Flag(fields, "raised") ?? false;
        // A plain raise or end has no stage of its own.
        var stage = (AlarmStage)(Small(fields, "stage") ?? (isRaised ? 1 : 0));
        (string By, DateTimeOffset Utc)? seen = acknowledgements.Find(record.Device, record.Epoch,
            record.Sequence);
        return new AlarmRow(
            new RecordPlace(record.Epoch, record.Sequence, 0).ToString(), record.Device,
            record.Epoch.ToString("x16"),
            record.Sequence, AlarmCondition.NameOf(Small(fields, "condition") ?? -1),
            ((AlarmPriority)(Small(fields, "priority") ?? 0)).ToString(),
            stage.ToString(), isRaised, Scaled("value"), Scaled("limit"),
            hasUnit ? VitalUnit.Of(vital!.Value) : null, ReadingRows.Utc(record.UtcMs),
            ((TimeQuality)record.TimeQuality).ToString(), ReadingRows.Utc(record.ReceivedUtcMs)!.Value,
            seen?.By, seen?.Utc);
    }

    private static TombstoneRow Tombstone(StoredRecordRow record)
    {
        JsonNode fields = Parse(record.Fields)!;
        return new TombstoneRow(
            record.Epoch.ToString("x16"), record.Sequence, Field(fields, "first") ?? 0,
            Field(fields, "last") ?? 0,
            Field(fields, "readings"), ((TombstoneReason)(Field(fields, "reason") ?? 0)).ToString(),
            ReadingRows.Utc(record.ReceivedUtcMs)!.Value);
    }

    private static JsonNode? Parse(string? json) => json is null ? null : JsonNode.Parse(json);

    // A number that is none, or too large, is not known: one that was cut to fit would be a wrong one.
    private static long? Field(JsonNode fields, string name)
        => fields[name] is JsonValue value && value.TryGetValue(out long number) ? number : null;

    private static int? Small(JsonNode fields, string name)
        => fields[name] is JsonValue value && value.TryGetValue(out int number) ? number : null;

    private static bool? Flag(JsonNode? fields, string name)
        => fields?[name] is JsonValue value && value.TryGetValue(out bool flag) ? flag : null;
}
