// Goal: no power cut breaks what StoreLedger says, wherever it comes. Method: a scenario runs once; before
// every change of the folder each state that a cut may leave there is forked off, and a store is started on
// it; for pairs, each change of that start and of the appends after it is cut in the same way. That is the
// same as running again from the beginning, since a cut takes all RAM.

using Pulsegate.Batch;
using Pulsegate.Store;
using Pulsegate.Tests.Store;
using Pulsegate.Virtual.Storage;

namespace Pulsegate.Tests.PowerLoss;

/// <summary>What a run has tried.</summary>
internal sealed class CutCounts
{
    public long Appends { get; set; }

    public long Changes { get; set; }

    public long States { get; set; }

    public long Pairs { get; set; }

    public long Lost { get; private set; }

    public long Altered { get; private set; }

    public long Reused { get; private set; }

    /// <summary>How often the bytes written come to the whole capacity.</summary>
    public double Wraps { get; set; }

    /// <summary>Kinds of records that were promised.</summary>
    public IReadOnlyCollection<RecordKind> Kinds { get; set; } = [];

    public List<string> Failures { get; } = [];

    public override string ToString()
        => $"{Appends} appends ({string.Join(", ", Kinds.Order())}), {Wraps:0.0} wraps, {Changes} storage "
            + $"changes: {States} states "
            + $"after one cut, {Pairs} after two; records lost {Lost}, altered {Altered}, sequence reuse "
            + $"{Reused}";

    public void Note(string broken, string where)
    {
        Lost += broken.StartsWith("lost") || broken.StartsWith("not balanced") ? 1 : 0;
        Altered += broken.StartsWith("altered") || broken.StartsWith("invented") ? 1 : 0;
        Reused += broken.StartsWith("sequence reuse") ? 1 : 0;
        Failures.Add($"{where}: {broken}");
    }
}

/// <summary>Runs re-entrant scenarios with cuts.</summary>
/// <param name="isEveryByte">True for a state at each byte written.</param>
/// <param name="isPairs">True for a second cut in everything that follows the first.</param>
/// <param name="uncut">Appends that come before the first cut.</param>
internal sealed class PowerCutRunner(bool isEveryByte, bool isPairs, int uncut = 0)
{
    private const int FailureCountMax = 5;
    private long _writtenBytes;
    private readonly StoreLedger _ledger = new();
    private readonly CutCounts _counts = new();

    /// <summary>Runs a scenario: a store is open on the storage, and each step is told to the
    /// ledger.</summary>
    public CutCounts Run(StorageModel storage, Action<StorageModel, StoreLedger> scenario)
    {
        storage.Watcher = operation => Cut(storage, operation);
        scenario(storage, _ledger);
        storage.Watcher = null;
        _counts.Appends = _ledger.AppendCount - uncut;
        _counts.Wraps = (double)_writtenBytes / storage.CapacityBytes;
        _counts.Kinds = _ledger.Kinds;
        string? broken = _ledger.Check(storage.Fork(), 7, isTwice: true);
        if (broken is not null)
        {
            _counts.Note(broken, "at the end");
        }

        return _counts;
    }

    private void Cut(StorageModel storage, StorageOperation operation)
    {
        _writtenBytes += operation.WrittenBytes;
        if (_ledger.AppendCount < uncut)
        {
            return;
        }

        _counts.Changes++;
        int state = 0;
        foreach (byte[]? content in storage.CutStates(operation, isEveryByte))
        {
            if (_counts.Failures.Count >= FailureCountMax)
            {
                return;
            }

            _counts.States++;
            StorageModel fork = storage.Fork(operation.Name, content);
            string where = $"change {_counts.Changes} ({operation.Name}, {content?.Length} of "
                + $"{operation.After?.Length} bytes), "
                + $"state {state++}";
            StoreLedger ledger = isPairs ? new StoreLedger(_ledger) : _ledger;
            if (isPairs)
            {
                fork.Watcher = second => CutAgain(fork, ledger, second, where);
            }

            // Every byte of a write gives nearly the same folder: one in eight is started twice.
            string? broken =
                ledger.Check(fork, state, isTwice: !isEveryByte || state % 8 == 1, isPromising: isPairs);
            if (broken is not null)
            {
                _counts.Note(broken, where);
            }
        }
    }

    private void CutAgain(StorageModel storage, StoreLedger ledger, StorageOperation operation, string where)
    {
        int state = 0;
        foreach (byte[]? content in storage.CutStates(operation, isEveryByte: false))
        {
            _counts.Pairs++;
            state++;
            string? broken = ledger.Check(storage.Fork(operation.Name, content), state, isTwice: true);
            if (broken is not null && _counts.Failures.Count < FailureCountMax)
            {
                _counts.Note(broken, $"{where}; then {operation.Name}, state {state}");
            }
        }
    }
}
