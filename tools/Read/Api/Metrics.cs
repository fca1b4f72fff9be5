// Prometheus' text format: totals over the fleet, without a label by device, since a fleet is large and a
// device's name is nobody's business here.

using System.Globalization;
using System.Text;
using Pulsegate.Read.Data;

namespace Pulsegate.Read.Api;

internal static class Metrics
{
    internal const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private const long LateMs = 300_000;

    /// <summary>All metrics of now.</summary>
    public static string Of(Backend backend, long nowUtcMs)
    {
        var text = new StringBuilder();
        string late = (nowUtcMs - LateMs).ToString(CultureInfo.InvariantCulture);
        foreach ((string name, string type, string help, string sql) in new[]
        {
            ("pulsegate_devices", "gauge", "Devices that have sent a record.",
                "select count(distinct device) from device_state"),
            ("pulsegate_devices_late", "gauge", "Devices without a record for five minutes.",
                "select count(*) from (select device from device_state group by device having "
                + $"max(last_utc_ms) < {late}) as late"),
            ("pulsegate_records_total", "counter", "Records committed.",
                "select sum(record_count) from device_state"),
            ("pulsegate_readings_total", "counter", "Readings committed.",
                "select sum(reading_count) from device_state"),
            ("pulsegate_declared_sequences_total", "counter", "Sequences that devices have declared lost or thinned.",
                "select sum(declared_count) from device_state"),
            ("pulsegate_chain_breaks_total", "counter", "Broken chains.",
                "select sum(chain_breaks) from device_state"),
            ("pulsegate_conflicts_total", "counter", "Records whose name was taken.",
                "select sum(conflict_count) from device_state"),
            ("pulsegate_stores_with_gaps", "gauge", "Stores of which sequences are missing.",
                "select count(*) from device_state where cast(ranges as text) <> '[]'"),
            ("pulsegate_quarantined_messages", "gauge", "Messages put aside.", "select count(*) from quarantine"),
        })
        {
            string value = backend.Number(sql).ToString(CultureInfo.InvariantCulture);
            text.Append($"# HELP {name} {help}\n# TYPE {name} {type}\n{name} {value}\n");
        }

        return text.ToString();
    }
}
