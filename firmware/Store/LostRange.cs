// What a tombstone has to say about a segment that is given up: gathered from its records before it is
// deleted.

using System;
using Pulsegate.Batch;

namespace Pulsegate.Store;

/// <summary>The range of unreleased records in one segment, with the tombstones among them taken over.
/// Allocates nothing after construction.</summary>
internal sealed class LostRange
{
    private readonly PayloadPeek _peek;

    /// <summary>No range yet.</summary>
    /// <param name="peek">Reads payloads, one at a time.</param>
    public LostRange(PayloadPeek peek)
    {
        _peek = peek;
    }

    /// <summary>First sequence that is lost.</summary>
    public long First;

    /// <summary>Last sequence of the segment.</summary>
    public long Last;

    /// <summary>Readings lost, those of tombstones in the segment included; -1 when that is not
    /// known.</summary>
    public int Readings;

    /// <summary>True when the segment could be read, so that the two MACs mean something.</summary>
    public bool HasMacs;

    /// <summary>8 bytes of the MAC before the first lost record.</summary>
    public readonly byte[] MacBefore = new byte[RecordHeader.PreviousMacLength];

    /// <summary>8 bytes of the MAC of the segment's last record.</summary>
    public readonly byte[] MacLast = new byte[RecordHeader.PreviousMacLength];

    /// <summary>Walks the oldest segment. When the storage does not give its bytes, tombstones in it may have
    /// spoken for anything below: the range then begins behind what is released.</summary>
    public void Gather(SegmentLog log, int index, ReleasedSet released, VoidMarks voids)
    {
        SegmentTable table = log.Table;
        SegmentReader reader = log.Reader;
        First = 0;
        Last = table.Last[index];
        Readings = table.UnreleasedReadings[index] + table.UnreleasedSummarised[index];
        int offset = RecordCodec.SegmentHeaderLength;
        SegmentReadResult result = reader.Next(table.Names[index], offset, table.Ends[index]);
        for (; result == SegmentReadResult.Record;
            result = reader.Next(table.Names[index], offset, table.Ends[index]))
        {
            offset = reader.RecordOffset + reader.RecordLength;
            int payloadLength = RecordCodec.PayloadLength(reader.Buffer, reader.RecordAt);
            int payloadAt = reader.RecordAt + RecordCodec.HeaderLength;
            long sequence = RecordCodec.Sequence(reader.Buffer, reader.RecordAt);
            Array.Copy(reader.Buffer, payloadAt + payloadLength, MacLast, 0, MacLast.Length);
            int kind = RecordCodec.Kind(reader.Buffer, reader.RecordAt);
            if (released.Contains(sequence) || voids.IsVoid(kind, sequence)
                || !_peek.TryRead(reader.Buffer, payloadAt, payloadLength))
            {
                continue;
            }

            if (First == 0)
            {
                First = sequence;
                CopyMac(reader.Buffer, _peek.PreviousMacAt);
            }

            if (_peek.First > 0)
            {
                Readings += kind == (int)RecordKind.Tombstone ? _peek.Readings : 0;
                if (_peek.First < First)
                {
                    First = _peek.First;
                    CopyMac(reader.Buffer, _peek.MacBeforeAt);
                }
            }
        }

        bool isRead = result == SegmentReadResult.End;
        HasMacs = First > 0 && isRead;
        if (!isRead)
        {
            First = released.NextUnreleased(1);
            Readings = -1;
        }
        else if (First == 0)
        {
            First = table.First[index];
        }
    }

    private void CopyMac(byte[] buffer, int at)
    {
        if (at >= 0)
        {
            Array.Copy(buffer, at, MacBefore, 0, MacBefore.Length);
        }
    }
}
