// Comma-separated values (RFC 4180) that a spreadsheet does not run: a text that begins as a formula would is
// led by an apostrophe. Numbers are numbers, a negative one too.

using System.Globalization;
using System.Text;
using Pulsegate.Read.Data;

namespace Pulsegate.Read.Api;

internal static class Csv
{
    private const string Header =
        "device,epoch,sequence,index,boot_id,monotonic_ms,utc,utc_source,utc_uncertainty_ms,received,"
        + "spo2_percent,spo2_status,pulse_per_minute,pulse_status,perfusion_percent,perfusion_status,"
        + "quality_percent,quality_status,skin_temperature_celsius,skin_temperature_status\r\n";

    /// <summary>A page of readings. A value is empty exactly where its status says that there is
    /// none.</summary>
    public static string Of(IEnumerable<ReadingRow> readings)
    {
        var text = new StringBuilder(Header);
        foreach (ReadingRow r in readings)
        {
            MeasurementRow[] vitals = [r.SpO2, r.PulseRate, r.PerfusionIndex, r.Quality, r.SkinTemperature];
            object?[] cells =
            [
                r.Device, r.Epoch, r.Sequence, r.Index, r.BootId, r.MonotonicMs, r.Utc, r.UtcSource,
                r.UtcUncertaintyMs, r.Received, .. vitals.SelectMany(v
                    => (object?[])[v.Value, v.Status.ToString()]),
            ];
            text.AppendJoin(',', cells.Select(Cell)).Append("\r\n");
        }

        return text.ToString();
    }

    /// <summary>One cell.</summary>
    internal static string Cell(object? value) => value switch
    {
        null => "",
        string text => Quote(text),
        DateTimeOffset time => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new ArgumentException($"no cell for {value.GetType()}", nameof(value)),
    };

    private static string Quote(string text)
    {
        string safe = text.Length > 0 && "=+-@\t\r\n".Contains(text[0]) ? "'" + text : text;
        return safe.AsSpan().IndexOfAny(",\"\r\n") < 0 ? safe : $"\"{safe.Replace("\"", "\"\"")}\"";
    }
}
