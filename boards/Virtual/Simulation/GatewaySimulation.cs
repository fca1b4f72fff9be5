// One run: a unit, its backend and everything between them in virtual time, days in seconds. The same seed is
// the same run, always.

using Iot.Device.Max3010x.Emulator;
using Pulsegate.Configuration;
using Pulsegate.Platform;
using Pulsegate.Virtual.Ppg;
using Pulsegate.Virtual.Storage;

namespace Pulsegate.Virtual.Simulation;

/// <summary>Runs one seed.</summary>
public sealed partial class GatewaySimulation
{
    private const int SecondMs = 1000;
    private const int UplinkStepsMax = 8;
    private const int NurseSeed = 0x0BED;
    private readonly SimulationOptions _options;
    private readonly Random _random;
    private readonly FaultPlan _plan;
    private readonly SimulationTrace _trace = new();
    private readonly SimulationCoverage _coverage = new();
    private readonly Ledger _ledger;
    private readonly CancellationToken _cancellation;
    private readonly SimulatedBackend _backend;
    private readonly SimulatedLink _link;
    private readonly SimulatedStorage _storage;
    private readonly SimulatedHome _home;
    private readonly SyntheticPpgSource _finger;
    private readonly SimulatedLight _light;
    private readonly int _stepMs;
    private SimulatedUnit? _unit;
    private SeededVitals? _vitals;
    private uint _epochUpper = 1;
    private long _nowMs;
    private long _powerOnMs;
    private long _outageEndMs;
    private long _backendOutageEndMs;
    private long _unreachableSinceMs = -1;
    private long _savedCumulative;
    private int _boots;

    private GatewaySimulation(SimulationOptions options, CancellationToken cancellation)
    {
        _options = options;
        _cancellation = cancellation;
        _random = new Random(options.Seed);
        _plan = new FaultPlan(options.Seed, options.IsQuiet);
        _ledger = new Ledger(_coverage);
        _trace.Head = _plan.ToString();
        var keys = new SimulatedKeys();
        _backend = new SimulatedBackend(new Random(options.Seed + 1), keys, _ledger, _coverage)
            { FaultPercent = _plan.MessageFaultPercent };
        _link = new SimulatedLink(
            new Random(options.Seed + 2),
            (topic, payload) => _backend.Receive(topic, payload, SimulatedClock.UtcAtWorldStartMs + _nowMs),
            _coverage)
        {
            FaultPercent = _plan.MessageFaultPercent,
        };
        _backend.Send = _link.Deliver;
        StorageModel model = _plan.IsTorn
            ? new TornModel(_plan.CapacityBytes, options.Seed)
            {
                WriteFailuresPerMille = _plan.FlashFailuresPerMille,
                ReadFailuresPerMille = _plan.FlashFailuresPerMille,
            }
            : new LittlefsModel(_plan.CapacityBytes);
        _storage = new SimulatedStorage(model);
        _finger = new SyntheticPpgSource(options.Seed);
        _light = new SimulatedLight(_finger);
        _home = new SimulatedHome(
            _storage, _link, keys, _ledger, new FlashWatch(model, _ledger), _backend,
            new GatewayConfiguration
                { CommitIntervalSeconds = _plan.CommitSeconds, IsLiveEnabled = _plan.IsLiveEnabled },
            _light, new SimulatedNurse(new Random(options.Seed ^ NurseSeed)), _coverage);
        _stepMs = options.IsSignal ? Gateway.StepMs : SecondMs;
    }

    /// <summary>Runs a seed to its end, to the first promise that is broken, or until it is
    /// cancelled.</summary>
    public static SimulationResult Run(SimulationOptions options, CancellationToken cancellation = default)
    {
        var simulation = new GatewaySimulation(options, cancellation);
        string? failure = null;
        bool isCancelled = false;
        try
        {
            simulation.Live();
            simulation.Settle();
            simulation._ledger.CheckEnd(simulation._backend);
        }
        catch (OperationCanceledException)
        {
            isCancelled = true;
        }
        catch (SimulationFailureException exception)
        {
            failure = exception.Message;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // The firmware may not throw; where it did says more than that it did.
            failure = exception.ToString().ReplaceLineEndings(" ");
        }

        return simulation.Conclude(failure, isCancelled);
    }

    /// <summary>As <see cref="Run"/>, with plain types: for a copy of the firmware in a room of its
    /// own.</summary>
    /// <returns>The broken promise; null when all were kept.</returns>
    public static string? RunSeed(int seed, double days, bool isQuiet)
        => Run(new SimulationOptions(seed, days, IsQuiet: isQuiet)).Failure;

    private SimulationResult Conclude(string? failure, bool isCancelled)
    {
        _unit?.Dispose();
        _coverage.Add(Met.StorageCallFailed, _storage.FailureCount);
        bool isWhole = failure is null && !isCancelled;
        return new SimulationResult(_options.Seed, failure, _trace.Lines)
        {
            IsCancelled = isCancelled,
            Balance = isWhole ? _ledger.Balance : new SimulationBalance(),
            Coverage = _coverage,
            Boots = _boots,
            Records = _backend.RecordCount,
            DaysPassed = _nowMs / 86_400_000.0,
        };
    }

    private void Live()
    {
        var endMs = (long)(_options.Days * 86_400_000);
        while (_nowMs < endMs)
        {
            _trace.NowMs = _nowMs;
            if (_unit is null && _nowMs < _powerOnMs)
            {
                _nowMs = Math.Min(_powerOnMs, endMs);
                continue;
            }

            DrawWorld();
            if (_unit is null)
            {
                PowerOn();
            }
            else
            {
                DrawUnit(_unit);
                if (_unit is not null)
                {
                    Step();
                }
            }
        }
    }

    private void PowerOn()
    {
        _boots++;
        _ledger.BeginLife();
        var clock = new SimulatedClock(_nowMs - _random.Next(500));   // its first step comes at no round time
        clock.WorldMs = _nowMs;
        SetClock(clock);
        _link.Disconnect(false);
        _storage.Model.PowerUp();
        ArmCut(_random.Next(4) == 0 && !_plan.IsQuiet ? 12 : 0);
        _light.StartMs = _nowMs - clock.MonotonicMs;
        _vitals = _options.IsSignal
            ? null : new SeededVitals(_random, _stepMs, _coverage) { IsQuiet = _plan.IsQuiet };
        _unit = new SimulatedUnit(_home, clock, _vitals, _epochUpper) { SavedCumulative = _savedCumulative };
        SimulatedUnit unit = _unit;
        Guard(unit.Start);
        if (clock.Quality == TimeQuality.Unsynced)
        {
            _coverage.Add(Met.StartWithoutClock);
        }

        if (_unit is not null)
        {
            _trace.Add($"boot {_ledger.Life.BootId}, last sequence "
                + $"{_unit.Parts.Store.LastSealedBeforeBoot}, {_unit.Parts.Store.Condition}");
        }
    }

    private void Step()
    {
        _cancellation.ThrowIfCancellationRequested();
        SimulatedUnit unit = _unit!;
        _nowMs += _stepMs + _link.StallMs;
        _link.StallMs = 0;
        _trace.NowMs = _nowMs;
        unit.Clock.WorldMs = _nowMs;
        Guard(() =>
        {
            unit.StepAcquisition();
            for (int i = 0; i < UplinkStepsMax && (i == 0 || _link.HasArrivals); i++)
            {
                _link.NowMs = _nowMs;
                _link.Run();
                unit.StepUplink();
            }
        });
    }

    // The power may go in the middle of anything.
    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (PowerCutException)
        {
            _trace.Add("power cut in the middle of a storage call");
            _coverage.Add(_unit!.IsOpen ? Met.PowerCutInStorageCall : Met.PowerCutInStart);
            PowerLost(isCutInStep: true);
        }
    }

    private void PowerLost(bool isCutInStep)
    {
        SimulatedUnit unit = _unit!;
        unit.End(isCutInStep);
        _savedCumulative = unit.SavedCumulative;
        unit.Dispose();
        _unit = null;
        _link.Disconnect(false);
        _storage.Model.PowerDown();
        _storage.FailingCalls = 0;
        _powerOnMs = _nowMs
            + (_plan.IsQuiet ? SecondMs : _plan.Duration(Fault.PowerOff, SecondMs, 4 * 3600 * SecondMs));
    }

    private void ArmCut(int changesMax)
    {
        StorageModel model = _storage.Model;
        model.CutAtChange = changesMax > 0 ? model.ChangeCount + _random.Next(1, changesMax + 1) : 0;
        model.CutState = _random.Next(1 << 20);
    }

    private void SetClock(SimulatedClock clock)
    {
        clock.Quality = TimeQuality.Unsynced;
        if (_plan.HasClock && _random.Next(3) > 0)
        {
            clock.Quality = _random.Next(2) == 0 ? TimeQuality.Synced : TimeQuality.Estimated;
            clock.UtcErrorMs = clock.Quality == TimeQuality.Synced ? 0 : -_random.Next(100_000_000);
        }
    }
}
