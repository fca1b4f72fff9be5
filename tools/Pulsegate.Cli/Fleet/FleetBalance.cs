// The balance of a fleet: what every unit says of its readings against what the database has of it.

using Npgsql;
using Pulsegate.Ingest.Storage;
using Pulsegate.Virtual;

namespace Pulsegate.Cli.Fleet;

/// <summary>Sums over the units.</summary>
/// <param name="Produced">Readings that the units have produced.</param>
/// <param name="InDatabase">Readings in the database.</param>
/// <param name="Waiting">Readings that units still keep.</param>
/// <param name="Declared">Readings declared lost or thinned by a unit, with a signed record.</param>
/// <param name="Lost">Readings that are nowhere.</param>
/// <param name="Duplicated">Readings in the database that no unit has produced, and records there
/// twice.</param>
/// <param name="Unbalanced">Units whose own count does not come out.</param>
/// <param name="Aside">Messages put aside.</param>
internal sealed record FleetBalance(
    long Produced, long InDatabase, long Waiting, long Declared, long Lost, long Duplicated, int Unbalanced,
    long Aside)
{
    /// <summary>True when every reading is there once.</summary>
    public bool IsWhole => Lost == 0 && Duplicated == 0 && Unbalanced == 0 && Aside == 0 && Waiting == 0;

    /// <summary>Asks the database.</summary>
    public static FleetBalance Of(IReadOnlyDictionary<string, ReadingBalance> units, string database)
    {
        using var connection = new NpgsqlConnection(DatabaseAddress.Parse(database).ConnectionString);
        connection.Open();
        var stored = new Dictionary<string, long>(StringComparer.Ordinal);
        using (var command = new NpgsqlCommand(
            "select device, sum(reading_count)::bigint from record group by device", connection))
        using (NpgsqlDataReader reader = command.ExecuteReader())
        {
            while (reader.Read())
            {
                stored.Add(reader.GetString(0), reader.GetInt64(1));
            }
        }

        long twice = Scalar(
            connection, "select count(*) - count(distinct (device, epoch, sequence)) from record");
        long lost = 0;
        long invented = stored.Where(row => !units.ContainsKey(row.Key)).Sum(row => row.Value);
        foreach ((string device, ReadingBalance unit) in units)
        {
            long there = stored.GetValueOrDefault(device);
            long due = unit.Produced - unit.InRam - unit.Stored - unit.Decayed - unit.Lost;
            lost += Math.Max(0, due - there);
            invented += Math.Max(0, there - unit.Produced);
        }

        return new FleetBalance(
            units.Values.Sum(u => u.Produced), stored.Values.Sum(), units.Values.Sum(u => u.Stored + u.InRam),
            units.Values.Sum(u => u.Decayed + u.Lost), lost, twice + invented,
            units.Values.Count(u => !u.IsBalanced),
            Scalar(connection, "select count(*) from quarantine"));
    }

    /// <inheritdoc/>
    public override string ToString()
        => $"readings: {Produced} produced, {InDatabase} in the database, {Waiting} waiting in units, "
            + $"{Declared} declared; "
            + $"{Lost} lost, {Duplicated} duplicated"
            + (Unbalanced > 0 ? $"; {Unbalanced} units do not balance" : "")
                + (Aside > 0 ? $"; {Aside} messages put aside" : "");

    private static long Scalar(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        return Convert.ToInt64(command.ExecuteScalar());
    }
}
