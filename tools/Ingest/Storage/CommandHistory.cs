// What a command has to know of a device, out of the ingest's database by a connection of its own: the boot
// that it is for, the number it may have, and what the device has answered. The same SQL on both engines.

using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;
using Pulsegate.Batch;

namespace Pulsegate.Ingest.Storage;

/// <summary>Reads only. Not thread-safe.</summary>
internal sealed class CommandHistory : IDisposable
{
    private readonly DbConnection _connection;

    /// <summary>Opens the database.</summary>
    /// <exception cref="DbException">It cannot be opened.</exception>
    internal CommandHistory(DatabaseAddress address)
    {
        if (!address.IsPostgres)
        {
            SystemSqlite.Initialize();
        }

        _connection = address.IsPostgres
            ? new NpgsqlConnection(address.ConnectionString)
            : new SqliteConnection($"Data Source={address.SqliteFile};Mode=ReadWrite;Pooling=False");
        _connection.Open();
    }

    /// <summary>The newest thing the unit has sealed; a boot seals its record at once. Null when nothing has
    /// come from it.</summary>
    internal (uint BootId, int KeyVersion)? FindBoot(string device)
    {
        using DbCommand command = Command(
            """
            select r.boot_id, r.key_version from device_state s
            join record r on r.device = s.device and r.epoch = s.epoch and r.sequence = s.last_sequence
            where s.device = @device order by s.last_utc_ms desc limit 1
            """,
            device);
        using DbDataReader reader = command.ExecuteReader();
        return reader.Read()
            ? ((uint)Number(reader.GetValue(0)), (int)Number(reader.GetValue(1)))
            : null;
    }

    /// <summary>Highest number of a command that the device has answered; 0 for none.</summary>
    internal long FindLastNumber(string device)
    {
        using DbCommand command = Command(
            $"select coalesce(max({CommandNumber}), 0) from record where {IsAnswer}", device);
        return Number(command.ExecuteScalar());
    }

    /// <summary>The newest answer to a command; null when there is none.</summary>
    internal string? FindAnswer(string device, long number)
    {
        using DbCommand command = Command(
            $"""
            select fields ->> 'note' from record where {IsAnswer} and {CommandNumber} = @number
            order by epoch desc, sequence desc limit 1
            """,
            device, number);
        return command.ExecuteScalar() as string;
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private const string CommandNumber = "cast(fields ->> 'commandNumber' as bigint)";

    private static readonly string IsAnswer =
        $"device = @device and kind = {(int)RecordKind.Event} "
        + $"and cast(fields ->> 'event' as bigint) = {(int)EventCode.CommandAnswer}";

    private static long Number(object? value) => Convert.ToInt64(value, CultureInfo.InvariantCulture);

    private DbCommand Command(string sql, string device, long? number = null)
    {
        DbCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        Add(command, "@device", device);
        if (number is not null)
        {
            Add(command, "@number", number);
        }

        return command;
    }

    private static void Add(DbCommand command, string name, object value)
    {
        DbParameter parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value;
        command.Parameters.Add(parameter);
    }
}
