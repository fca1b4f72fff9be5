// A storage model in the hands of the fault plan: outages of all calls, a cut at a call to come, quiet
// reading for the ledger, and the one rule of the flash that only the flash can see: nothing is appended
// behind a bad tail.

using Pulsegate.Platform;
using Pulsegate.Virtual.Storage;

namespace Pulsegate.Virtual.Simulation;

/// <summary>The flash of a simulated unit.</summary>
/// <param name="model">What a cut or a failure may leave.</param>
internal sealed class SimulatedStorage(StorageModel model) : IStorage
{
    private const int SegmentHeaderLength = 24;   // docs/store-format.md, section 3
    private readonly HashSet<string> _torn = new(StringComparer.Ordinal);
    private bool _isQuiet;

    /// <summary>Told of every file that was written or appended to whole.</summary>
    public Action<string> OnStored { get; set; } = _ => { };

    /// <summary>The files and their own faults.</summary>
    public StorageModel Model => model;

    /// <summary>Calls that fail from now on.</summary>
    public int FailingCalls { get; set; }

    /// <summary>Calls that were made to fail since the start of the run, those of the model
    /// included.</summary>
    public int FailureCount { get; private set; }

    /// <inheritdoc/>
    public int CapacityBytes => model.CapacityBytes;

    /// <inheritdoc/>
    public string[]? List()
    {
        string[]? names = Fails() ? null : model.List();
        FailureCount += names is null ? 1 : 0;
        return names;
    }

    /// <inheritdoc/>
    public int Length(string name)
    {
        int length = Fails() ? -1 : model.Length(name);
        FailureCount += length < 0 && model.Files.ContainsKey(name) ? 1 : 0;
        return length;
    }

    /// <inheritdoc/>
    public int Read(string name, int fileOffset, byte[] buffer, int bufferOffset, int count)
    {
        int readCount = Fails() ? -1 : model.Read(name, fileOffset, buffer, bufferOffset, count);
        FailureCount += readCount < 0 && model.Files.ContainsKey(name) ? 1 : 0;
        return readCount;
    }

    /// <inheritdoc/>
    public bool TryAppend(string name, byte[] data, int offset, int count)
    {
        if (_torn.Contains(name))
        {
            throw new SimulationFailureException($"bad-tail rule: appended to {name}, whose tail is torn");
        }

        byte[]? before = model.Files.GetValueOrDefault(name);
        bool isStored = false;
        try
        {
            isStored = !Fails() && model.TryAppend(name, data, offset, count);
        }
        finally
        {
            byte[] after = model.Files.GetValueOrDefault(name) ?? [];
            if (!isStored && IsTorn(after, before?.Length ?? 0, data.AsSpan(offset, count)))
            {
                _torn.Add(name);
            }
        }

        Note(name, isStored);
        return isStored;
    }

    /// <inheritdoc/>
    public bool TryWrite(string name, byte[] data, int offset, int count)
    {
        bool isStored = !Fails() && model.TryWrite(name, data, offset, count);
        Note(name, isStored);
        return isStored;
    }

    /// <inheritdoc/>
    public bool TryDelete(string name)
    {
        bool isDeleted = !Fails() && model.TryDelete(name);
        FailureCount += isDeleted ? 0 : 1;
        if (!model.Files.ContainsKey(name))
        {
            _torn.Remove(name);
        }

        return isDeleted;
    }

    /// <summary>The ledger reads: nothing is made to fail meanwhile.</summary>
    public void Quietly(Action read)
    {
        var torn = model as TornModel;
        int readFailures = torn?.ReadFailuresPerMille ?? 0;
        _isQuiet = true;
        if (torn is not null)
        {
            torn.ReadFailuresPerMille = 0;
        }

        read();
        _isQuiet = false;
        if (torn is not null)
        {
            torn.ReadFailuresPerMille = readFailures;
        }
    }

    /// <summary>The partition did not mount and was formatted.</summary>
    public void Format()
    {
        model.FailMount();
        _torn.Clear();
    }

    // What a cut or a failure left: more than was there, and not all of what was to be there. A new segment's
    // whole header and nothing behind it is no bad tail.
    private static bool IsTorn(byte[] after, int kept, ReadOnlySpan<byte> added)
    {
        bool isHeader = kept == 0 && after.Length == SegmentHeaderLength && added.StartsWith(after);
        return after.Length > kept && !isHeader && !after.AsSpan(kept).SequenceEqual(added);
    }

    private void Note(string name, bool isStored)
    {
        FailureCount += isStored ? 0 : 1;
        if (isStored)
        {
            OnStored(name);
        }
    }

    private bool Fails()
    {
        if (_isQuiet || FailingCalls <= 0)
        {
            return false;
        }

        FailingCalls--;
        FailureCount++;   // also of a file that is not there: the firmware cannot tell
        return true;
    }
}
