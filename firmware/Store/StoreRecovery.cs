// What a start does: finds out from the folder alone which store this is, what it holds and where it ends.
// Nothing else has to be right: identity and cursor help, and their loss costs a declared epoch or some
// duplicates.

using Pulsegate.Batch;
using Pulsegate.Platform;

namespace Pulsegate.Store;

/// <summary>The recovery and its findings. Bounded by the number and length of files; RAM is what the
/// constructor took.</summary>
internal sealed class StoreRecovery
{
    private const int IdentityLength = 12;
    private readonly IStorage _storage;
    private readonly SegmentLog _log;
    private readonly ReleasedSet _released;
    private readonly AlternatingFile _identity;
    private readonly AlternatingFile _cursor;
    private readonly SegmentFinder _finder;
    private readonly SegmentScan _scan;

    /// <summary>A recovery into a log and a released set, with two buffers that are written
    /// over.</summary>
    public StoreRecovery(
        IStorage storage, SegmentLog log, ReleasedSet released, VoidMarks voids, PayloadPeek peek,
        ColumnWriter columns, byte[] scratch)
    {
        _storage = storage;
        _log = log;
        _released = released;
        _finder = new SegmentFinder(storage, log);
        _scan = new SegmentScan(log, released, voids, peek, columns, scratch);
        _identity = new AlternatingFile(storage, "identity", IdentityLength);
        _cursor = new AlternatingFile(storage, "cursor", 8 + ReleasedSet.EncodedLengthMax);
    }

    /// <summary>Damaged ranges that no tombstone has declared yet.</summary>
    public GapList Gaps => _scan.Gaps;

    /// <summary>Epoch of the store.</summary>
    public long Epoch;

    /// <summary>Number of this boot.</summary>
    public uint BootId;

    /// <summary>Highest sequence that may have been used.</summary>
    public long LastSequence;

    /// <summary>First 8 bytes of the newest record's MAC; zeros when there is none.</summary>
    public byte[] PreviousMac => _scan.PreviousMac;

    /// <summary>True when there was neither an identity nor a record.</summary>
    public bool WasWiped;

    /// <summary>Files that are not the store's.</summary>
    public int ForeignFileCount => _finder.ForeignFileCount;

    /// <summary>Segments of which something could not be read.</summary>
    public int ReadFailureCount => _scan.ReadFailureCount;

    /// <summary>Recovers.</summary>
    public StoreCondition Run(uint epochUpper)
    {
        _log.Reset();
        _released.Reset();
        LastSequence = 0;
        bool hasIdentity = _identity.TryLoad();
        _cursor.TryLoad();
        string[] names = _storage.List();
        if (names == null || _identity.HasNewerFormat || _cursor.HasNewerFormat)
        {
            return names == null ? StoreCondition.StorageFailed : StoreCondition.NewerFormat;
        }

        long knownEpoch = RecordCodec.Get(_identity.Content, 0, 8);
        uint begunCount = hasIdentity ? (uint)knownEpoch : 0;
        bool isSameUpper = hasIdentity && (uint)(knownEpoch >> 32) == epochUpper;
        StoreCondition condition = _finder.Run(
            names, epochUpper, isSameUpper ? knownEpoch : (long)epochUpper << 32, _identity, _cursor);
        Epoch = _finder.Epoch;
        if (condition != StoreCondition.Open)
        {
            return condition;
        }

        if (RecordCodec.Get(_cursor.Content, 0, 8) == Epoch)
        {
            _released.Get(_cursor.Content, 8);
        }

        condition = _scan.Run(Epoch);
        LastSequence = _scan.LastSequence;
        if (condition == StoreCondition.Open && LastSequence == 0 && ReadFailureCount > 0)
        {
            // There are segments and none could be read: to begin a new epoch beside them would be to give
            // them up.
            condition = StoreCondition.StorageFailed;
        }

        return condition == StoreCondition.Open
            ? Conclude(names, epochUpper, hasIdentity, begunCount) : condition;
    }

    /// <summary>Writes the released set durably.</summary>
    public bool TrySaveCursor()
    {
        RecordCodec.Put(_cursor.Content, 0, Epoch, 8);
        int length = 8 + _released.Put(_cursor.Content, 8);
        return _cursor.TrySave(length);
    }

    private StoreCondition Conclude(string[] names, uint epochUpper, bool hasIdentity, uint begunCount)
    {
        if (LastSequence == 0)
        {
            // No record of this epoch: whatever files there are cannot be read, so that a fresh epoch is the
            // only sure one.
            while (_log.Table.Count > 0)
            {
                _finder.SetAside(0);
            }

            uint lower = (uint)Epoch > begunCount ? (uint)Epoch : begunCount;
            Epoch = ((long)epochUpper << 32) | (lower + 1);
            _released.Reset();
            Gaps.Reset();
        }
        else
        {
            if (_released.Highest > LastSequence)
            {
                long missing = _released.NextUnreleased(LastSequence + 1);
                if (missing < _released.Highest)
                {
                    Gaps.Add(missing, _released.Highest);
                }

                LastSequence = _released.Highest;
            }
        }

        WasWiped = !hasIdentity && LastSequence == 0;
        // The identity that is lost may have counted one boot more, and its record be lost as well. Then both
        // files are written, so that they never lie further apart than that.
        bool isDoubtful = _identity.IsDoubtful(names);
        uint bootId = (uint)RecordCodec.Get(_identity.Content, 8, 4);
        BootId = (bootId > _scan.NewestBootId ? bootId : _scan.NewestBootId) + (isDoubtful ? 2u : 1u);
        RecordCodec.Put(_identity.Content, 0, Epoch, 8);
        RecordCodec.Put(_identity.Content, 8, BootId, 4);
        bool isSaved = _identity.TrySave(IdentityLength)
            && (!isDoubtful || _identity.TrySave(IdentityLength));
        return isSaved ? StoreCondition.Open : StoreCondition.StorageFailed;
    }
}
