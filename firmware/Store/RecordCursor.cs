// A remembered place in the log, so that walking on does not begin at a segment's start again.

namespace Pulsegate.Store;

/// <summary>Says: in the segment <see cref="Number"/>, every record before <see cref="Offset"/> is below
/// <see cref="Sequence"/>, every one from there on is not.</summary>
internal sealed class RecordCursor
{
    private int _number;
    private int _offset;
    private long _sequence;

    /// <summary>Segment number; 0 when nothing is remembered.</summary>
    public int Number => _number;

    /// <summary>Offset in the segment's file.</summary>
    public int Offset => _offset;

    /// <summary>Lowest sequence that may lie there.</summary>
    public long Sequence => _sequence;

    /// <summary>Remembers a place.</summary>
    public void Set(int number, int offset, long sequence)
    {
        _number = number;
        _offset = offset;
        _sequence = sequence;
    }

    /// <summary>Remembers nothing.</summary>
    public void Forget() => _number = 0;
}
