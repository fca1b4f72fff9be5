// A thread that calls a step in a rhythm and never dies unnoticed: on this runtime an exception ends a thread
// silently, and there is no watchdog that managed code can feed. Main watches these and restarts the unit.

using System;
using System.Threading;
using Pulsegate.Platform;

namespace Pulsegate.Boards.Esp32;

/// <summary>One step of a loop.</summary>
/// <param name="nowMs">Monotonic ms; never goes back.</param>
public delegate void StepMethod(long nowMs);

/// <summary>A watched thread over a step.</summary>
public sealed class SteppedThread
{
    private readonly string _name;
    private readonly StepMethod _step;
    private readonly IClock _clock;
    private readonly int _periodMs;
    private readonly int _silenceMsMax;
    private long _lastStepMs;
    private string _failure;

    /// <summary>A thread; it does not run yet.</summary>
    /// <param name="name">What it does, for the record of a failure.</param>
    /// <param name="step">Called once a period.</param>
    /// <param name="clock">Monotonic time.</param>
    /// <param name="periodMs">Time between the beginnings of two steps, ms; 10 ms is the grain. A late step
    /// is not made up for.</param>
    /// <param name="silenceMsMax">Longest time between two ends of steps before the thread counts as stuck,
    /// ms: the longest native call that it makes, and some.</param>
    public SteppedThread(string name, StepMethod step, IClock clock, int periodMs, int silenceMsMax)
    {
        _name = name;
        _step = step;
        _clock = clock;
        _periodMs = periodMs;
        _silenceMsMax = silenceMsMax;
    }

    /// <summary>Starts it.</summary>
    public void Start()
    {
        _lastStepMs = _clock.MonotonicMs;
        new Thread(Run).Start();
    }

    /// <summary>What is wrong with the thread, one line; null while it is well.</summary>
    public string FailureAt(long nowMs)
    {
        if (_failure != null)
        {
            return _failure;
        }

        return nowMs - _lastStepMs > _silenceMsMax ? _name + " is stuck" : null;
    }

    private void Run()
    {
        try
        {
            while (true)
            {
                long beganMs = _clock.MonotonicMs;
                _step(beganMs);
                long endedMs = _clock.MonotonicMs;
                _lastStepMs = endedMs;

                // Always at least one tick, so that no thread can starve the other: there is no pre-emption
                // by priority.
                long restMs = beganMs + _periodMs - endedMs;
                Thread.Sleep(restMs > 0 ? (int)restMs : 1);
            }
        }
        catch (Exception exception)
        {
            _failure = _name + ": " + exception.GetType().FullName + ": " + exception.Message;
        }
    }
}
