// PostgreSQL's failures in the words of whoever has to do something about them. Codes: PostgreSQL 15,
// appendix A.

using System.Net.Sockets;
using Npgsql;

namespace Pulsegate.Ingest.Storage;

internal static class PostgresProblem
{
    /// <summary>What is the matter, to follow the name of the database; holds no row and no
    /// password.</summary>
    internal static string Explain(Exception e) => e switch
    {
        PostgresException postgres => Explain(postgres),
        { InnerException: TimeoutException } or TimeoutException => "does not answer in time",
        { InnerException: SocketException socket }
        => $"cannot be reached: {socket.Message.ReplaceLineEndings(" ")}",
        _ => $"cannot be reached: {e.Message.ReplaceLineEndings(" ")}",
    };

    /// <summary>True for what a connection has to be made anew for. When the server goes while an answer is
    /// read, the driver (Npgsql 10.0.0) can end in a NullReferenceException of its own.</summary>
    internal static bool IsOfConnection(Exception e)
        => e is NpgsqlException or TimeoutException or IOException
            || (e is NullReferenceException && e.Source == typeof(NpgsqlException).Assembly.GetName().Name);

    private static string Explain(PostgresException e) => e.SqlState switch
    {
        PostgresErrorCodes.LockNotAvailable => "is locked by another program",
        PostgresErrorCodes.QueryCanceled => "does not answer in time",
        PostgresErrorCodes.DiskFull => "cannot grow: the disk or its limit is full",
        PostgresErrorCodes.OutOfMemory => "is out of memory",
        PostgresErrorCodes.TooManyConnections => "has too many connections",
        PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown
            or PostgresErrorCodes.CannotConnectNow => "is stopping or starting",
        PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.InsufficientPrivilege
            => "may not be written: " + Line(e),
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification
            => "does not let us in: check the user and the file that PGPASSFILE names",
        PostgresErrorCodes.InvalidCatalogName => "does not exist: createdb",
        _ => $"refused: {Line(e)} ({e.SqlState})",
    };

    private static string Line(PostgresException e) => e.MessageText.ReplaceLineEndings(" ");
}
