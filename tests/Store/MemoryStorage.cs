// IStorage in memory with faults by plan. Fault model: any one call, counted from the start, may fail; a
// failing append or write may leave nothing, a torn part, or everything behind; content is what earlier calls
// made it. Capacity is not enforced: the store counts by itself.

using Pulsegate.Platform;

namespace Pulsegate.Tests.Store;

/// <summary>What a failing append or write leaves.</summary>
internal enum FailureLeaves
{
    Nothing,
    Half,
    Everything,
    EmptyFile,
}

/// <summary>Files in memory.</summary>
internal sealed class MemoryStorage(int capacityBytes = 64 * 1024) : IStorage
{
    public SortedDictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    public int CapacityBytes { get; } = capacityBytes;

    /// <summary>Calls so far.</summary>
    public int CallCount { get; private set; }

    /// <summary>The call with this number fails; 0 for none.</summary>
    public int FailAtCall { get; set; }

    /// <summary>Every call from that one on fails.</summary>
    public bool FailsForGood { get; set; }

    public FailureLeaves Leaves { get; set; }

    /// <summary>Name of a file that is there and cannot be read; empty for none.</summary>
    public string Unreadable { get; set; } = "";

    /// <summary>Bytes given to appends and writes.</summary>
    public long BytesWritten { get; private set; }

    public int AppendCount { get; private set; }

    /// <summary>Most bytes all files took together, in whole 4 KB blocks.</summary>
    public int PeakBytes { get; private set; }

    public MemoryStorage Clone()
    {
        var clone = new MemoryStorage(CapacityBytes);
        foreach ((string name, byte[] content) in Files)
        {
            clone.Files[name] = [.. content];
        }

        return clone;
    }

    public string[] List() => Fails() ? null! : [.. Files.Keys];

    public int Length(string name)
        => !Fails() && Files.TryGetValue(name, out byte[]? file) ? file.Length : -1;

    public int Read(string name, int fileOffset, byte[] buffer, int bufferOffset, int count)
    {
        if (Fails() || name == Unreadable || !Files.TryGetValue(name, out byte[]? file))
        {
            return -1;
        }

        int length = Math.Max(0, Math.Min(count, file.Length - fileOffset));
        Array.Copy(file, Math.Min(fileOffset, file.Length), buffer, bufferOffset, length);
        return length;
    }

    public bool TryAppend(string name, byte[] data, int offset, int count)
    {
        AppendCount++;
        return Put(name, Files.GetValueOrDefault(name, []), data.AsSpan(offset, count));
    }

    public bool TryWrite(string name, byte[] data, int offset, int count)
        => Put(name, [], data.AsSpan(offset, count));

    public bool TryDelete(string name)
    {
        if (Fails())
        {
            return false;
        }

        Files.Remove(name);
        return true;
    }

    private bool Put(string name, byte[] before, ReadOnlySpan<byte> added)
    {
        bool fails = Fails();
        int kept = !fails || Leaves == FailureLeaves.Everything ? added.Length
            : Leaves == FailureLeaves.Half ? added.Length / 2 : 0;
        if (!fails || Leaves != FailureLeaves.Nothing)
        {
            BytesWritten += kept;
            Files[name] = [.. before, .. added[..kept]];
            PeakBytes = Math.Max(PeakBytes, Files.Values.Sum(file => (file.Length + 4095) / 4096 * 4096));
        }

        return !fails;
    }

    private bool Fails()
    {
        CallCount++;
        return CallCount == FailAtCall || (FailsForGood && FailAtCall > 0 && CallCount > FailAtCall);
    }
}
