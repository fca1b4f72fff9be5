// One boot of the virtual board: what boards/Esp32/Unit.cs does on a device, over the host's parts.

using Iot.Device.Max3010x.Emulator;
using Pulsegate.Configuration;
using Pulsegate.Diagnostics;
using Pulsegate.Field.Flash;
using Pulsegate.Platform;
using Pulsegate.Provisioning;
using Pulsegate.Renewal;
using Pulsegate.Update;
using Pulsegate.Uplink;
using Pulsegate.Virtual;
using Pulsegate.Virtual.Link;
using Pulsegate.Virtual.Platform;
using Pulsegate.Virtual.Ppg;

namespace Pulsegate.Cli.Field.Virtual;

/// <summary>A unit from start to reset.</summary>
internal sealed class VirtualBoot : IDisposable
{
    private const string BoardName = "Virtual";
    private const int StepMs = 100;
    private const int RestartMs = 500;
    // the reset that ends the power waits for what is under way, as a hand would
    private const int DrainMs = 10000;
    private static readonly string[] IdentityNames =
        [DeviceIdentity.FileName, IssuedCertificate.CertificateFile, IssuedCertificate.KeyFile,
            IssuedCertificate.AuthorityFile,
            UnitFolder.ConfigurationName];

    private readonly BoardFolder _board;
    private string _version;
    private readonly Action<string> _print;
    private readonly ManualResetEventSlim _stop = new();
    private readonly Lock _saying = new();
    private readonly Thread _thread;

    /// <summary>Starts it.</summary>
    /// <param name="board">Its folder.</param>
    /// <param name="version">Version in the flashed image.</param>
    /// <param name="print">Its console.</param>
    public VirtualBoot(BoardFolder board, string version, Action<string> print)
    {
        _board = board;
        _version = version;
        _print = print;
        _thread = new Thread(Run) { IsBackground = true, Name = "virtual board" };
        _thread.Start();
    }

    /// <summary>The reset begins: from now on it repeats nothing about itself.</summary>
    public void BeginStop()
    {
        lock (_saying)
        {
            _stop.Set();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        BeginStop();
        _thread.Join();
        _stop.Dispose();
    }

    private void Run()
    {
        try
        {
            using var staged = new FileStorage(_board.PathOnDrive("I:\\new"));
            using var identity = new FileStorage(_board.PathOnDrive("I:\\id"));
            using var scratch = new FileStorage(_board.PathOnDrive("I:\\board"));
            string? note = TakeIdentity(new IdentityIntake(staged, identity));
            if (!_stop.IsSet)
            {
                RunUnit(identity, scratch, note);
            }
        }
        catch (Exception exception)
        {
            _print("pulsegate: restarting after " + exception.Message);
            if (!_stop.Wait(RestartMs))
            {
                File.WriteAllBytes(_board.Reset, []);
            }
        }
    }

    private string? TakeIdentity(IdentityIntake intake)
    {
        if (!intake.IsDue)
        {
            return null;
        }

        if (intake.NeedsButton)
        {
            _print("pulsegate: press BOOT now to take the new identity");
            bool isPressed = SpinWait.SpinUntil(
                () => File.Exists(_board.Button) || _stop.Wait(20), IdentityIntake.ButtonMs)
                    && File.Exists(_board.Button);
            if (!isPressed)
            {
                return "new identity files wait: press BOOT within 5 s after a start to take them";
            }
        }

        return intake.TryTake(out string error) ? "new identity taken" : "new identity refused: " + error;
    }

    private void RunUnit(FileStorage identityFiles, FileStorage scratch, string? intakeNote)
    {
        string folder = _board.PathOnDrive("I:\\id");
        foreach (string file in Directory.EnumerateFiles(folder))
        {
            // a drive of a board has no modes
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        UnitFolder? identity = null;
        string? note = null;
        GatewayConfiguration configuration = new();
        try
        {
            identity = new UnitFolder(folder);
            configuration = ConfigurationFile.Read(Path.Combine(folder, UnitFolder.ConfigurationName));
        }
        catch (Exception exception) when (exception is ProvisioningException or CommandException)
        {
            note = "identity.json is missing or damaged: provision this unit";
        }

        string device = identity?.Identity.Device ?? "unprovisioned";
        using FileStorage? store = identity is null ? null : new FileStorage(_board.PathOnDrive("I:\\pg"));
        var nobody = new HmacSigner(1, new byte[32], new byte[32]);
        KeyRenewal? keys = identity?.OpenKeys(store!);
        ISigner signer = (ISigner?)keys ?? nobody;
        var digester = new HmacSigner(1, FileDigest.Key, new byte[32]);
        using var updates = new FileStorage(_board.PathOnDrive("I:\\up"));
        var slots = new UpdateSlots(
            updates, keys?.StationSigner ?? nobody, digester, BoardName, UpdateManifest.NumberOf(_version));
        StartUpdate(slots);
        var clock = new FieldClock(_board);
        using var unit = new VirtualUnit(new VirtualUnitParts(
            device, identity?.Identity.EpochUpper ?? 0, clock, (IStorage?)store ?? new RefusingStorage(),
            signer, new NoIndicator(),
            new FieldFinger(_board, new SyntheticPpgSource(1)), configuration));
        unit.OximeterChip.IsRedInfraredSwapped ^= _board.Plays(BoardFolder.Swapped);
        unit.OximeterChip.Faults.IsAbsent = _board.Plays(BoardFolder.NoOximeter);
        if (unit.Tmp117Chip is { } thermometer)
        {
            thermometer.Faults.IsAbsent = _board.Plays(BoardFolder.NoThermometer);
        }

        var report = new UnitReport(_version, BoardName, device, unit.Store, unit.Counters)
        {
            FreeSlot = slots.FreeSlot + "." + signer.KeyVersion.ToString(),
        };
        Introduce(report, identityFiles, clock, digester);
        foreach (string text in new[] { note, intakeNote }.OfType<string>())
        {
            _print(report.Log(text));
        }

        var test = new SelfTest(unit.Store, unit.Recorder, clock);
        unit.TestSensors(test, clock.MonotonicMs);
        test.CheckFlash(_board.Plays(BoardFolder.FlashFails) ? new RefusingStorage() : scratch);
        unit.Start(clock.MonotonicMs);
        using MosquittoLink? link = identity?.CreateLink(configuration);
        Loop(unit, test, report, clock, link, signer, device,
            new UpdateReporter(slots, unit.Recorder, UpdateManifest.NumberOf(_version)));
    }

    // What boards/Esp32/ProgramLoader does, with the version for the program.
    private void StartUpdate(UpdateSlots slots)
    {
        if (slots.Choose() is not { } image)
        {
            return;
        }

        _version = DeploymentImage.VirtualVersion(image)
            ?? throw new InvalidDataException("no program in the update");
        if (_board.Plays(BoardFolder.BadUpdate) && slots.TriedNumber > 0)
        {
            throw new InvalidOperationException("an update that does not come up");
        }
    }

    private void Introduce(UnitReport report, IStorage identityFiles, IClock clock, ISigner digest)
    {
        _print(report.Banner(clock.MonotonicMs));
        foreach (string name in IdentityNames)
        {
            _print(report.File(name, identityFiles.Length(name), FileDigest.Of(identityFiles, name, digest)));
        }
    }

    // Both loops in one: on this machine no call of the link blocks.
    private void Loop(
        VirtualUnit unit, SelfTest test, UnitReport report, IClock clock, MosquittoLink? link, ISigner signer,
        string device, UpdateReporter updates)
    {
        UplinkLoop? uplink = null;
        var lines = new string[UnitReport.LineCountMax];
        while (!_stop.Wait(StepMs / 2))
        {
            long nowMs = clock.MonotonicMs;
            unit.Step(nowMs);
            test.Step(unit.Gateway.Reading, nowMs);
            updates.Step(test.ResultOf(SelfTestItem.Backend) == SelfTestResult.Passed, nowMs);
            int count = report.Step(
                unit.Gateway.Reading, unit.Gateway.Alarms.HighestPriority, uplink, test, nowMs, lines);
            Say(lines.AsSpan(0, count));
            if (link is null || !unit.Recorder.IsOpen || _board.Plays(BoardFolder.NoNetwork))
            {
                continue;
            }

            if (uplink is null)
            {
                uplink = new UplinkLoop(
                    link, unit.Store, signer, device, unit.Store.BootId)
                {
                    Commands = unit.Commands.Inbox, Keys = unit.Commands.Keys,
                };
                unit.Telemetry.Introduce(uplink, nowMs);
            }

            unit.Telemetry.Serve(uplink, nowMs);
            uplink.Step(nowMs);
            test.NoteUplink(uplink, true);
        }

        unit.Gateway.Stop(clock.MonotonicMs);
        if (uplink is { State: LinkState.Up })
        {
            uplink.BeginStop();
            SpinWait.SpinUntil(() =>
            {
                uplink.Step(clock.MonotonicMs);
                Thread.Sleep(StepMs / 10);
                return uplink.IsDrained;
            }, DrainMs);
        }

        uplink?.Close(unit.Telemetry.MakeStatus(false, clock.MonotonicMs));
    }

    private void Say(ReadOnlySpan<string> lines)
    {
        lock (_saying)
        {
            foreach (string line in lines)
            {
                if (!_stop.IsSet)
                {
                    _print(line);
                }
            }
        }
    }

    /// <summary>The host's time, unless the board plays one that never hears from the network.</summary>
    private sealed class FieldClock(BoardFolder board) : IClock
    {
        private readonly HostClock _clock = new();

        public long MonotonicMs => _clock.MonotonicMs;

        public long UtcMs => _clock.UtcMs;

        public TimeQuality Quality => board.Plays(BoardFolder.NoTime)
            ? TimeQuality.Estimated : TimeQuality.Synced;
    }

    private sealed class NoIndicator : IIndicator
    {
        public void Show(Vitals.Reading reading, Alarms.AlarmSignal alarms, bool isConnected)
        {
        }

        public void Identify(int durationMs)
        {
        }

        public int TakePressed() => 0;
    }
}
