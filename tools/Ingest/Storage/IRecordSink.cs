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
}
