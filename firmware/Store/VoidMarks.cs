// Up to which sequence the records of each kind have been replaced by summaries or given up. What is
// thinned or given up goes in order, so that one number a kind says it all; the signed record that says so
// is its proof, and a start finds the numbers in those records again.

using Pulsegate.Batch;

namespace Pulsegate.Store;

/// <summary>One mark for each kind of record. Not thread-safe.</summary>
internal sealed class VoidMarks
{
    private const int KindCount = 8;
    private readonly long[] _through = new long[KindCount];
    private long _all;

    /// <summary>Every record is void up to here.</summary>
    public long All => _all;

    /// <summary>Forgets everything.</summary>
    public void Reset()
    {
        _all = 0;
        for (int kind = 0; kind < KindCount; kind++)
        {
            _through[kind] = 0;
        }
    }

    /// <summary>True when a record is void: something else speaks for it.</summary>
    public bool IsVoid(int kind, long sequence) => kind < KindCount && sequence <= _through[kind];

    /// <summary>Records of a kind are void up to here.</summary>
    public void Raise(int kind, long through)
    {
        if (kind < KindCount && through > _through[kind])
        {
            _through[kind] = through;
        }
    }

    /// <summary>All records are void up to here.</summary>
    public void RaiseAll(long through)
    {
        _all = through > _all ? through : _all;
        for (int kind = 0; kind < KindCount; kind++)
        {
            Raise(kind, through);
        }
    }

    /// <summary>Takes over what a record says of others: a summary replaces what it was made of, a tombstone
    /// names one kind, or is of everything that lay before.</summary>
    /// <param name="kind">Kind of the record.</param>
    /// <param name="sequence">Its own sequence.</param>
    /// <param name="payload">Its payload.</param>
    public void Note(int kind, long sequence, PayloadPeek payload)
    {
        if (payload.Last >= sequence || payload.First <= 0)
        {
            return;
        }

        if (kind == (int)RecordKind.Summary)
        {
            Raise((int)RecordKind.Vitals, payload.Last);
        }
        else if (kind == (int)RecordKind.CoarseSummary)
        {
            Raise((int)RecordKind.Summary, payload.Last);
        }
        else if (payload.GivenUpKind > 0)
        {
            Raise(payload.GivenUpKind, payload.Last);
        }
        else if (payload.Reason == (int)TombstoneReason.Full)
        {
            RaiseAll(payload.Last);
        }
    }
}
