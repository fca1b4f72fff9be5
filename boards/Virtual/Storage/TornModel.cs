// Fault model: nastier than any file system we know.
//
// A cut during a write leaves any number of its bytes, counted from the front; or, because the pieces of one
// write may reach the flash in any order before the close, all behind any byte and erased flash (0xFF) in
// front of it, the file having its full length already. Replacing a file's content destroys the old content
// first. A cut during a deletion leaves the file, or not. What an earlier call has reported as closed stays:
// without that nobody could promise anything.
//
// Besides, when told to: a call that changes something fails (the erase did not take) and leaves nothing, a
// torn front, or everything; a read fails once; a bit of a file at rest flips. Which ones, and where, comes
// from the seed.

namespace Pulsegate.Virtual.Storage;

/// <summary>Storage that tears, reorders, flips and fails.</summary>
/// <param name="capacityBytes">What the firmware may fill.</param>
/// <param name="seed">Seed of the faults that come by chance.</param>
public sealed class TornModel(int capacityBytes, int seed = 1) : StorageModel(capacityBytes)
{
    private const byte Erased = 0xFF;
    private const int PerMille = 1000;
    private readonly Random _random = new(seed);

    /// <summary>Of a thousand changes, how many fail.</summary>
    public int WriteFailuresPerMille { get; set; }

    /// <summary>Of a thousand reads, how many fail; the next is a new throw.</summary>
    public int ReadFailuresPerMille { get; set; }

    /// <summary>Changes and reads that were made to fail.</summary>
    public int FaultCount { get; private set; }

    /// <summary>Flips one bit of one file at rest.</summary>
    /// <returns>The file; null when there is none with content.</returns>
    public string? FlipBit()
    {
        string[] names = [.. Files.Where(file => file.Value.Length > 0).Select(file => file.Key)];
        if (names.Length == 0)
        {
            return null;
        }

        string name = names[_random.Next(names.Length)];
        byte[] content = [.. Files[name]];
        content[_random.Next(content.Length)] ^= (byte)(1 << _random.Next(8));
        Put(name, content);
        return name;
    }

    /// <inheritdoc/>
    public override IEnumerable<byte[]?> CutStates(StorageOperation operation, bool isEveryByte)
    {
        yield return operation.Before;
        if (operation.After is { } after)
        {
            int kept = operation.KeptBytes;
            int step = isEveryByte ? 1 : Math.Max(1, operation.WrittenBytes / 2);
            for (int length = kept; length < after.Length; length += step)
            {
                yield return after[..length];
                yield return Behind(after, kept, length + 1);
            }
        }

        yield return operation.After;
    }

    /// <inheritdoc/>
    protected override StorageModel MakeEmpty() => new TornModel(CapacityBytes, _random.Next());

    /// <inheritdoc/>
    protected override bool MayCall(bool isChange) => isChange || !Fails(ReadFailuresPerMille);

    /// <inheritdoc/>
    protected override bool MayChange(StorageOperation operation)
    {
        if (!Fails(WriteFailuresPerMille))
        {
            return true;
        }

        byte[]?[] states = [.. CutStates(operation, isEveryByte: true)];
        int pick = _random.Next(3);
        Put(operation.Name,
            states[pick == 0 ? 0 : pick == 1 ? states.Length - 1 : _random.Next(states.Length)]);
        return false;
    }

    private static byte[] Behind(byte[] after, int from, int to)
    {
        byte[] torn = [.. after];
        Array.Fill(torn, Erased, from, to - from);
        return torn;
    }

    private bool Fails(int perMille)
    {
        bool fails = perMille > 0 && _random.Next(PerMille) < perMille;
        FaultCount += fails ? 1 : 0;
        return fails;
    }
}
