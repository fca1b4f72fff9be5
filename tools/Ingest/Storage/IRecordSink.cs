// Where the ingest keeps what it has verified: a database that takes a group whole or not at all.

namespace Pulsegate.Ingest.Storage;

/// <summary>Owned by one thread. A failed commit changes nothing, and the next one connects anew.</summary>
internal interface IRecordSink : IDisposable
{
    /// <summary>Writes a group in one transaction. When it returns, the group is on disk.</summary>
    /// <exception cref="IngestException">Nothing of the group is known to be stored; one line why. It may be
    /// tried again, also when it was stored after all.</exception>
    CommitResult Commit(CommitGroup group);

    /// <summary>One number out of the database, for summaries and tests. Values are named $0, $1 and so
    /// on.</summary>
    /// <exception cref="IngestException">It cannot be had; one line why.</exception>
    long Scalar(string sql, params object?[] values);

    /// <summary>Removes what is older, on PostgreSQL by whole months: records, what was put aside, incidents. What
    /// was removed is remembered as committed, so that it does not come back.</summary>
    /// <param name="beforeUtcMs">What was received before this goes.</param>
    /// <returns>Records removed.</returns>
    /// <exception cref="IngestException">It cannot be done; one line why.</exception>
    long Retain(long beforeUtcMs);

    /// <summary>Notes in each store that this database is a backup put back: what was committed after it was
    /// taken is missing here, and devices have let go of it.</summary>
    /// <param name="takenUtcMs">When the backup was taken.</param>
    /// <param name="nowUtcMs">Now.</param>
    /// <exception cref="IngestException">It cannot be done; one line why.</exception>
    void NoteRestored(long takenUtcMs, long nowUtcMs);
}
