// `bench`: the budgets, measured. Counts wherever possible, so that the figures are the same on every
// machine.

using System.CommandLine;
using Pulsegate.Bench;
using Pulsegate.Cli.Device;
using Pulsegate.Cli.Load;
using Pulsegate.Virtual.Bench;
using Pulsegate.Virtual.Ppg;

namespace Pulsegate.Cli;

internal static class BenchCommand
{
    // Not measured on hardware: 8 ns an instruction on the host's nanoCLR, times 50; a megabyte a second
    // through littlefs.
    private const double DeviceSecondsPerInstruction = 8e-9 * 50;
    private const double FlashBytesPerSecond = 1e6;

    private const int MinutesMeasured = 10;
    private const int AppendsMeasured = 2000;
    private const int RestRate = 75;
    private const int FastRate = 190;

    public static Command Create()
    {
        var json = new Option<string?>("--json")
            { Description = "write the figures as one JSON object", HelpName = "FILE" };
        var baselines = new Option<bool>("--baselines")
            { Description = "the methods people use with this sensor beside ours" };
        var uplink = new Option<bool>("--uplink")
        {
            Description =
                "a week of backlog through a real broker and the ingest: alarms, drain rate (about a minute)",
        };
        var ingest = new Option<bool>("--ingest")
        {
            Description = "what the backend takes on this machine: verify, commit into PostgreSQL and "
                + "SQLite (about 3 minutes)",
        };
        var recordings = new Option<string?>("--recordings")
        {
            Description = "recordings for --baselines (default: PULSEGATE_DATA, or ../shared/data)",
            HelpName = "DIR",
        };
        var device = new Option<bool>("--device")
        {
            Description = "times on the device's runtime, nanoclr (PATH or PULSEGATE_NANOCLR)",
        };
        var command = new Command(
            "bench", "the budgets: instructions, bytes, sizes; exit code not 0 when one is exceeded")
        {
            json, baselines, recordings, uplink, ingest, device,
        };
        command.SetAction(result => result.GetValue(device)
            ? DeviceCosts.Run()
            : result.GetValue(baselines) ? BenchBaselines.Run(result.GetValue(recordings))
            : result.GetValue(ingest) ? BenchIngest.Run(result.GetValue(json))
            : result.GetValue(uplink) ? BenchUplink.Run(result.GetValue(json)) : Run(result.GetValue(json)));
        return command;
    }

    private static int Run(string? jsonPath)
    {
        return BenchFigure.Show(
            Measure(), jsonPath,
            "synthetic finger, seed 1, 10 minutes, 60 s commits; counts, the same on every machine");
    }

    private static List<BenchFigure> Measure()
    {
        long[] plain = AcquisitionScenario.Run(RestRate, MinutesMeasured, () => 0);
        long[] rest = Counted(RestRate);
        long[] fast = Counted(FastRate);
        long[] chainRest = CountedChain(RestRate);
        long[] chainFast = CountedChain(FastRate);
        _ = ChainScenario.StateBytes();   // once unmeasured: what only the first construction allocates
        double minutes = plain[AcquisitionScenario.Minutes];
        double commits = plain[AcquisitionScenario.Commits];
        long recoveryIl = (long)CountedStore(nameof(StoreScenario.RecoveryInstructions));
        var damaged = (long[])CountedStore(nameof(StoreScenario.DamagedRecovery));
        long recoveryBytes = StoreScenario.RecoveryBytes(StoreScenario.LargeCapacityBytes);
        return
        [
            new("ilPerSamplePair", $"IL instructions a sample pair, {RestRate}/min", PerPair(rest), "", 1500),
            new("ilWorstBlock", $"in the worst 100 ms, a pair, {RestRate}/min", WorstPerPair(rest), "", 3000),
            new("ilPerSamplePairFast", $"IL instructions a sample pair, {FastRate}/min", PerPair(fast), "",
                1500),
            new("ilWorstBlockFast", $"in the worst 100 ms, a pair, {FastRate}/min", WorstPerPair(fast), "",
                3000),
            new("ilChainPerPair", $"signal chain alone, a pair, {RestRate}/min", ChainPerPair(chainRest), "",
                1500),
            new("ilChainWorstBlock", $"in its worst 100 ms, a pair, {RestRate}/min", ChainWorst(chainRest),
                "", 3000),
            new("ilChainPerPairFast", $"signal chain alone, a pair, {FastRate}/min", ChainPerPair(chainFast),
                "", 1500),
            new("ilChainWorstBlockFast", $"in its worst 100 ms, a pair, {FastRate}/min",
                ChainWorst(chainFast), "", 3000),
            new("chainAllocatedBytes", "signal chain, allocated", PlainChainBytes(), "bytes", 0),
            new("chainStateBytes", "signal chain, state", ChainScenario.StateBytes(), "bytes", 8 * 1024),
            new(
                "ilPerCommit", "IL instructions a commit",
                (double)rest[AcquisitionScenario.CommitInstructions]
                / rest[AcquisitionScenario.Commits], "", null),
            new(
                "allocatedBytesSteadyState", "allocated between commits",
                plain[AcquisitionScenario.AllocatedBytes], "bytes", 0),
            new(
                "allocatedBytesPerCommit", "allocated a commit",
                plain[AcquisitionScenario.CommitAllocatedBytes] / commits, "bytes",
                4096),
            new("wireBytesPerMinute", "wire, a minute of vitals",
                plain[AcquisitionScenario.WireBytes] / minutes, "bytes", 450),
            new("flashBytesPerMinute", "flash, a minute, all in",
                plain[AcquisitionScenario.FlashBytes] / minutes, "bytes", 260),
            new("erasesPerAppend", "blocks erased a commit, littlefs", StoreScenario.ErasesPerAppend(
                StoreScenario.SmallCapacityBytes, AppendsMeasured), "", null),
            new("fullResolutionHours256K", "vitals at full resolution, 256 KB",
                StoreScenario.FullResolutionHours(
                StoreScenario.SmallCapacityBytes), "h", 10) { IsFloor = true },
            new("fullResolutionHours2M", "vitals at full resolution, 2 MB", StoreScenario.FullResolutionHours(
                StoreScenario.LargeCapacityBytes), "h", 80) { IsFloor = true },
            new("noisyFullResolutionHours256K", "the same of noisier vitals, 256 KB",
                StoreScenario.NoisyFullResolutionHours(
                StoreScenario.SmallCapacityBytes), "h", null),
            new("noisyFullResolutionHours2M", "the same of noisier vitals, 2 MB",
                StoreScenario.NoisyFullResolutionHours(
                StoreScenario.LargeCapacityBytes), "h", null),
            new("decayedDays256K", "vitals with decay, 256 KB", StoreScenario.DecayedDays(
                StoreScenario.SmallCapacityBytes), "days", 5) { IsFloor = true },
            new("decayedDays2M", "vitals with decay, 2 MB", StoreScenario.DecayedDays(
                StoreScenario.LargeCapacityBytes), "days", 30) { IsFloor = true },
            new("recoveryIl", "IL instructions of a start, 2 MB full", recoveryIl, "", null),
            new("recoveryBytes", "flash read by a start, 2 MB full", recoveryBytes, "bytes", null),
            new(
                "startSeconds2M", "start-up at 2 MB full, on a device (estimate)",
                (recoveryIl * DeviceSecondsPerInstruction) + (recoveryBytes / FlashBytesPerSecond), "s", 5),
            new(
                "startSecondsDamaged2M", "the same with a damaged record (estimate)",
                (damaged[0] * DeviceSecondsPerInstruction) + (damaged[1] / FlashBytesPerSecond), "s", null),
            new("ilWorstThinningCommit", "IL instructions of the longest commit while thinning, 2 MB",
                (long)CountedStore(
                nameof(StoreScenario.WorstCommitInstructions)), "", 800_000),
            new("storeRamBytes", "store with a start, allocated", StoreScenario.RamBytes(), "bytes", null),
            new(
                "managedHeapBytes", "managed heap of the whole firmware (estimated)", HeapSize.Of(
                    HeapScenario.Roots(), HeapScenario.Types()), "bytes", 64 * 1024),
            new("signatureIl", "IL instructions an ES256 signature", CountedSignature(), "", 1_500_000),
            new(
                "signatureAllocatedBytes", "an ES256 signature, allocated (native HMAC)",
                SigningScenario.Typical(() => 0)[SigningScenario.AllocatedBytes], "bytes", 512),
            new(
                "deviceAssemblyBytes", "firmware and drivers, as .pe (estimated)",
                DeviceSize("Firmware").TotalBytes, "bytes",
                128 * 1024),
            new(
                "deviceByteCodeBytes", "byte code of the firmware's own .pe",
                DeviceSize("Firmware").LargestByteCode, "bytes",
                64 * 1024 - 1),
            new(
                "deviceSigningBytes", "ES256, on boards that have it, as .pe (estimated)",
                DeviceSize("Signing").TotalBytes,
                "bytes", null),
            .. BenchFace.Measure(),
        ];
    }

    private static object CountedStore(string scenario)
    {
        using CountedContext context = Counting();
        return context.Call(
            "Pulsegate.Virtual", typeof(StoreScenario).FullName!, scenario, StoreScenario.LargeCapacityBytes,
            () => context.Instructions)!;
    }

    private static double CountedSignature()
    {
        using CountedContext context = Counting();
        return ((long[])context.Call(
            "Pulsegate.Virtual", typeof(SigningScenario).FullName!, nameof(SigningScenario.Typical),
            () => context.Instructions)!)[SigningScenario.Instructions];
    }

    internal static CountedContext Counting() => new(
        Path.Combine(AppContext.BaseDirectory, "Pulsegate.Device.dll"), "Pulsegate.",
        type => !type.Contains(".Emulator.", StringComparison.Ordinal));

    private static long[] Counted(int pulseRate)
    {
        using CountedContext context = Counting();
        return (long[])context.Call(
            "Pulsegate.Virtual", typeof(AcquisitionScenario).FullName!, nameof(AcquisitionScenario.Run),
            pulseRate,
            MinutesMeasured, () => context.Instructions)!;
    }

    private static PpgCounts ChainCounts(int pulseRate)
        => PpgCounts.Of(new SyntheticPpgSource(1) { PulseRate = pulseRate }, MinutesMeasured * 60, 50);

    private static long[] CountedChain(int pulseRate)
    {
        string assembly = Path.Combine(AppContext.BaseDirectory, "Pulsegate.Device.dll");
        using var context = new CountedContext(
            assembly, "Pulsegate.", type => !type.Contains(".Emulator.", StringComparison.Ordinal));
        PpgCounts counts = ChainCounts(pulseRate);
        return (long[])context.Call(
            "Pulsegate.Virtual", typeof(ChainScenario).FullName!, nameof(ChainScenario.Run), counts.Red,
            counts.Infrared,
            () => context.Instructions)!;
    }

    private static long PlainChainBytes()
    {
        PpgCounts counts = ChainCounts(RestRate);
        return ChainScenario.Run(counts.Red, counts.Infrared, () => 0)[ChainScenario.AllocatedBytes];
    }

    private static double ChainPerPair(long[] results)
        => (double)results[ChainScenario.Instructions] / results[ChainScenario.Pairs];

    private static double ChainWorst(long[] results) => results[ChainScenario.WorstBlock] / 5.0;

    private static double PerPair(long[] results)
        => (double)results[AcquisitionScenario.Instructions] / results[AcquisitionScenario.Pairs];

    // Five pairs come in 100 ms.
    private static double WorstPerPair(long[] results) => results[AcquisitionScenario.WorstStep] / 5.0;

    private static FlashedSize DeviceSize(string part)
    {
        string path = ProjectFolder.Path(
            "boards", "Surface", part, "bin", "Release", "net10.0", $"Pulsegate.Surface.{part}.dll");
        return File.Exists(path)
            ? FlashedSize.Of(path)
            : throw new CommandException($"{path} is missing: build the solution with ./pulsegate");
    }
}
