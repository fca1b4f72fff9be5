// What both storage models share: files in memory, the power that can go at any call that changes something,
// and forks, so that a test can go on from every state that a cut may leave without doing the run again.

using Pulsegate.Platform;

namespace Pulsegate.Virtual.Storage;

/// <summary>A folder whose contents are what the flash would hold if the power went now.</summary>
/// <param name="capacityBytes">What the firmware may fill.</param>
public abstract class StorageModel(int capacityBytes) : IStorage
{
    /// <summary>Bytes of a littlefs block.</summary>
    public const int BlockLength = 4096;

    private SortedDictionary<string, byte[]> _files = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public int CapacityBytes { get; } = capacityBytes;

    /// <summary>Files as the flash holds them. An array is never changed once it is here: a change replaces
    /// it.</summary>
    public IReadOnlyDictionary<string, byte[]> Files => _files;

    /// <summary>Calls so far, those that only read included.</summary>
    public long CallCount { get; private set; }

    /// <summary>Bytes read so far.</summary>
    public long ReadBytes { get; private set; }

    /// <summary>Calls so far that change something.</summary>
    public long ChangeCount { get; private set; }

    /// <summary>The power goes during the change with this number; 0 for never.</summary>
    public long CutAtChange { get; set; }

    /// <summary>Which of <see cref="CutStates"/> that cut leaves, modulo their number.</summary>
    public int CutState { get; set; }

    /// <summary>True after a cut, until <see cref="PowerUp"/>: every call throws.</summary>
    public bool IsOff { get; private set; }

    /// <summary>Told of every change before it happens.</summary>
    public Action<StorageOperation>? Watcher { get; set; }

    /// <summary>Each content that a cut during the change may leave in its file, null for none; the first is
    /// "as if nothing had happened", the last "all done, and nobody was told".</summary>
    /// <param name="operation">The change.</param>
    /// <param name="isEveryByte">True for a state for each byte written; false for one of each sort.</param>
    public abstract IEnumerable<byte[]?> CutStates(StorageOperation operation, bool isEveryByte);

    /// <summary>A model of the same sort with the same files, but for one; without watcher, cut or
    /// faults.</summary>
    public StorageModel Fork(string? name = null, byte[]? content = null)
    {
        StorageModel fork = MakeEmpty();
        fork._files = new SortedDictionary<string, byte[]>(_files, StringComparer.Ordinal);
        if (name is not null)
        {
            fork.Put(name, content);
        }

        return fork;
    }

    /// <summary>The power is back.</summary>
    public void PowerUp()
    {
        IsOff = false;
        CutAtChange = 0;
    }

    /// <summary>The power goes between two calls.</summary>
    public void PowerDown() => IsOff = true;

    /// <summary>The partition did not mount, and was formatted silently.</summary>
    public void FailMount() => _files.Clear();

    /// <summary>Replaces or, with null, removes a file behind the firmware's back.</summary>
    public void Put(string name, byte[]? content)
    {
        if (content is null)
        {
            _files.Remove(name);
        }
        else
        {
            _files[name] = content;
        }
    }

    /// <inheritdoc/>
    public string[]? List() => TryCall(false) ? [.. _files.Keys] : null;

    /// <inheritdoc/>
    public int Length(string name)
        => TryCall(false) && _files.TryGetValue(name, out byte[]? file) ? file.Length : -1;

    /// <inheritdoc/>
    public int Read(string name, int fileOffset, byte[] buffer, int bufferOffset, int count)
    {
        if (!TryCall(false) || !_files.TryGetValue(name, out byte[]? file))
        {
            return -1;
        }

        int length = Math.Clamp(file.Length - fileOffset, 0, count);
        Array.Copy(file, Math.Min(fileOffset, file.Length), buffer, bufferOffset, length);
        ReadBytes += length;
        return length;
    }

    /// <inheritdoc/>
    public bool TryAppend(string name, byte[] data, int offset, int count)
    {
        byte[]? before = _files.GetValueOrDefault(name);
        int kept = before?.Length ?? 0;
        var after = new byte[kept + count];
        before?.CopyTo(after, 0);
        Array.Copy(data, offset, after, kept, count);
        return TryChange(new StorageOperation(name, before, after, kept));
    }

    /// <inheritdoc/>
    public bool TryWrite(string name, byte[] data, int offset, int count)
        => TryChange(
            new StorageOperation(name, _files.GetValueOrDefault(name), data[offset..(offset + count)], 0));

    /// <inheritdoc/>
    public bool TryDelete(string name)
    {
        byte[]? before = _files.GetValueOrDefault(name);
        return before is null ? TryCall(false) : TryChange(new StorageOperation(name, before, null, 0));
    }

    /// <summary>An empty model of the same sort.</summary>
    protected abstract StorageModel MakeEmpty();

    /// <summary>True when the call may go on; false when the model makes it fail.</summary>
    protected abstract bool MayCall(bool isChange);

    /// <summary>Whether the change happens; when not, what it leaves is put here.</summary>
    protected abstract bool MayChange(StorageOperation operation);

    private bool TryCall(bool isChange)
    {
        if (IsOff)
        {
            throw new PowerCutException();
        }

        CallCount++;
        return MayCall(isChange);
    }

    private bool TryChange(StorageOperation operation)
    {
        if (!TryCall(true))
        {
            return false;
        }

        ChangeCount++;
        Watcher?.Invoke(operation);
        if (ChangeCount == CutAtChange)
        {
            byte[]?[] states = [.. CutStates(operation, isEveryByte: true)];
            Put(operation.Name, states[CutState % states.Length]);
            IsOff = true;
            throw new PowerCutException();
        }

        if (!MayChange(operation))
        {
            return false;
        }

        Put(operation.Name, operation.After);
        return true;
    }
}
