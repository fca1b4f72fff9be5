// The topics of the protocol, as the backend sees them: pg/1/<device>/<kind>.

namespace Pulsegate.Ingest;

internal static class Topics
{
    internal const string Vitals = "vitals";
    internal const string Alarm = "alarm";
    internal const string Event = "event";
    internal const string Health = "health";
    internal const string Status = "status";
    internal const string Live = "live";

    private const string Prefix = "pg/1/";

    /// <summary>What the ingest subscribes to.</summary>
    internal static readonly string[] Filters =
        [.. new[] { Vitals, Alarm, Event, Health, Status, Live }.Select(kind => $"{Prefix}+/{kind}")];

    /// <summary>The topic on which a device hears acknowledgements.</summary>
    internal static string Acknowledgement(string device) => $"{Prefix}{device}/ack";

    /// <summary>The topic on which a device hears commands.</summary>
    internal static string Command(string device) => $"{Prefix}{device}/cmd";

    /// <summary>True for the kinds that are stored as records and acknowledged.</summary>
    internal static bool IsStored(string kind) => kind is Vitals or Alarm or Event;

    /// <summary>Takes a topic apart; false when it is not one of the protocol's.</summary>
    internal static bool TrySplit(string topic, out string device, out string kind)
    {
        device = "";
        kind = "";
        if (!topic.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        int slash = topic.IndexOf('/', Prefix.Length);
        if (slash < 0 || topic.IndexOf('/', slash + 1) >= 0)
        {
            return false;
        }

        device = topic[Prefix.Length..slash];
        kind = topic[(slash + 1)..];
        return device.Length > 0;
    }
}
