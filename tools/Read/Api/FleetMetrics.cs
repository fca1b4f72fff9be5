// Totals over the fleet, out of the ingest's database, as instruments; without a label by device, since a
// fleet is large and a device's name is nobody's business here.

using System.Data.Common;
using System.Diagnostics.Metrics;
using Pulsegate.Read.Data;

namespace Pulsegate.Read.Api;

/// <summary>The instruments of one read API. Dispose stops them. Thread-safe.</summary>
internal sealed class FleetMetrics : IDisposable
{
    // Figures of one collection are of one moment, and are asked for once.
    private static readonly TimeSpan FreshTime = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly Meter _meter;
    private readonly Backend _backend;
    private readonly TimeProvider _time;
    private readonly List<(string Name, Func<long, string> Sql)> _questions = [];
    private Dictionary<string, long> _figures = [];
    private long _takenStamp = -1;

    internal FleetMetrics(string meterName, Backend backend, TimeProvider time)
    {
        _meter = new Meter(meterName);
        _backend = backend;
        _time = time;
        Gauge("devices", "Devices that have sent a record.",
            "select count(distinct device) from device_state");
        Gauge("devices_late", "Devices without a record for five minutes.", late =>
            "select count(*) from (select device from device_state group by device having "
            + $"max(last_utc_ms) < {late}) as late");
        Counter("records", "Records committed.", "select sum(record_count) from device_state");
        Counter("readings", "Readings committed.", "select sum(reading_count) from device_state");
        Counter("declared_sequences", "Sequences that devices have declared lost or thinned.",
            "select sum(declared_count) from device_state");
        Counter("chain_breaks", "Broken chains.", "select sum(chain_breaks) from device_state");
        Counter("conflicts", "Records whose name was taken.", "select sum(conflict_count) from device_state");
        Gauge("stores_with_gaps", "Stores of which sequences are missing.",
            "select count(*) from device_state where cast(ranges as text) <> '[]'");
        Gauge("quarantined_messages", "Messages put aside.", "select count(*) from quarantine");
    }

    /// <summary>Asks the database anew.</summary>
    /// <exception cref="DbException">It cannot be used now.</exception>
    internal void Refresh()
    {
        long late = _time.GetUtcNow().ToUnixTimeMilliseconds() - Backend.LateMs;
        var figures = new Dictionary<string, long>();
        foreach ((string name, Func<long, string> sql) in _questions)
        {
            figures[name] = _backend.Number(sql(late));
        }

        lock (_gate)
        {
            _figures = figures;
            _takenStamp = _time.GetTimestamp();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private void Gauge(string name, string description, string sql) => Gauge(name, description, _ => sql);

    private void Gauge(string name, string description, Func<long, string> sql)
    {
        _questions.Add((name, sql));
        _meter.CreateObservableGauge($"pulsegate.{name}", () => Measure(name), null, description);
    }

    private void Counter(string name, string description, string sql)
    {
        _questions.Add((name, _ => sql));
        _meter.CreateObservableCounter($"pulsegate.{name}", () => Measure(name), null, description);
    }

    // Nothing where the database cannot be asked: an old figure would read as one of now.
    private Measurement<long>[] Measure(string name)
    {
        lock (_gate)
        {
            if (_takenStamp < 0 || _time.GetElapsedTime(_takenStamp) > FreshTime)
            {
                try
                {
                    Refresh();
                }
                catch (DbException)
                {
                    _figures = [];
                    _takenStamp = _time.GetTimestamp();
                }
            }

            return _figures.TryGetValue(name, out long value) ? [new Measurement<long>(value)] : [];
        }
    }
}
