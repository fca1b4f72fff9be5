// The two JSON columns of a record: readings as short arrays of stored integers, fields of an alarm or event
// by name.

using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Pulsegate.Ingest.Format;

namespace Pulsegate.Ingest.Storage;

internal static class RecordJson
{
    /// <summary>[[monotonicMs, utcMs or null, values or null, statuses], ...]; null for a record without
    /// readings.</summary>
    internal static string? OfReadings(IReadOnlyList<DecodedReading> readings)
    {
        if (readings.Count == 0)
        {
            return null;
        }

        var buffer = new ArrayBufferWriter<byte>(readings.Count * 64);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (DecodedReading reading in readings)
            {
                json.WriteStartArray();
                json.WriteNumberValue(reading.MonotonicMs);
                WriteNullable(json, reading.UtcMs);
                foreach (int? value in reading.Values)
                {
                    WriteNullable(json, value);
                }

                foreach (byte status in reading.Statuses)
                {
                    json.WriteNumberValue(status);
                }

                json.WriteEndArray();
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>[[monotonicMs, utcMs or null, stepMs, readings, then for each vital: values, mean, least,
    /// greatest
    /// (null where there is no value), status], ...]; null for a record without summaries.</summary>
    internal static string? OfSummaries(IReadOnlyList<DecodedSummary> summaries)
        => summaries.Count == 0 ? null : JsonSerializer.Serialize(summaries.Select(summary => (long?[])
        [
            summary.MonotonicMs, summary.UtcMs, summary.StepMs, summary.ReadingCount,
            .. summary.Vitals.SelectMany(v => (long?[])[v.Count, v.Mean, v.Minimum, v.Maximum, v.Status]),
        ]));

    /// <summary>One object; null when there are no fields. Byte strings are written in hexadecimal.</summary>
    internal static string? OfFields(IReadOnlyDictionary<string, object?> fields)
    {
        if (fields.Count == 0)
        {
            return null;
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach ((string name, object? value) in fields)
            {
                json.WritePropertyName(name);
                WriteValue(json, value);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteValue(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case bool truth:
                json.WriteBooleanValue(truth);
                break;
            case byte[] bytes:
                json.WriteStringValue(Convert.ToHexStringLower(bytes));
                break;
            case ulong number:
                json.WriteNumberValue(number);
                break;
            case sbyte or byte or short or ushort or int or uint or long:
                json.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            default:
                json.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }

    private static void WriteNullable(Utf8JsonWriter json, long? value)
    {
        if (value is long number)
        {
            json.WriteNumberValue(number);
        }
        else
        {
            json.WriteNullValue();
        }
    }
}
