// What is to be delivered, in the access database: it survives a restart, and nothing is in it twice.

using Pulsegate.Read.Access;

namespace Pulsegate.Read.Webhooks;

internal sealed class DeliveryQueue(AccessDatabase database)
{
    /// <summary>Number of the record up to which the receiver has been served; null when it is new.</summary>
    internal long? Cursor(string hook) => database.Query(
        "select record_id from hook where name = @hook", row
            => (long?)row.GetInt64(0), ("hook", hook)).SingleOrDefault();

    /// <summary>Takes alarms up, notes how far it has looked, and forgets what was delivered before a time,
    /// as one.</summary>
    internal void Take(string hook, IEnumerable<(string Device, ulong Epoch, long Sequence)> alarms,
        long recordId, long forgottenUtcMs)
        => database.Transact(
        [
            .. alarms.Select(alarm => (
                "insert or ignore into delivery values (@hook, @device, @epoch, @sequence, 'waiting', 0, 0, "
                    + "null)",
                new (string, object?)[]
                {
                    ("hook", hook), ("device", alarm.Device), ("epoch", unchecked((long)alarm.Epoch)),
                    ("sequence", alarm.Sequence),
                })),
            ("insert or replace into hook values (@hook, @id)", [("hook", hook), ("id", recordId)]),
            ("delete from delivery where hook = @hook and state = 'delivered' and next_utc_ms < @before",
                [("hook", hook), ("before", forgottenUtcMs)]),
        ]);

    /// <summary>What is due, oldest first.</summary>
    internal List<Delivery> Due(string hook, long nowUtcMs, int limit) => Read(
        "hook = @hook and state = 'waiting' and next_utc_ms <= @now order by next_utc_ms limit @limit",
        ("hook", hook), ("now", nowUtcMs), ("limit", limit));

    /// <summary>What has failed too often.</summary>
    internal List<Delivery> Dead(int limit) => Read("state = 'dead' order by hook limit @limit",
        ("limit", limit));

    /// <summary>How many are in a state.</summary>
    internal long Count(string state) => database.Query(
        "select count(*) from delivery where state = @state", row => row.GetInt64(0),
        ("state", state)).Single();

    /// <summary>Notes how an attempt went.</summary>
    internal void Note(Delivery delivery, string state, long nextUtcMs, string? problem) => database.Execute(
        """
        update delivery set state = @state, attempts = attempts + 1, next_utc_ms = @next, problem = @problem
        where hook = @hook and device = @device and epoch = @epoch and sequence = @sequence
        """,
        ("state", state), ("next", nextUtcMs), ("problem", problem), ("hook", delivery.Hook),
        ("device", delivery.Device), ("epoch", unchecked((long)delivery.Epoch)), ("sequence",
            delivery.Sequence));

    private List<Delivery> Read(string condition, params (string Name, object? Value)[] values)
        => database.Query(
        $"select hook, device, epoch, sequence, state, attempts, problem from delivery where {condition}",
        row => new Delivery(
            row.GetString(0), row.GetString(1), unchecked((ulong)row.GetInt64(2)), row.GetInt64(3),
            row.GetString(4), row.GetInt32(5), row.IsDBNull(6) ? null : row.GetString(6)),
        values);
}
