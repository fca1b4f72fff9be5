// The one place that chooses between the engines.

namespace Pulsegate.Ingest.Storage;

internal static class RecordSink
{
    /// <summary>Opens the database of an address, and makes or migrates its schema.</summary>
    /// <param name="address">Which one.</param>
    /// <param name="bytesMax">Size at which an SQLite file counts as full; 0 for no limit but the disk's.</param>
    /// <param name="time">Clock; the system's when null.</param>
    /// <exception cref="IngestException">It cannot be opened; one line why.</exception>
    internal static IRecordSink Open(DatabaseAddress address, long bytesMax = 0, TimeProvider? time = null)
        => address.IsPostgres
            ? new PostgresDatabase(address, time)
            : new RecordDatabase(address.SqliteFile, bytesMax);
}
