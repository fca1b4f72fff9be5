// What is missing, over batches in any order: by sequence, with what the units have declared lost themselves,
// and by the chain of MACs (docs/wire-format.md, section 3).

using System.Buffers.Binary;

namespace Pulsegate.Client;

/// <summary>Takes verified records in any order, any number of times. Not thread-safe.</summary>
public sealed class GapDetector
{
    /// <summary>Most records whose MACs are held. Beyond, <see cref="Add"/> throws: begin with a new
    /// one.</summary>
    public const int RecordCountMax = 1_000_000;

    private readonly SortedDictionary<(string Device, ulong Epoch), Store> _stores = new();
    private int _recordCount;

    /// <summary>Adds a record.</summary>
    /// <returns>What it is to those before it. The chain is looked at where a neighbour is there; what a
    /// tombstone has removed breaks none.</returns>
    /// <exception cref="InvalidOperationException">More than <see cref="RecordCountMax"/>, or more separate
    /// ranges in one store than 1 024.</exception>
    public GapOutcome Add(VerifiedRecord record)
    {
        if (record.Sequence == 0)
        {
            return GapOutcome.Unsequenced;
        }

        var name = (record.Device, record.Epoch);
        if (!_stores.TryGetValue(name, out Store? store))
        {
            _stores.Add(name, store = new Store());
        }

        ulong mac = Beginning(record.Mac);
        if (store.Records.TryGetValue(record.Sequence, out var known))
        {
            return known.Mac == mac ? GapOutcome.Repetition : GapOutcome.Conflict;
        }

        if (_recordCount == RecordCountMax || !store.Sequences.CanAdd(record.Sequence, record.Sequence))
        {
            throw new InvalidOperationException("more records or separate ranges than a detector holds");
        }

        _recordCount++;
        ulong previous = Beginning(record.PreviousMac);
        store.Records.Add(record.Sequence, (mac, previous));
        store.Sequences.Add(record.Sequence, record.Sequence);
        foreach ((long first, long last) in record.Declared)
        {
            if (store.Sequences.CanAdd(first, last))   // else it stays missing, which is the safe side
            {
                store.Sequences.Add(first, last);
            }
        }

        bool isBroken = (store.Records.TryGetValue(record.Sequence - 1, out var before) && before.Mac != previous)
            || (store.Records.TryGetValue(record.Sequence + 1, out var after) && after.Previous != mac);
        return isBroken ? GapOutcome.ChainBroken : GapOutcome.New;
    }

    /// <summary>What is missing now, by device, store and sequence. What is missing behind the newest record
    /// cannot be seen.</summary>
    public IEnumerable<MissingRange> Missing()
    {
        foreach (((string device, ulong epoch), Store store) in _stores)
        {
            long last = store.Sequences.Cumulative;
            foreach ((long First, long Last) range in store.Sequences.Ranges)
            {
                yield return new MissingRange(device, epoch, last + 1, range.First - 1);
                last = range.Last;
            }
        }
    }

    private static ulong Beginning(byte[] mac) => BinaryPrimitives.ReadUInt64BigEndian(mac);

    private sealed class Store
    {
        public SequenceSet Sequences { get; } = new();

        public Dictionary<long, (ulong Mac, ulong Previous)> Records { get; } = [];
    }
}
