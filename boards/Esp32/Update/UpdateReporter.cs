using Pulsegate.Batch;
using Pulsegate.Store;

namespace Pulsegate.Update;

/// <summary>Takes note of an update that has proved itself, and tells the backend what became of it. For the
/// acquisition thread.</summary>
public sealed class UpdateReporter
{
    private const int RetryMs = 10000;

    private readonly UpdateSlots _slots;
    private readonly Recorder _recorder;
    private readonly int _runningNumber;
    private long _retryAtMs;
    private string _note;

    /// <summary>A reporter for one start.</summary>
    /// <param name="slots">The slots, loaded.</param>
    /// <param name="recorder">Seals the events.</param>
    /// <param name="runningNumber">Version that runs, as a number.</param>
    public UpdateReporter(UpdateSlots slots, Recorder recorder, int runningNumber)
    {
        _slots = slots;
        _recorder = recorder;
        _runningNumber = runningNumber;
        _note = slots.TriedNumber == runningNumber ? "on trial: " + UpdateManifest.TextOf(runningNumber)
            : slots.FailedNumber > runningNumber ? "given up: " + UpdateManifest.TextOf(slots.FailedNumber)
            : null;
    }

    /// <summary>One step. Writes to flash when there is something to tell.</summary>
    /// <param name="hasProved">True when the backend has committed the test event of this start: the sensors'
    /// loop, the store, the link and the keys work.</param>
    /// <param name="nowMs">Monotonic ms.</param>
    public void Step(bool hasProved, long nowMs)
    {
        if (nowMs < _retryAtMs || !_recorder.IsOpen)
        {
            return;
        }

        if (_note != null && !_recorder.StoreNote(EventCode.Update, _note, nowMs))
        {
            _retryAtMs = nowMs + RetryMs;
            return;
        }

        _note = null;
        if (hasProved && _slots.TriedNumber == _runningNumber)
        {
            _note = _slots.Confirm(_runningNumber)
                ? "proved: " + UpdateManifest.TextOf(_runningNumber) : null;
            _retryAtMs = _note == null ? nowMs + RetryMs : 0;
        }
    }
}
