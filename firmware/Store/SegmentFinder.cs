// Sorts the files of the folder at a start: the segments of the newest epoch, in order, and what is to be
// left alone.

using Pulsegate.Platform;

namespace Pulsegate.Store;

/// <summary>Finds a store's segment files. RAM is what the names take.</summary>
internal sealed class SegmentFinder
{
    private const char NoFileMark = '/';
    private readonly IStorage _storage;
    private readonly SegmentLog _log;

    /// <summary>A finder that fills a log's table.</summary>
    public SegmentFinder(IStorage storage, SegmentLog log)
    {
        _storage = storage;
        _log = log;
    }

    /// <summary>Epoch of the segments: as given to <see cref="Run"/>, or a later one that was
    /// found.</summary>
    public long Epoch;

    /// <summary>Files that are not the store's.</summary>
    public int ForeignFileCount;

    /// <summary>Fills the table with the segments of one epoch: the newest under this upper half, and at
    /// least
    /// <paramref name="knownEpoch"/>.</summary>
    public StoreCondition Run(
        string[] names, uint epochUpper, long knownEpoch, AlternatingFile identity, AlternatingFile cursor)
    {
        Epoch = knownEpoch;
        ForeignFileCount = 0;
        // Twice over the names: first for the newest epoch, then for the segments that belong to it.
        byte[] buffer = _log.Reader.Buffer;
        for (int pass = 0; pass < 2; pass++)
        {
            for (int i = 0; i < names.Length; i++)
            {
                string name = names[i];
                if (identity.Owns(name) || cursor.Owns(name))
                {
                    continue;
                }

                if (name[name.Length - 1] == NoFileMark)
                {
                    Avoid(name, pass);
                    continue;
                }

                int number = SegmentTable.NumberOf(name);
                bool hasHeader = number != 0 && TryReadHeader(name);
                long epoch = hasHeader ? RecordCodec.SegmentEpoch(buffer, 0) : 0;
                if (hasHeader && RecordCodec.SegmentVersion(buffer, 0) > RecordCodec.FormatVersion)
                {
                    return StoreCondition.NewerFormat;
                }

                if (pass == 1)
                {
                    AddFile(name, number, hasHeader, epoch);
                }
                else if ((uint)(epoch >> 32) == epochUpper && hasHeader && (uint)epoch > (uint)Epoch)
                {
                    Epoch = epoch;
                }
            }
        }

        return StoreCondition.Open;
    }

    // A folder or a pipe that has a segment's name: left alone, and the name is not used.
    private void Avoid(string name, int pass)
    {
        ForeignFileCount += pass;
        int number = SegmentTable.NumberOf(name.Substring(0, name.Length - 1));
        int generation = SegmentTable.GenerationOf(number);
        if (number > _log.TakenNumbers[generation])
        {
            _log.TakenNumbers[generation] = number;
        }

        if (number >= _log.NextNumber)
        {
            _log.NextNumber = number + 1;
        }
    }

    private void AddFile(string name, int number, bool hasHeader, long epoch)
    {
        int length = LengthOf(name);
        if (number != 0 && length < 0)
        {
            // Listed, and yet it does not say how long it is: taken as full, so that the scan burns its
            // sequences if it stays silent.
            length = _log.SegmentLength;
        }

        if (number > 0 && number >= _log.NextNumber)
        {
            _log.NextNumber = number + 1;
        }

        if (number != 0 && length == 0)
        {
            // Normal after a cut: the file was made and nothing came into it.
            _storage.TryDelete(name);
            return;
        }

        // The number inside tells a copied or renamed file; when the header is damaged the name has to do.
        int inside = hasHeader ? RecordCodec.SegmentNumber(_log.Reader.Buffer, 0) : number;
        bool isOurs = number != 0 && length > 0 && inside != 0 && (!hasHeader || epoch == Epoch);
        if (isOurs && inside == number)
        {
            // The right name beats a copy that came first.
            int copy = _log.Table.IndexOf(number);
            if (copy >= 0)
            {
                SetAside(copy);
            }
        }

        // A copy under another generation's name would be older or younger than it is.
        isOurs &= SegmentTable.GenerationOf(inside) == SegmentTable.GenerationOf(number);
        int index = isOurs ? _log.Table.Add(name, inside, length) : -1;
        if (index < 0)
        {
            ForeignFileCount++;
            _log.ForeignBytes += SegmentTable.RoundUp(length > 0 ? length : 0);
            return;
        }

        if (inside >= _log.NextNumber)
        {
            _log.NextNumber = inside + 1;
        }

        _log.Table.AreHeadless[index] = !hasHeader;
    }

    private bool TryReadHeader(string name)
    {
        for (int attempt = 0; attempt < SegmentReader.ReadAttemptMax; attempt++)
        {
            int length = _log.Reader.ReadStart(name, RecordCodec.SegmentHeaderLength);
            if (length >= 0)
            {
                return length == RecordCodec.SegmentHeaderLength
                    && RecordCodec.HasSegmentHeader(_log.Reader.Buffer, 0);
            }
        }

        return false;
    }

    private int LengthOf(string name)
    {
        int length = -1;
        for (int attempt = 0; attempt < SegmentReader.ReadAttemptMax && length < 0; attempt++)
        {
            length = _storage.Length(name);
        }

        return length;
    }

    /// <summary>Takes a segment out of the table and leaves its file alone.</summary>
    public void SetAside(int index)
    {
        ForeignFileCount++;
        _log.ForeignBytes += SegmentTable.RoundUp(_log.Table.FileLengths[index]);
        _log.Table.Remove(index);
    }
}
