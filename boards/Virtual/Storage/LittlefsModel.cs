// Fault model: files on littlefs as nanoFramework drives it.
//
// What a file holds changes only when it is closed, at once and whole: littlefs writes new blocks and then
// one commit of metadata, so that a cut at any byte of a write leaves the content of before, and a cut behind
// the commit the content of afterwards, though the caller was never told. Creating a file is a commit of its
// own, made when it is opened: a cut between the two leaves a file that is there and empty. Replacing a
// file's content goes through an open that truncates, and may leave it empty. A deletion has happened or not.
// Nothing is damaged at rest and no call fails, but for want of space.
//
// Space is blocks of 4 KB: a file takes whole blocks, an append writes the last one anew (copy on write) and
// needs a free one for it; two blocks are the metadata's. When there is none, the call fails and leaves the
// file as it was. There is no way to ask how much is free. A partition that does not mount is formatted
// (FailMount): everything is gone and nothing says so.
//
// Erases and programmed bytes are counted as that scheme makes them, with the driver's usual geometry
// (program size 128, files up to 512 bytes within the metadata). Reads, and the wandering of blocks for wear,
// are not modelled.

namespace Pulsegate.Virtual.Storage;

/// <summary>Storage with the semantics of littlefs.</summary>
/// <param name="capacityBytes">What the firmware may fill.</param>
/// <param name="partitionBytes">What there is; 0 for 10/6 of the capacity, as a board has it.</param>
public sealed class LittlefsModel(int capacityBytes, int partitionBytes = 0) : StorageModel(capacityBytes)
{
    private const int ProgramLength = 128;
    private const int InlineLengthMax = 512;
    private const int MetadataBlocks = 2;
    private readonly int _blockCount =
        (partitionBytes > 0 ? partitionBytes : capacityBytes / 6 * 10) / BlockLength;

    private int _metadataBytes;

    /// <summary>Blocks erased so far.</summary>
    public long EraseCount { get; private set; }

    /// <summary>Bytes programmed so far, whole program units.</summary>
    public long ProgrammedBytes { get; private set; }

    /// <inheritdoc/>
    public override IEnumerable<byte[]?> CutStates(StorageOperation operation, bool isEveryByte)
    {
        yield return operation.Before;
        if (operation.After is not null)
        {
            // A byte of the write more or less makes no difference: the states are repeated for every one, so
            // that a run "at every byte" is one here as well.
            for (int i = 1; isEveryByte && i < operation.WrittenBytes; i++)
            {
                yield return operation.Before;
            }

            if (operation.Before is null || operation.KeptBytes == 0)
            {
                yield return [];
            }
        }

        yield return operation.After;
    }

    /// <inheritdoc/>
    protected override StorageModel MakeEmpty()
        => new LittlefsModel(CapacityBytes, _blockCount * BlockLength);

    /// <inheritdoc/>
    protected override bool MayCall(bool isChange) => true;

    /// <inheritdoc/>
    protected override bool MayChange(StorageOperation operation)
    {
        int used = MetadataBlocks;
        foreach (byte[] file in Files.Values)
        {
            used += BlocksOf(file.Length);
        }

        int newBlocks = operation.After is null
            ? 0 : BlocksOf(operation.After.Length) - operation.KeptBytes / BlockLength;
        if (operation.After is { Length: > InlineLengthMax } && used + newBlocks > _blockCount)
        {
            return false;
        }

        Count(operation, newBlocks);
        return true;
    }

    private static int BlocksOf(int length)
        => length <= InlineLengthMax ? 0 : (length + BlockLength - 1) / BlockLength;

    private void Count(StorageOperation operation, int newBlocks)
    {
        bool isInline = operation.After is null || operation.After.Length <= InlineLengthMax;
        int commits = operation.Before is null ? 2 : 1;
        int metadata = (commits * ProgramLength) + (isInline ? RoundUp(operation.After?.Length ?? 0) : 0);
        if (!isInline)
        {
            EraseCount += newBlocks;
            ProgrammedBytes +=
                RoundUp(operation.After!.Length - (operation.KeptBytes / BlockLength * BlockLength));
        }

        ProgrammedBytes += metadata;
        _metadataBytes += metadata;
        if (_metadataBytes > BlockLength)
        {
            // A full metadata block is compacted into the other of its pair.
            int compacted = Files.Values.Sum(
                file => ProgramLength / 4 + (file.Length <= InlineLengthMax ? file.Length : 0));
            EraseCount++;
            ProgrammedBytes += RoundUp(compacted);
            _metadataBytes = RoundUp(compacted) % BlockLength;
        }
    }

    private static int RoundUp(int length) => (length + ProgramLength - 1) / ProgramLength * ProgramLength;
}
