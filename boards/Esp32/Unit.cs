// One unit on an ESP32: the firmware over the board's parts, and its two threads. What differs between boards
// comes from their Program.cs.

using System;
using System.Device.I2c;
using System.IO;
using System.IO.Hashing;
using System.Text;
using System.Threading;
using Iot.Device.Max30205;
using Iot.Device.Max3010x;
using Iot.Device.Tmp117;
using Pulsegate.Commands;
using Pulsegate.Configuration;
using Pulsegate.Diagnostics;
using Pulsegate.Platform;
using Pulsegate.Renewal;
using Pulsegate.Signal;
using Pulsegate.Store;
using Pulsegate.Update;
using Pulsegate.Uplink;
using Pulsegate.Vitals;

namespace Pulsegate.Boards.Esp32;

/// <summary>The unit. Made and run once, by Main.</summary>
public sealed class Unit
{
    /// <summary>Folder of what the board itself keeps: the last known time and the last failure.</summary>
    public const string BoardFolder = "I:\\board\\";

    /// <summary>Longest silence of the acquisition thread, ms: a dead bus (1 s a transfer), a flash that
    /// erases, a TLS handshake.</summary>
    public const int AcquisitionSilenceMsMax = 30000;

    /// <summary>Longest silence of the uplink thread, ms: Wi-Fi, name resolution and a handshake with a peer
    /// that stalls.</summary>
    public const int UplinkSilenceMsMax = 300000;

    private const int BoardCapacityBytes = 4096;
    private const int UplinkStepMs = 50;
    private const int WatchMs = 1000;

    private readonly string _boardName;
    private readonly int _busId;
    private readonly Indicator _indicator;
    private readonly FailureRecord _failures;
    private readonly EspClock _clock;
    private readonly string _device = "unprovisioned";
    private readonly ISigner _signer = new HmacSigner(0, null, null);
    private readonly KeyRenewal _keys;                   // null: not provisioned
    private readonly CertificateRenewal _certificates;   // null: no certificate
    private readonly ILink _link;
    private readonly SegmentStore _store;
    private readonly Recorder _recorder;
    private readonly Telemetry _telemetry;
    private readonly CommandRunner _commands;
    private readonly Gateway _gateway;
    private readonly SignalChain _chain = new SignalChain();
    private readonly WifiStation _wifi = new WifiStation();
    private readonly Max3010x _oximeter;
    private readonly ITemperatureProbe _probe;
    private readonly IStorage _boardStorage;
    private readonly SelfTest _selfTest;
    private readonly UnitConsole _console;
    private readonly UpdateReporter _updates;   // null on a board that takes no updates
    private string _note;   // why the unit is not whole, for the log; null when it is
    private UplinkLoop _uplink;

    /// <summary>Builds everything. Blocks for reading the identity; nothing is sent to a sensor
    /// yet.</summary>
    /// <param name="board">What is particular to it.</param>
    /// <exception cref="IOException">The internal drive is not there.</exception>
    public Unit(Board board)
    {
        _boardName = board.Name;
        _busId = board.SensorBusId;
        _indicator = board.Indicator;
        _boardStorage = new FileStorage(BoardFolder, BoardCapacityBytes);
        _failures = new FailureRecord(_boardStorage);
        _clock = new EspClock(_boardStorage, BuildDate.UtcMs);

        GatewayConfiguration configuration = ReadConfiguration(board.CommitIntervalSeconds);
        IStorage storage = new NoStorage();
        uint epochUpper = 0;
        if (Identity.TryRead(
            Identity.ReadText(Identity.IdentityName), board.KeyPairs, out Identity identity,
            out string error))
        {
            storage = new FileStorage(FileStorage.DefaultFolder, board.StoreCapacityBytes);
            epochUpper = identity.EpochUpper;
            _device = identity.Device;
            _keys = identity.OpenKeys(storage);
            _signer = _keys;
            _link = MakeLink(configuration, storage, identity.CertificateEndDay, out _certificates);
        }
        else
        {
            _note = error;   // graver than what may be wrong with the settings
        }

        var counters = new Counters();
        var vitals = new VitalsMonitor(_chain);
        vitals.Configure(configuration);
        _store = new SegmentStore(storage, _signer, _device, configuration.CommitIntervalSeconds);
        _recorder = new Recorder(_store, _clock, counters, epochUpper);
        _telemetry = new Telemetry(_device, _clock, _signer, _store, counters, configuration);
        _probe = MakeProbe(configuration.TemperatureSensor);
        _oximeter = new Max3010x(
            OpenDevice(Max3010x.DefaultI2cAddress),
            new Max3010xConfiguration { SwapChannels = configuration.IsRedInfraredSwapped });
        _commands = new CommandRunner(
            storage, configuration, _store, _recorder, _telemetry, _indicator, _clock);
        _commands.Keys = _keys;
        _commands.Certificates = _certificates;
        _telemetry.Certificates = _certificates;
        _gateway = new Gateway(
            new SensorVitals(
                new OximeterFeed(_oximeter, _chain, counters), vitals,
                new TemperatureFeed(_probe, configuration.IsTemperatureOfSkin, vitals, counters)),
            _indicator, _recorder, _telemetry, counters, _commands, configuration);
        _indicator.Begin(configuration, _clock, _device, Recorder.FirmwareVersion);
        _selfTest = new SelfTest(_store, _recorder, _clock);
        var report = new UnitReport(Recorder.FirmwareVersion, _boardName, _device, _store, counters);
        UpdateSlots slots = board.UpdateSlots;
        if (slots != null)
        {
            slots.Load();
            report.FreeSlot = slots.FreeSlot + "." + _signer.KeyVersion.ToString();
            _updates = new UpdateReporter(slots, _recorder, ProgramLoader.RunningNumber);
        }

        _console = new UnitConsole(report);
    }

    /// <summary>Runs the unit: starts both threads and watches them. Never returns.</summary>
    /// <exception cref="InvalidOperationException">A thread has ended or is stuck; the message says which and
    /// why.</exception>
    /// <param name="intakeNote">What became of new identity files, for the log; null when there were
    /// none.</param>
    public void Run(string intakeNote)
    {
        _console.Begin(_clock.MonotonicMs);
        _console.Log(_note);
        _console.Log(intakeNote);
        string lastFailure = _failures.Take();
        _console.Log(lastFailure == null ? null : "restarted after: " + lastFailure);

        // Before the loops: afterwards the bus belongs to the acquisition thread.
        _selfTest.CheckSensors(_oximeter, _probe);
        _selfTest.CheckFlash(_boardStorage);
        _gateway.Start(_clock.MonotonicMs);
        _console.Log(StoreReport.Line(_store));
        var acquisition =
            new SteppedThread("acquisition", Acquire, _clock, Gateway.StepMs, AcquisitionSilenceMsMax);
        var uplink = new SteppedThread("uplink", Forward, _clock, UplinkStepMs, UplinkSilenceMsMax);
        acquisition.Start();
        uplink.Start();
        while (true)
        {
            Thread.Sleep(WatchMs);
            long nowMs = _clock.MonotonicMs;
            string failure = acquisition.FailureAt(nowMs) ?? uplink.FailureAt(nowMs);
            if (failure != null)
            {
                throw new InvalidOperationException(failure);
            }
        }
    }

    private void Acquire(long nowMs)
    {
        _gateway.Step(nowMs);
        _indicator.Step(_chain.PulseCounts);
        TestSelf(nowMs);
        if (_updates != null)
        {
            _updates.Step(_selfTest.ResultOf(SelfTestItem.Backend) == SelfTestResult.Passed, nowMs);
        }

        _console.Step(_gateway.Reading, _gateway.Alarms.HighestPriority, _uplink, _selfTest, nowMs);
        if (_gateway.IsRestartDue)
        {
            _gateway.Stop(nowMs);
            SelfRestart.Now();
        }
    }

    private void TestSelf(long nowMs)
    {
        if (_selfTest.IsFinished)
        {
            return;
        }

        _selfTest.Step(_gateway.Reading, nowMs);
        if (_selfTest.IsFinished)
        {
            _indicator.ShowSelfTest(_selfTest.HasPassed ? "passed" : "FAILED " + _selfTest.Failures());
        }
    }

    private void Forward(long nowMs)
    {
        _clock.Step();

        // The boot's number, which the uplink needs, is known once the store is open; the recorder opens it
        // as soon as flash allows.
        if (_uplink == null)
        {
            if (_link == null || !_recorder.IsOpen)
            {
                return;
            }

            _uplink = new UplinkLoop(_link, _store, _signer, _device, _store.BootId);
            _uplink.Commands = _commands.Inbox;
            _uplink.Keys = _keys;
            _uplink.Certificates = _certificates;
            _telemetry.Introduce(_uplink, nowMs);
        }

        _telemetry.Serve(_uplink, nowMs);
        _uplink.Step(nowMs);
        if (!_selfTest.IsFinished)
        {
            _selfTest.NoteUplink(_uplink, _wifi.IsUp);
        }

        if (_uplink.State == LinkState.Up)
        {
            SystemClock.StartSynchronising();
        }
    }

    private ILink MakeLink(
        GatewayConfiguration configuration, IStorage storage, int certificateEndDay,
        out CertificateRenewal certificates)
    {
        certificates = null;
        string authority = Identity.ReadText(Identity.AuthorityName);
        string certificate = Identity.ReadText(Identity.CertificateName);
        string key = Identity.ReadText(Identity.KeyName);
        if (authority == null || certificate == null || key == null)
        {
            _note = "a certificate or its key is missing: provision this unit anew";
            return null;
        }

        // Other provisioned files, other number: what came over the air before them no longer counts.
        uint mark = Crc32.HashToUInt32(Encoding.UTF8.GetBytes(authority + certificate));
        certificates = new CertificateRenewal(storage, mark, certificateEndDay);
        string prefix = "pg/1/" + _device + "/";
        return new M2MqttLink(
            _wifi, configuration.BrokerHost, configuration.BrokerPort, _device,
            new CertificateSource(authority, certificate, key, certificates),
            new string[] { prefix + "ack", prefix + "cmd" }, configuration.IsMqtt311);
    }

    private I2cDevice OpenDevice(int address)
        => I2cDevice.Create(new I2cConnectionSettings(_busId, address, I2cBusSpeed.FastMode));

    private ITemperatureProbe MakeProbe(string sensor)
    {
        if (sensor == "tmp117")
        {
            return new Tmp117Probe(new Tmp117(OpenDevice(Tmp117.DefaultI2cAddress)));
        }

        return sensor == "max30205"
            ? new Max30205Probe(new Max30205(OpenDevice(Max30205.DefaultI2cAddress))) : null;
    }

    // A settings file that is refused leaves the defaults, whose alarm limits are safe; the unit says so at
    // every start.
    private GatewayConfiguration ReadConfiguration(int commitIntervalSeconds)
    {
        string text = Identity.ReadText(Identity.ConfigurationName);
        if (text == null)
        {
            return new GatewayConfiguration { CommitIntervalSeconds = commitIntervalSeconds };
        }

        if (new ConfigurationReader(commitIntervalSeconds).TryRead(
            text, out GatewayConfiguration configuration, out string error))
        {
            return configuration;
        }

        _note = "configuration.json: " + error;
        return new GatewayConfiguration { CommitIntervalSeconds = commitIntervalSeconds };
    }
}
