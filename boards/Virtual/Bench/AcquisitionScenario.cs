// The workload of the budgets: one seeded synthetic finger (seed 1, SpO2 97 %, perfusion 2 %, breathing 14
// /min), MAX30102 at 50 pairs a second, TMP117, five vitals at 1 Hz, a commit a minute, acknowledged at once.
// It runs as it is, and in a room where the firmware counts its own instructions: hence arguments and results
// of plain types.

using Pulsegate.Batch;
using Pulsegate.Configuration;
using Pulsegate.Diagnostics;
using Pulsegate.Store;
using Pulsegate.Virtual.Platform;
using Pulsegate.Virtual.Ppg;
using Pulsegate.Virtual.Replay;

namespace Pulsegate.Virtual.Bench;

/// <summary>Runs the workload.</summary>
public static class AcquisitionScenario
{
    /// <summary>Numbers that <see cref="Run"/> gives, by index: sample pairs; instructions of steps without a
    /// commit; most in one such step; bytes allocated in such steps; commits; instructions and bytes
    /// allocated in steps with a commit; bytes written to flash, and PUBLISH payload bytes of vitals, in the
    /// measured minutes; minutes measured.</summary>
    public const int Pairs = 0, Instructions = 1, WorstStep = 2, AllocatedBytes = 3, Commits = 4,
        CommitInstructions = 5,
        CommitAllocatedBytes = 6, FlashBytes = 7, WireBytes = 8, Minutes = 9, Count = 10;

    private const int WarmUpSeconds = 70;   // past the first commit and the boot's records
    private const int Seed = 1;

    /// <summary>Runs the workload.</summary>
    /// <param name="pulseRate">Pulse rate of the finger, per minute.</param>
    /// <param name="minutes">Minutes measured, after the warm-up.</param>
    /// <param name="instructions">Reads the instruction counter.</param>
    public static long[] Run(int pulseRate, int minutes, Func<long> instructions)
    {
        const string device = "bench";
        var key = new byte[32];
        var clock = new VirtualClock();
        var storage = new CountingStorage(new MemoryStorage());
        using var unit = new VirtualUnit(new VirtualUnitParts(
            device, 1, clock, storage, new HmacSigner(1, key, key), new NullIndicator(),
            new SyntheticPpgSource(Seed) { PulseRate = pulseRate }, new GatewayConfiguration()));
        var results = new long[Count];
        var record = new StoredRecord();
        var ranges = new long[Acknowledgement.RangeCountMax];
        unit.Start(0);
        long pairsBefore = 0;
        long flashBefore = 0;
        while (clock.MonotonicMs < (WarmUpSeconds + (minutes * 60)) * 1000L)
        {
            if (clock.MonotonicMs == WarmUpSeconds * 1000)
            {
                Array.Clear(results);
                pairsBefore = unit.Counters.Get(Counter.Samples);
                flashBefore = storage.BytesWritten;
            }

            clock.Advance(Gateway.StepMs);
            long last = unit.Store.LastSequence;
            long allocated = GC.GetAllocatedBytesForCurrentThread();
            long count = instructions();
            unit.Step(clock.MonotonicMs);
            count = instructions() - count;
            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            if (unit.Store.LastSequence == last)
            {
                results[Instructions] += count;
                results[WorstStep] = Math.Max(results[WorstStep], count);
                results[AllocatedBytes] += allocated;
                continue;
            }

            results[Commits]++;
            results[CommitInstructions] += count;
            results[CommitAllocatedBytes] += allocated;
            while (unit.Store.TryReadNext(last, record))
            {
                last = record.Sequence;
                results[WireBytes] += record.Kind == RecordKind.Vitals
                    ? Jws.ToText(record, device).Length : 0;
            }

            unit.Store.Release(last, ranges, ranges, 0);
        }

        results[Pairs] = unit.Counters.Get(Counter.Samples) - pairsBefore;
        results[FlashBytes] = storage.BytesWritten - flashBefore;
        results[Minutes] = minutes;
        return results;
    }
}
