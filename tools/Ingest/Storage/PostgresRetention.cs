// Retention on PostgreSQL: months that are over are dropped whole, which takes no longer for a million rows than for
// one.

using System.Globalization;
using Npgsql;

namespace Pulsegate.Ingest.Storage;

internal static class PostgresRetention
{
    private const string Other = "record_other";   // the partition of what has no month

    /// <summary>Removes what was received before, as far as whole months go; records removed.</summary>
    internal static long Run(NpgsqlConnection connection, long beforeUtcMs)
    {
        using NpgsqlTransaction transaction = connection.BeginTransaction();
        // In the order in which commits take them, so that neither waits for the other in a ring.
        Execute(connection, "select 1 from device_state order by device, epoch for update");
        long removed = 0;
        foreach (string partition in FindPartitions(connection))
        {
            bool isOther = partition == Other;
            if (isOther || EndOf(partition) <= beforeUtcMs)
            {
                string condition = isOther ? $"where received_utc_ms < {beforeUtcMs}" : "";
                Execute(
                    connection,
                    $"""
                    update device_state s set pruned_through = greatest(s.pruned_through, r.last) from (
                        select device, epoch, max(sequence) as last from {partition} {condition} group by device, epoch) r
                    where s.device = r.device and s.epoch = r.epoch
                    """);
                removed += isOther
                    ? Execute(connection, $"delete from {partition} {condition}")
                    : Scalar(connection, $"select count(*) from {partition}");
                if (!isOther)
                {
                    Execute(connection, $"drop table {partition}");
                }
            }
        }

        Execute(connection, $"delete from quarantine where last_utc_ms < {beforeUtcMs}");
        Execute(connection, $"delete from incident where utc_ms < {beforeUtcMs}");
        transaction.Commit();
        return removed;
    }

    private static List<string> FindPartitions(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand(
            """
            select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
            where i.inhparent = 'record'::regclass order by c.relname
            """,
            connection);
        using NpgsqlDataReader reader = command.ExecuteReader();
        var names = new List<string>();
        while (reader.Read())
        {
            names.Add(reader.GetString(0));
        }

        return names;
    }

    // record_2026_11 ends where December begins.
    private static long EndOf(string partition) => DateTimeOffset.ParseExact(
        partition, "'record_'yyyy'_'MM", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)
        .AddMonths(1).ToUnixTimeMilliseconds();

    private static int Execute(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        return command.ExecuteNonQuery();
    }

    private static long Scalar(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        return (long)command.ExecuteScalar()!;
    }
}
