// The flash as it lies, read by the letter of docs/store-format.md and without the firmware's code, held
// against the ledger after every change: what lies there was sealed, and what leaves it was committed by the
// backend or declared by a sealed record before.

using System.Buffers.Binary;
using System.IO.Hashing;
using Pulsegate.Virtual.Storage;

namespace Pulsegate.Virtual.Simulation;

/// <summary>Reads only what has changed since the last look.</summary>
internal sealed class FlashWatch(StorageModel model, Ledger ledger)
{
    private const int HeaderLength = 24;
    private const int PayloadAt = 17;
    private const int MacLength = 32;
    private const int CrcLength = 4;
    private const int LengthMin = PayloadAt + MacLength + CrcLength;
    private readonly Dictionary<string, Segment> _segments = new(StringComparer.Ordinal);
    private long _changeCount = -1;

    /// <summary>Looks, when a call has changed something since the last time.</summary>
    /// <param name="isStrict">True when no call has failed in this life: then nothing may go before the word
    /// about it is sealed.</param>
    public void Check(bool isStrict)
    {
        if (model.ChangeCount == _changeCount)
        {
            return;
        }

        _changeCount = model.ChangeCount;
        foreach ((string name, byte[] content) in model.Files)
        {
            if (name.EndsWith(".pg", StringComparison.Ordinal)
                && !(_segments.TryGetValue(name, out Segment? known)
                    && ReferenceEquals(known.Content, content)))
            {
                Read(name, content, known);
            }
        }

        foreach (string name in _segments.Keys.Where(name => !model.Files.ContainsKey(name)).ToList())
        {
            CheckGone(name, _segments[name], isStrict && !ledger.IsDamaged);
            _segments.Remove(name);
        }
    }

    private void Read(string name, byte[] content, Segment? known)
    {
        var segment = new Segment(content, HeaderLength, []);
        if (known is not null && content.AsSpan().StartsWith(known.Content))
        {
            segment = known with { Content = content };
        }

        _segments[name] = segment;
        ulong epoch = content.Length < HeaderLength
            ? 0 : BinaryPrimitives.ReadUInt64LittleEndian(content.AsSpan(8));
        int at = segment.End;
        while (at + LengthMin < content.Length)
        {
            int length = LengthOf(content, at);
            if (length == 0)
            {
                at++;   // torn or damaged: the next whole record counts
                continue;
            }

            long sequence = BinaryPrimitives.ReadInt64LittleEndian(content.AsSpan(at + 9));
            byte[] mac = content[(at + length - CrcLength - MacLength)..(at + length - CrcLength)];
            if (epoch == ledger.Epoch && !ledger.Knows(sequence, mac))
            {
                throw new SimulationFailureException(
                    $"record {sequence} lies in {name} and was never sealed");
            }

            segment.Records.Add((epoch, sequence, mac));
            at += length;
            segment = segment with { End = at };
            _segments[name] = segment;
        }
    }

    private static int LengthOf(byte[] content, int at)
    {
        if (content[at] != (byte)'P' || content[at + 1] != (byte)'G')
        {
            return 0;
        }

        int length = LengthMin + BinaryPrimitives.ReadUInt16LittleEndian(content.AsSpan(at + 5));
        return at + length <= content.Length
            && Crc32.HashToUInt32(new SpanByte(content, at, length - CrcLength))
                == BinaryPrimitives.ReadUInt32LittleEndian(content.AsSpan(at + length - CrcLength))
            ? length : 0;
    }

    private void CheckGone(string name, Segment segment, bool isStrict)
    {
        foreach ((ulong epoch, long sequence, byte[] mac) in segment.Records)
        {
            if (isStrict && epoch == ledger.Epoch && ledger.IsOwed(sequence, mac)
                && !IsElsewhere(sequence, mac))
            {
                throw new SimulationFailureException(
                    $"record {sequence} went with {name}, and is neither committed nor declared");
            }
        }
    }

    // A copy under another name, or the same segment under a new one.
    private bool IsElsewhere(long sequence, byte[] mac)
        => _segments.Any(other => model.Files.ContainsKey(other.Key)
            && other.Value.Records.Exists(
                record => record.Sequence == sequence && record.Mac.AsSpan().SequenceEqual(mac)));

    private sealed record Segment(
        byte[] Content, int End, List<(ulong Epoch, long Sequence, byte[] Mac)> Records);
}
