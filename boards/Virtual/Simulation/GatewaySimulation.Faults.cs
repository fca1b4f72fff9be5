// The faults of a run as they come, and how it comes to rest.

using Pulsegate.Platform;
using Pulsegate.Virtual.Storage;

namespace Pulsegate.Virtual.Simulation;

public sealed partial class GatewaySimulation
{
    private const int SettleRounds = 3;
    private const int SettleHours = 12;
    private const int LargeBytes = 512 * 1024;

    private void DrawWorld()
    {
        if (_plan.Happens(Fault.Outage, _nowMs))
        {
            _outageEndMs = _nowMs + _plan.Duration(2 * SecondMs, _plan.LongestOutageMs);
            _trace.Add($"no network for {(_outageEndMs - _nowMs) / SecondMs} s");
        }

        if (_plan.Happens(Fault.BackendOutage, _nowMs))
        {
            _backendOutageEndMs = _nowMs + _plan.Duration(2 * SecondMs, _plan.LongestOutageMs);
            _trace.Add($"no backend for {(_backendOutageEndMs - _nowMs) / SecondMs} s");
        }

        _link.IsReachable = _plan.IsQuiet || _nowMs >= _outageEndMs;
        _link.IsBackendUp = _plan.IsQuiet || _nowMs >= _backendOutageEndMs;
    }

    private void DrawUnit(SimulatedUnit unit)
    {
        if (_plan.Happens(Fault.Stall, _nowMs))
        {
            _link.StallMs += _plan.Draw(300, 3000);
        }

        if (_plan.Happens(Fault.PowerCutInStorage, _nowMs))
        {
            ArmCut(6);
        }

        if (_plan.Happens(Fault.StorageFails, _nowMs))
        {
            _storage.FailingCalls = (int)_plan.Duration(1, 200);
            _trace.Add($"the next {_storage.FailingCalls} storage calls fail");
        }

        if (_plan.Happens(Fault.BitFlip, _nowMs) && _storage.Model is TornModel torn)
        {
            _ledger.IsDamaged = true;
            _trace.Add($"a bit flips in {torn.FlipBit()}");
        }

        if (_plan.Happens(Fault.ForeignFile, _nowMs))
        {
            PutForeignFile();
        }

        DrawSensor(unit);
        if (_plan.Happens(Fault.ClockJump, _nowMs) && _plan.HasClock)
        {
            unit.Clock.Quality = TimeQuality.Synced;
            unit.Clock.UtcErrorMs = _plan.Draw(0, 1) == 0 ? 0 : _plan.Draw(-5_000_000, 5_000_000);
            _trace.Add($"the clock is set, {unit.Clock.UtcErrorMs} ms off");
        }

        DrawPower(unit);
    }

    // Random bytes, or a copy of a segment under a number that is not its own.
    private void PutForeignFile()
    {
        StorageModel model = _storage.Model;
        string? segment = model.Files.Keys.FirstOrDefault(name => name.EndsWith(".pg", StringComparison.Ordinal));
        bool isCopy = _plan.Draw(0, 1) == 0 && segment is not null && model.CapacityBytes > LargeBytes;
        var content = new byte[_plan.Draw(0, 4000)];
        _random.NextBytes(content);
        string name = isCopy ? "sffffff00.pg" : "notes.txt";
        model.Put(name, isCopy ? model.Files[segment!] : content);
        _trace.Add($"a foreign file: {name}");
    }

    private void DrawSensor(SimulatedUnit unit)
    {
        if (_plan.Happens(Fault.BusError, _nowMs))
        {
            _vitals?.LoseSamples();
            unit.Parts.OximeterChip.Faults.FailCount = _plan.Draw(1, 40);
            if (_options.IsSignal)
            {
                _finger.IsFingerOn = _plan.Draw(0, 2) > 0;
                _finger.SpO2 = _plan.Draw(0, 3) == 0 ? 82 : 97;
                _finger.MotionShare = _plan.Draw(0, 3) == 0 ? 1.5 : 0;
            }
        }
    }

    private void DrawPower(SimulatedUnit unit)
    {
        if (_plan.Happens(Fault.Restart, _nowMs))
        {
            _trace.Add("clean stop");
            Guard(unit.Stop);
            if (_unit is not null)
            {
                PowerLost(isCutInStep: false);
            }
        }
        else if (_plan.Happens(Fault.PowerOff, _nowMs))
        {
            _trace.Add("power off");
            PowerLost(isCutInStep: false);
        }

        if (_plan.Happens(Fault.Wipe, _nowMs))
        {
            _trace.Add("flash wiped, unit provisioned anew");
            if (_unit is not null)
            {
                PowerLost(isCutInStep: false);
            }

            _storage.Format();
            _ledger.NoteWiped();
            _savedCumulative = 0;
            _epochUpper++;
        }
    }

    // Faults end; what is left is sent, declared and acknowledged within some hours. Damage that is found while sending is declared at the
    // next start, hence several rounds.
    private void Settle()
    {
        _plan.IsQuiet = true;
        _link.FaultPercent = 0;
        _backend.FaultPercent = 0;
        _storage.FailingCalls = 0;
        if (_storage.Model is TornModel torn)
        {
            torn.ReadFailuresPerMille = torn.WriteFailuresPerMille = 0;
        }

        ArmCut(0);
        for (int round = 0; round < SettleRounds; round++)
        {
            _nowMs = Math.Max(_nowMs, _unit is null ? _powerOnMs : 0);
            DrawWorld();
            if (_unit is null)
            {
                PowerOn();
            }

            Drain(round);
        }
    }

    private void Drain(int round)
    {
        SimulatedUnit unit = _unit ?? throw new SimulationFailureException("the unit does not start");
        for (long endMs = _nowMs + (600 * SecondMs); _nowMs < endMs;)
        {
            Step();
        }

        unit.Stop();
        unit.Uplink!.BeginStop();
        for (long endMs = _nowMs + (SettleHours * 3600L * SecondMs); !unit.Uplink.IsDrained;)
        {
            if (_nowMs >= endMs)
            {
                throw new SimulationFailureException(
                    $"round {round}: the backlog does not drain, {unit.Parts.Store.StoredReadings} readings are left");
            }

            StepUplinkAlone(unit);
        }

        unit.Uplink.Close(null);
        PowerLost(isCutInStep: false);
        _trace.Add($"settled, round {round}");
    }

    private void StepUplinkAlone(SimulatedUnit unit)
    {
        _nowMs += SecondMs;
        unit.Clock.WorldMs = _nowMs;
        _trace.NowMs = _nowMs;
        for (int i = 0; i < UplinkStepsMax && (i == 0 || _link.HasArrivals); i++)
        {
            _link.NowMs = _nowMs;
            _link.Run();
            unit.StepUplink();
        }
    }
}
