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
            _outageEndMs = Math.Max(_outageEndMs, _nowMs + _plan.OutageMs(Fault.Outage));
            _trace.Add($"no network for {(_outageEndMs - _nowMs) / SecondMs} s");
        }

        if (_plan.Happens(Fault.BackendOutage, _nowMs))
        {
            _backendOutageEndMs = Math.Max(_backendOutageEndMs, _nowMs + _plan.OutageMs(Fault.BackendOutage));
            _coverage.Add(Met.BackendOutage);
            _trace.Add($"no backend for {(_backendOutageEndMs - _nowMs) / SecondMs} s");
        }

        _link.IsReachable = _plan.IsQuiet || _nowMs >= _outageEndMs;
        _link.IsBackendUp = _plan.IsQuiet || _nowMs >= _backendOutageEndMs;
        NoteOutage();
    }

    // An outage counts for as long as it was lived through.
    private void NoteOutage()
    {
        if (!_link.IsReachable)
        {
            _unreachableSinceMs = _unreachableSinceMs < 0 ? _nowMs : _unreachableSinceMs;
        }
        else if (_unreachableSinceMs >= 0)
        {
            double hours = (_nowMs - _unreachableSinceMs) / 3_600_000.0;
            _coverage.Add(hours switch
            {
                <= 1 => Met.OutageOfMinutes,
                <= 24 => Met.OutageOfHours,
                < 168 => Met.OutageOfDays,
                _ => Met.OutageOfAWeek,
            });
            _unreachableSinceMs = -1;
        }
    }

    private void DrawUnit(SimulatedUnit unit)
    {
        if (_plan.Happens(Fault.Stall, _nowMs))
        {
            _link.StallMs += _plan.Draw(Fault.Stall, 300, 3000);
            _coverage.Add(Met.Stall);
        }

        if (_plan.Happens(Fault.PowerCutInStorage, _nowMs))
        {
            ArmCut(6);
        }

        DrawFlash();
        DrawSensor(unit);
        if (_plan.Happens(Fault.ClockJump, _nowMs) && _plan.HasClock)
        {
            bool isRight = _plan.Draw(Fault.ClockJump, 0, 1) == 0;
            unit.Clock.Quality = TimeQuality.Synced;
            unit.Clock.UtcErrorMs = isRight ? 0 : _plan.Draw(Fault.ClockJump, -5_000_000, 5_000_000);
            _coverage.Add(isRight ? Met.ClockSet : Met.ClockJump);
            _trace.Add($"the clock is set, {unit.Clock.UtcErrorMs} ms off");
        }

        DrawPower(unit);
    }

    private void DrawFlash()
    {
        if (_plan.Happens(Fault.StorageFails, _nowMs))
        {
            _storage.FailingCalls = (int)_plan.Duration(Fault.StorageFails, 1, 200);
            _trace.Add($"the next {_storage.FailingCalls} storage calls fail");
        }

        if (_plan.Happens(Fault.BitFlip, _nowMs) && _storage.Model is TornModel torn
            && torn.FlipBit() is { } flipped)
        {
            _ledger.IsDamaged = true;
            _coverage.Add(Met.BitFlipped);
            _trace.Add($"a bit flips in {flipped}");
        }

        if (_plan.Happens(Fault.BadBlock, _nowMs))
        {
            OverwriteSegment();
        }

        if (_plan.Happens(Fault.ForeignFile, _nowMs))
        {
            PutForeignFile();
        }
    }

    // Up to a block of one segment becomes erased flash or noise.
    private void OverwriteSegment()
    {
        StorageModel model = _storage.Model;
        string[] segments =
            [.. model.Files.Keys.Where(name => name.EndsWith(".pg", StringComparison.Ordinal))];
        if (segments.Length == 0)
        {
            return;
        }

        string name = segments[_plan.Draw(Fault.BadBlock, 0, segments.Length - 1)];
        byte[] content = [.. model.Files[name]];
        int from = _plan.Draw(Fault.BadBlock, 0, content.Length);
        int count = Math.Min(content.Length - from, _plan.Draw(Fault.BadBlock, 1, StorageModel.BlockLength));
        bool isNoise = _plan.Draw(Fault.BadBlock, 0, 1) == 0;
        Array.Fill(content, (byte)0xFF, from, count);
        if (isNoise)
        {
            _random.NextBytes(content.AsSpan(from, count));
        }

        model.Put(name, content);
        _ledger.IsDamaged = true;
        _coverage.Add(Met.SegmentOverwritten);
        _trace.Add($"{count} bytes of {name} are overwritten at {from}");
    }

    // Random bytes, or a copy of a segment under a number that is not its own.
    private void PutForeignFile()
    {
        StorageModel model = _storage.Model;
        string? segment =
            model.Files.Keys.FirstOrDefault(name => name.EndsWith(".pg", StringComparison.Ordinal));
        bool isCopy = _plan.Draw(Fault.ForeignFile, 0, 1) == 0 && segment is not null
            && model.CapacityBytes > LargeBytes;
        var content = new byte[_plan.Draw(Fault.ForeignFile, 0, 4000)];
        _random.NextBytes(content);
        string name = isCopy ? "sffffff00.pg" : "notes.txt";
        model.Put(name, isCopy ? model.Files[segment!] : content);
        _coverage.Add(Met.ForeignFile);
        _trace.Add($"a foreign file: {name}");
    }

    private void DrawSensor(SimulatedUnit unit)
    {
        if (_plan.Happens(Fault.BusError, _nowMs))
        {
            _vitals?.LoseSamples();
            unit.Parts.OximeterChip.Faults.FailCount = _plan.Draw(Fault.BusError, 1, 40);
            _coverage.Add(Met.BusError);
            if (_options.IsSignal)
            {
                _finger.IsFingerOn = _plan.Draw(Fault.BusError, 0, 2) > 0;
                _finger.SpO2 = _plan.Draw(Fault.BusError, 0, 3) == 0 ? 82 : 97;
                _finger.MotionShare = _plan.Draw(Fault.BusError, 0, 3) == 0 ? 1.5 : 0;
                _coverage.Add(Met.FingerOff, _finger.IsFingerOn ? 0 : 1);
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
                _coverage.Add(Met.CleanRestart);
                PowerLost(isCutInStep: false);
            }
        }
        else if (_plan.Happens(Fault.PowerOff, _nowMs))
        {
            _trace.Add("power off");
            _coverage.Add(Met.PowerOff);
            PowerLost(isCutInStep: false);
        }

        if (_plan.Happens(Fault.Wipe, _nowMs))
        {
            _trace.Add("flash wiped, unit provisioned anew");
            _coverage.Add(Met.Wipe);
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

    // Faults end; what is left is sent, declared and acknowledged within some hours. Damage that is found
    // while sending is declared at the next start, hence several rounds.
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
        int roundCount = _options.IsQuiet ? 1 : SettleRounds;
        for (int round = 0; round < roundCount; round++)
        {
            _nowMs = Math.Max(_nowMs, _unit is null ? _powerOnMs : 0);
            DrawWorld();
            if (_unit is null)
            {
                PowerOn();
            }

            Drain(round, isLast: round == roundCount - 1);
        }
    }

    private void Drain(int round, bool isLast)
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
            // What damage has taken from among the records is declared at the next start: until then there
            // may be more gaps than a unit can release around.
            if (_nowMs >= endMs && unit.Parts.Store.CorruptRecordCount > 0 && !isLast)
            {
                break;
            }

            if (_nowMs >= endMs)
            {
                throw new SimulationFailureException(
                    $"round {round}: the backlog does not drain, {unit.Parts.Store.StoredReadings} readings "
                        + $"are left");
            }

            StepUplinkAlone(unit);
        }

        unit.Uplink.Close(null);
        PowerLost(isCutInStep: false);
        _trace.Add($"settled, round {round}");
    }

    private void StepUplinkAlone(SimulatedUnit unit)
    {
        _cancellation.ThrowIfCancellationRequested();
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
