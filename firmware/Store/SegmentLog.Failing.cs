// What may be on flash when an append was reported as failed, and what is damaged there.

namespace Pulsegate.Store;

internal sealed partial class SegmentLog
{
    /// <summary>Counts a damaged place once, though it may be passed again and again. When the list of known
    /// places is full, the oldest is forgotten, and may then be counted once more.</summary>
    public void NoteDamage(int number, int offset)
    {
        long place = ((long)number << 32) | (uint)offset;
        int known = _damagedPlaceCount < DamagedPlaceCountMax ? _damagedPlaceCount : DamagedPlaceCountMax;
        for (int i = 0; i < known; i++)
        {
            if (_damagedPlaces[i] == place)
            {
                return;
            }
        }

        _damagedPlaces[_damagedPlaceCount % DamagedPlaceCountMax] = place;
        _damagedPlaceCount++;
        _damageCount++;
    }

    // A failed append may have left a torn tail, or even everything: nothing is appended after it. A new file
    // that holds nothing can be tried again under the same name.
    private void NoteFailedAppend(string name, bool isNew, int index, int generation)
    {
        Reader.Forget();
        if (generation != SegmentTable.Log)
        {
            NoteFailedMove(name, isNew, index);
            return;
        }

        MustRoll = true;
        int length = _storage.Length(name);
        if (!isNew)
        {
            Table.FileLengths[index] = length > Table.FileLengths[index] ? length : Table.FileLengths[index];
        }
        else if (length < 0)
        {
            _isNewInDoubt = true;   // nobody can say what is there: it goes before the name is used again
        }
        else if (length > 0 && Table.Count > 0)
        {
            // The torn file is accounted with the segment before it until the next start, which finds it.
            Table.FileLengths[index] += SegmentTable.RoundUp(length);
            NextNumber++;
        }
        else if (length > 0)
        {
            ForeignBytes += SegmentTable.RoundUp(length);
            NextNumber++;
        }
    }

    // A new file of an older generation is deleted before its number is used again: until then its bytes are
    // accounted as foreign.
    private void NoteFailedMove(string name, bool isNew, int index)
    {
        if (isNew)
        {
            _storage.TryDelete(name);
            return;
        }

        int length = _storage.Length(name);
        Table.AreTorn[index] = true;
        Table.FileLengths[index] = length > Table.FileLengths[index] ? length : Table.FileLengths[index];
    }

    // The storage said no, but the close may have happened: only the file itself knows.
    private bool IsThere(string name, int before, byte[] buffer, int from, int count)
    {
        if (_storage.Length(name) != before + count)
        {
            return false;
        }

        for (int done = 0; done < count; done += _compare.Length)
        {
            int part = count - done < _compare.Length ? count - done : _compare.Length;
            if (_storage.Read(name, before + done, _compare, 0, part) != part)
            {
                return false;
            }

            for (int i = 0; i < part; i++)
            {
                if (_compare[i] != buffer[from + done + i])
                {
                    return false;
                }
            }
        }

        return true;
    }
}
