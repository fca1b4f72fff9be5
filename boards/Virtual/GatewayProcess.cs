// A virtual unit in real time: the two loops of the device on two threads of the host.

using Pulsegate.Diagnostics;
using Pulsegate.Platform;
using Pulsegate.Uplink;

namespace Pulsegate.Virtual;

/// <summary>Runs a unit until it is stopped.</summary>
public sealed class GatewayProcess : IDisposable
{
    // with six batches of backlog under way it sets the pace of a drain
    private const int UplinkStepMs = 10;

    private readonly VirtualUnit _unit;
    private readonly IClock _clock;
    private readonly SelfTest? _selfTest;
    private readonly Func<bool> _isNetworkUp;
    private readonly Thread _acquisition;
    private readonly Thread _uplinkThread;
    private readonly ManualResetEventSlim _stopAcquisition = new();
    private readonly ManualResetEventSlim _stopUplink = new();
    private readonly Lock _lock = new();
    private Exception? _failure;
    private bool _isStopped;
    private volatile bool _isCut;

    /// <summary>Starts a unit: opens its store and begins both loops.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="link">Its link.</param>
    /// <param name="signer">Its keys.</param>
    /// <param name="device">Device id.</param>
    /// <param name="clock">Its clock.</param>
    /// <param name="selfTest">The self-test of this start, its sensors and flash already asked; null for
    /// none.</param>
    /// <param name="isNetworkUp">Whether there is a network below the link; null where only the link
    /// tells.</param>
    /// <exception cref="IOException">The store cannot be opened.</exception>
    public GatewayProcess(
        VirtualUnit unit, ILink link, ISigner signer, string device, IClock clock, SelfTest? selfTest = null,
        Func<bool>? isNetworkUp = null)
    {
        _unit = unit;
        _clock = clock;
        _selfTest = selfTest;
        _isNetworkUp = isNetworkUp ?? (() => false);
        unit.Start(clock.MonotonicMs);
        if (!unit.Recorder.IsOpen)
        {
            throw new IOException(
                "the store cannot be opened or written: check the folder and the free space");
        }

        Uplink = new UplinkLoop(link, unit.Store, signer, device, unit.Store.BootId)
        {
            Commands = unit.Commands.Inbox, Keys = unit.Commands.Keys,
            Certificates = unit.Commands.Certificates,
        };
        unit.Telemetry.Introduce(Uplink, clock.MonotonicMs);
        _acquisition = new Thread(() => Guard(Acquire)) { Name = "acquisition", IsBackground = true };
        _uplinkThread = new Thread(() => Guard(Forward)) { Name = "uplink", IsBackground = true };
        _acquisition.Start();
        _uplinkThread.Start();
    }

    /// <summary>The uplink, for its counters.</summary>
    public UplinkLoop Uplink { get; }

    /// <summary>What ended a loop; null while both run.</summary>
    public Exception? Failure => _failure;

    /// <summary>True once the backend has asked for a restart: stop this, and start another.</summary>
    public bool IsRestartDue => Read(unit => unit.Gateway.IsRestartDue);

    /// <summary>Reads the unit between two steps of its loop.</summary>
    public T Read<T>(Func<VirtualUnit, T> read)
    {
        lock (_lock)
        {
            return read(_unit);
        }
    }

    /// <summary>A clean stop: seals, sends, waits for the acknowledgement within a limit, says
    /// farewell.</summary>
    /// <returns>True when everything sealed was acknowledged in time.</returns>
    public bool Stop(TimeSpan limit)
    {
        if (_isStopped)
        {
            return Uplink.IsDrained;
        }

        _isStopped = true;
        _stopAcquisition.Set();
        _acquisition.Join();
        lock (_lock)
        {
            _unit.Gateway.Stop(_clock.MonotonicMs);
        }

        Uplink.BeginStop();
        SpinWait.SpinUntil(() => Uplink.IsDrained || _failure is not null, limit);
        _stopUplink.Set();
        _uplinkThread.Join();
        _unit.Store.TryFlush();
        return Uplink.IsDrained;
    }

    /// <summary>The supply goes: both loops end where they are, nothing is sealed, sent or said. The owner of
    /// the link drops it.</summary>
    public void Cut()
    {
        if (_isStopped)
        {
            return;
        }

        _isStopped = true;
        _isCut = true;
        _stopAcquisition.Set();
        _stopUplink.Set();
        _acquisition.Join();
        _uplinkThread.Join();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Stop(TimeSpan.Zero);
        _unit.Dispose();
        _stopAcquisition.Dispose();
        _stopUplink.Dispose();
    }

    private void Acquire()
    {
        long nextMs = _clock.MonotonicMs;
        do
        {
            nextMs += Gateway.StepMs;
            lock (_lock)
            {
                _unit.Step(_clock.MonotonicMs);
                TestSelf();
            }
        }
        while (!_stopAcquisition.Wait((int)Math.Clamp(nextMs - _clock.MonotonicMs, 0, Gateway.StepMs)));
    }

    private void TestSelf()
    {
        if (_selfTest is not { IsFinished: false } test)
        {
            return;
        }

        test.Step(_unit.Gateway.Reading, _clock.MonotonicMs);
        if (test.IsFinished)
        {
            _unit.ShowSelfTest(test);
        }
    }

    private void Forward()
    {
        do
        {
            long nowMs = _clock.MonotonicMs;
            _unit.Telemetry.Serve(Uplink, nowMs);
            Uplink.Step(nowMs);
            _selfTest?.NoteUplink(Uplink, _isNetworkUp());
        }
        while (!_stopUplink.Wait(UplinkStepMs));
        if (_isCut)
        {
            return;
        }

        Uplink.Close(_unit.Telemetry.MakeStatus(false, _clock.MonotonicMs));
    }

    private void Guard(Action loop)
    {
        try
        {
            loop();
        }
        catch (Exception exception)
        {
            _failure = exception;
        }
    }
}
