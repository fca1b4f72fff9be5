using System.Text.Json;
using Pulsegate.Batch;
using Pulsegate.Ingest.Storage;
using Pulsegate.Vitals;

namespace Pulsegate.Web;

/// <summary>One reading as the backend has it.</summary>
/// <param name="UtcMs">Its time.</param>
/// <param name="ReceivedUtcMs">When it came.</param>
/// <param name="Boot">Start of the unit that it is from.</param>
/// <param name="Values">By <see cref="Vital"/>, in stored units; null where there is none.</param>
/// <param name="Statuses">By <see cref="Vital"/>.</param>
internal sealed record WardReading(
    long UtcMs, long ReceivedUtcMs, long Boot, IReadOnlyList<int?> Values, IReadOnlyList<ReadingStatus> Statuses)
{
    /// <summary>The readings of a record that know their time; none for another kind of record.</summary>
    internal static IEnumerable<WardReading> Of(CommittedRecord record)
    {
        if (record.Kind != (int)RecordKind.Vitals || record.Readings is null)
        {
            yield break;
        }

        // [[monotonic_ms, utc_ms, 5 values, 5 statuses], ...]
        foreach (long?[] row in JsonSerializer.Deserialize<long?[][]>(record.Readings)!)
        {
            if (row[1] is long utcMs)
            {
                yield return new WardReading(
                    utcMs, record.ReceivedUtcMs, record.BootId, [.. row[2..7].Select(value => (int?)value)],
                    [.. row[7..12].Select(status => (ReadingStatus)(status ?? 0))]);
            }
        }
    }

    /// <summary>[time s, came late, then of SpO2, pulse and temperature: number or null, status]; units as
    /// people read them.</summary>
    internal object?[] ToRow() =>
    [
        UtcMs / 1000, IsBackfilled ? 1 : 0,
        Scaled(Vital.SpO2, 10), Statuses[Vital.SpO2].ToString(),
        Scaled(Vital.PulseRate, 10), Statuses[Vital.PulseRate].ToString(),
        Scaled(Vital.Temperature, 100), Statuses[Vital.Temperature].ToString(),
    ];

    /// <summary>True when it came later than a unit with a connection sends it.</summary>
    internal bool IsBackfilled => ReceivedUtcMs - UtcMs > Ward.LateMs;

    private double? Scaled(int vital, int scale) => Values[vital] is int value ? (double)value / scale : null;
}
