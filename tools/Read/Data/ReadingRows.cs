// Rows of readings out of rows of records: placed in time as the view "reading" of the ingest's database
// does, in physical units.

using System.Text.Json;
using Pulsegate.Vitals;

namespace Pulsegate.Read.Data;

internal static class ReadingRows
{
    private const int Synced = 2;
    private const int SyncedUncertaintyMs = 1000;   // SNTP over a home's network
    private const int ClockPartsPerMillion = 100;
    private const int ValuesAt = 2, StatusesAt = 7;
    private static readonly long UtcMsMin = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly long UtcMsMax = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>The readings of a record of vitals, in their order.</summary>
    internal static IEnumerable<ReadingRow> Of(StoredRecordRow record)
    {
        if (record.Readings is null)
        {
            yield break;
        }

        using JsonDocument json = JsonDocument.Parse(record.Readings);
        int index = 0;
        foreach (JsonElement item in json.RootElement.EnumerateArray())
        {
            long monotonicMs = item[0].GetInt64();
            long? ownUtcMs = item[1].ValueKind == JsonValueKind.Null ? null : item[1].GetInt64();
            (long? utcMs, string? source, long? uncertaintyMs) = Place(record, monotonicMs, ownUtcMs);
            yield return new ReadingRow(
                new RecordPlace(record.Epoch, record.Sequence, index).ToString(), record.Device,
                record.Epoch.ToString("x16"), record.Sequence, index, record.BootId, monotonicMs,
                Utc(utcMs), source, uncertaintyMs, Utc(record.ReceivedUtcMs)!.Value,
                Measure(item, Vital.SpO2), Measure(item, Vital.PulseRate), Measure(item,
                    Vital.PerfusionIndex),
                Measure(item, Vital.Quality), Measure(item, Vital.Temperature));
            index++;
        }
    }

    /// <summary>Mean signal quality of a record's readings, 0 to 100; null without one.</summary>
    internal static int? Quality(string? readings)
    {
        if (readings is null)
        {
            return null;
        }

        using JsonDocument json = JsonDocument.Parse(readings);
        List<int> qualities =
            [.. json.RootElement.EnumerateArray().Select(item => item[ValuesAt + Vital.Quality])
            .Where(value => value.ValueKind == JsonValueKind.Number).Select(value => value.GetInt32())];
        return qualities.Count == 0 ? null : (int)Math.Round(qualities.Average());
    }

    /// <summary>A time as the API writes it; null for none, and for one that no calendar has: a record that
    /// came before such were refused must not hide those beside it.</summary>
    internal static DateTimeOffset? Utc(long? utcMs)
        => utcMs is { } ms && ms >= UtcMsMin && ms <= UtcMsMax
            ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null;

    private static (long? UtcMs, string? Source, long? UncertaintyMs) Place(
        StoredRecordRow record, long monotonicMs, long? ownUtcMs)
    {
        if (record.TimeQuality == Synced && ownUtcMs is not null)
        {
            return (ownUtcMs, "device", SyncedUncertaintyMs);
        }

        if (record.AnchorUtcMs is { } anchorUtcMs && record.AnchorMonotonicMs is { } anchorMonotonicMs)
        {
            long awayMs = monotonicMs - anchorMonotonicMs;
            return (anchorUtcMs + awayMs, "anchor",
                SyncedUncertaintyMs + (Math.Abs(awayMs) * ClockPartsPerMillion / 1_000_000));
        }

        return ownUtcMs is null ? (null, null, null) : (ownUtcMs, "estimate", null);
    }

    private static MeasurementRow Measure(JsonElement item, int vital)
    {
        JsonElement value = item[ValuesAt + vital];
        return new MeasurementRow(
            value.ValueKind == JsonValueKind.Null ? null : VitalUnit.Scale(vital, value.GetInt32()),
            VitalUnit.Of(vital), (ReadingStatus)item[StatusesAt + vital].GetByte());
    }
}
