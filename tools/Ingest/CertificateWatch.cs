// Certificates that end soon, as the health messages of the units tell. The ingest's clock counts, not
// theirs.

using Pulsegate.Diagnostics;
using Pulsegate.Ingest.Storage;

namespace Pulsegate.Ingest;

/// <summary>Says of each unit, once a day, that its certificate ends within 30 days. For one
/// thread.</summary>
internal sealed class CertificateWatch(TimeProvider time, Action<string> onProblem)
{
    private const string EndDay = "certificateEndDay";
    private readonly Dictionary<string, int> _toldOnDay = [];

    /// <summary>Looks at the health messages of a group.</summary>
    internal void Look(CommitGroup group)
    {
        int today = (int)(time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalDays;
        foreach (ReceivedState state in group.States)
        {
            string device = state.Record.Device;
            if (!state.Record.Fields.TryGetValue(EndDay, out object? value) || value is not long endDay
                || endDay <= 0
                || endDay - today >= Telemetry.CertificateWarningDays
                || _toldOnDay.GetValueOrDefault(device) == today)
            {
                continue;
            }

            _toldOnDay[device] = today;
            string day = DateTimeOffset.UnixEpoch.AddDays(Math.Min(endDay, int.MaxValue / 1000))
                .ToString("yyyy-MM-dd");
            onProblem(
                $"the certificate of {device} {(endDay < today ? "ended" : "ends")} on {day}: ./pulsegate "
                    + $"provision renew {device}");
        }
    }
}
