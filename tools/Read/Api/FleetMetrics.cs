// Totals over the fleet, out of the databases, as instruments; without a label by device, since a fleet is
// large and a device's name is nobody's business here.

using System.Data.Common;
using System.Diagnostics.Metrics;
using Pulsegate.Alarms;
using Pulsegate.Read.Data;
using Pulsegate.Read.Webhooks;

namespace Pulsegate.Read.Api;

/// <summary>The instruments of one read API. Dispose stops them. Thread-safe.</summary>
internal sealed class FleetMetrics : IDisposable
{
    // Figures of one collection are of one moment, and are asked for once.
    private static readonly TimeSpan FreshTime = TimeSpan.FromSeconds(2);

    private const string Unknown = "unknown";

    private static readonly string[] Priorities =
        [nameof(AlarmPriority.Low), nameof(AlarmPriority.Medium), nameof(AlarmPriority.High)];

    private static readonly string[] DeliveryStates = ["waiting", "dead"];

    private readonly Lock _gate = new();
    private readonly Meter _meter;
    private readonly Backend _backend;
    private readonly TimeProvider _time;
    private readonly List<(string Name, Func<long, string> Sql)> _questions = [];
    private readonly DeliveryQueue _deliveries;
    private Figures? _figures;
    private long _takenStamp = -1;

    internal FleetMetrics(string meterName, Backend backend, DeliveryQueue deliveries, TimeProvider time)
    {
        _deliveries = deliveries;
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
        _meter.CreateObservableGauge(
            "pulsegate.standing_alarms", () => Measure(StandingAlarms), null,
            "Alarms that no step which is here has ended, by priority and condition.");
        _meter.CreateObservableGauge(
            "pulsegate.standing_alarms_doubtful",
            () => Measure(figures => [new(figures.DoubtfulAlarms)]), null,
            "Of these, those of a late device or with a later record missing, which may have ended.");
        _meter.CreateObservableGauge(
            "pulsegate.webhook_deliveries", () => Measure(Deliveries), null,
            "Alarms that a receiver has not taken yet, and that none will be told of any more.");
    }

    /// <summary>Asks the database anew.</summary>
    /// <exception cref="DbException">It cannot be used now.</exception>
    internal void Refresh()
    {
        long now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        var numbers = new Dictionary<string, long>();
        foreach ((string name, Func<long, string> sql) in _questions)
        {
            numbers[name] = _backend.Number(sql(now - Backend.LateMs));
        }

        var alarms = new Dictionary<(string Priority, string Condition), long>();
        long doubtful = 0;
        foreach ((string priority, string condition, bool isDoubtful) in _backend.StandingKinds(now))
        {
            // A number without a name would be a label of whoever sends it.
            var kind = (Priorities.Contains(priority) ? priority : Unknown, condition);
            alarms[kind] = alarms.GetValueOrDefault(kind) + 1;
            doubtful += isDoubtful ? 1 : 0;
        }

        var figures = new Figures(
            numbers, alarms, doubtful, DeliveryStates.ToDictionary(state => state, _deliveries.Count));

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

    private static IEnumerable<Measurement<long>> StandingAlarms(Figures figures) =>
    [
        // Every kind that there may be, so that none of it is a 0, and no series comes and goes.
        .. from priority in Priorities.Append(Unknown)
           from condition in Enumerable.Range(0, AlarmCondition.Count + 1).Select(AlarmCondition.NameOf)
           select Of(figures.Alarms.GetValueOrDefault((priority, condition)), ("priority", priority),
               ("condition", condition)),
    ];

    private static IEnumerable<Measurement<long>> Deliveries(Figures figures)
        => figures.Deliveries.Select(one => Of(one.Value, ("state", one.Key)));

    private static Measurement<long> Of(long value, params (string Name, string Value)[] labels)
        => new(value, labels.Select(one => new KeyValuePair<string, object?>(one.Name, one.Value)));

    private IEnumerable<Measurement<long>> Measure(string name)
        => Measure(figures => [new Measurement<long>(figures.Numbers[name])]);

    // Nothing where a database cannot be asked: an old figure would read as one of now.
    private IEnumerable<Measurement<long>> Measure(Func<Figures, IEnumerable<Measurement<long>>> read)
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
                    _figures = null;
                    _takenStamp = _time.GetTimestamp();
                }
            }

            return _figures is null ? [] : read(_figures);
        }
    }

    private sealed record Figures(
        Dictionary<string, long> Numbers, Dictionary<(string Priority, string Condition), long> Alarms,
        long DoubtfulAlarms, Dictionary<string, long> Deliveries);
}
