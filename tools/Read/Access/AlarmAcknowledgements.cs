namespace Pulsegate.Read.Access;

/// <summary>Which alarms somebody has seen. It changes nothing at the bedside.</summary>
public sealed class AlarmAcknowledgements(AccessDatabase database, TimeProvider time)
{
    /// <summary>Notes that somebody has seen an alarm; who was first stays.</summary>
    public void Add(string device, ulong epoch, long sequence, string token) => database.Execute(
        "insert or ignore into acknowledged_alarm values (@device, @epoch, @sequence, @now, @token)",
        ("device", device), ("epoch", unchecked((long)epoch)), ("sequence", sequence),
        ("now", time.GetUtcNow().ToUnixTimeMilliseconds()), ("token", token));

    /// <summary>Who has seen it, and when; null for nobody.</summary>
    public (string By, DateTimeOffset Utc)? Find(string device, ulong epoch, long sequence) => database.Query(
        "select token, utc_ms from acknowledged_alarm where device = @device and epoch = @epoch and "
            + "sequence = @sequence",
        row => ((string, DateTimeOffset)?)(row.GetString(0),
            DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1))),
        ("device", device), ("epoch", unchecked((long)epoch)), ("sequence", sequence)).SingleOrDefault();
}
