// A remembered place in the log, so that walking on does not begin at a segment's start again.

namespace Pulsegate.Store;

/// <summary>Says: in the segment <see cref="Number"/>, every record before <see cref="Offset"/> is below
/// <see cref="Sequence"/>, every one from there on is not.</summary>
internal sealed class RecordCursor
{

    /// <summary>Segment number; 0 when nothing is remembered.</summary>
    public int Number;

    /// <summary>Offset in the segment's file.</summary>
    public int Offset;

    /// <summary>Lowest sequence that may lie there.</summary>
    public long Sequence;

    /// <summary>Remembers a place.</summary>
    public void Set(int number, int offset, long sequence)
    {
        Number = number;
        Offset = offset;
        Sequence = sequence;
    }

    /// <summary>Remembers nothing.</summary>
    public void Forget() => Number = 0;
}
