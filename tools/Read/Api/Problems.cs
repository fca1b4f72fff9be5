// What fails inside is said and counted here: whoever asked learns only that it did, and a webhook's loop
// goes on. A line has no data of a record, which an exception's own words may have.

using System.Data.Common;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Pulsegate.Read.Api;

/// <summary>The failures of one read API. Dispose stops the counter. Thread-safe.</summary>
internal sealed class Problems : IDisposable
{
    /// <summary>Part that answers requests.</summary>
    internal const string Requests = "requests";

    /// <summary>Part that looks for alarms and tells of them.</summary>
    internal const string Webhooks = "webhooks";

    private const int LengthMax = 200;
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Meter _meter;
    private readonly TimeProvider _time;
    private readonly Action<string> _onProblem;
    private readonly Dictionary<string, long> _counts = new() { [Requests] = 0, [Webhooks] = 0 };

    // One entry a route and a receiver: few, and no name that somebody sends.
    private readonly Dictionary<string, (long SaidStamp, int Unsaid)> _said = [];

    /// <summary>Begins to count.</summary>
    /// <param name="meterName">Name of the meter.</param>
    /// <param name="time">Time.</param>
    /// <param name="onProblem">Is told, in one line, of each place at most once a minute.</param>
    internal Problems(string meterName, TimeProvider time, Action<string> onProblem)
    {
        _time = time;
        _onProblem = onProblem;
        _meter = new Meter(meterName);
        _meter.CreateObservableCounter(
            "pulsegate.failures", Measure, null,
            "Requests that could not be answered, and looks for alarms to tell of that failed.");
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    /// <summary>Something failed.</summary>
    /// <param name="part">Which part.</param>
    /// <param name="place">Route, or receiver.</param>
    /// <param name="exception">Why.</param>
    internal void Report(string part, string place, Exception exception)
    {
        string more;
        lock (_gate)
        {
            _counts[part]++;
            bool isKnown = _said.TryGetValue(place, out (long SaidStamp, int Unsaid) said);
            if (isKnown && _time.GetElapsedTime(said.SaidStamp) < Quiet)
            {
                _said[place] = said with { Unsaid = said.Unsaid + 1 };
                return;
            }

            more = said.Unsaid == 0 ? "" : $" ({said.Unsaid} more since it was said last)";
            _said[place] = (_time.GetTimestamp(), 0);
        }

        _onProblem($"{place} failed: {Why(exception)}{more}");
    }

    private static string Why(Exception exception)
    {
        if (exception is DbException)
        {
            string reason = exception.Message.ReplaceLineEndings(" ");
            return $"the database cannot be used: {reason[..Math.Min(reason.Length, LengthMax)]}";
        }

        string? method = new StackTrace(exception).GetFrames().Select(frame => frame.GetMethod())
            .Where(method => method?.DeclaringType?.Namespace?.StartsWith(nameof(Pulsegate)) == true)
            .Select(method => $" in {method!.DeclaringType!.Name}.{method.Name}").FirstOrDefault();
        return exception.GetType().Name + method;
    }

    private IEnumerable<Measurement<long>> Measure()
    {
        lock (_gate)
        {
            return [.. _counts.Select(one => new Measurement<long>(
                one.Value, new KeyValuePair<string, object?>("part", one.Key)))];
        }
    }
}
