// One virtual unit: emulated chips on an emulated bus, the drivers and the firmware as they stand. Wiring
// only, as Program.cs is on a device.

using System.Device.I2c;
using Iot.Device.Max30205.Emulator;
using Iot.Device.Max3010x;
using Iot.Device.Max3010x.Emulator;
using Iot.Device.Tmp117;
using Iot.Device.Tmp117.Emulator;
using Pulsegate.Commands;
using Pulsegate.Configuration;
using Pulsegate.Diagnostics;
using Pulsegate.Emulation;
using Pulsegate.Platform;
using Pulsegate.Renewal;
using Pulsegate.Signal;
using Pulsegate.Store;
using Pulsegate.Virtual.Display;
using Pulsegate.Vitals;

namespace Pulsegate.Virtual;

/// <summary>What a virtual unit is made of.</summary>
/// <param name="Device">Device id.</param>
/// <param name="EpochUpper">Upper half of the store epoch, from provisioning.</param>
/// <param name="Clock">Clock.</param>
/// <param name="Storage">Storage.</param>
/// <param name="Signer">Keys.</param>
/// <param name="Indicator">Light, sound, display.</param>
/// <param name="Light">What lies on the oximeter.</param>
/// <param name="Configuration">Settings.</param>
/// <param name="Vitals">Stands in for chips and signal chain; null for these themselves.</param>
/// <param name="Certificates">Certificates that can be renewed; null for none.</param>
public sealed record VirtualUnitParts(
    string Device, uint EpochUpper, IClock Clock, IStorage Storage, ISigner Signer, IIndicator Indicator,
    IPpgSource Light,
    GatewayConfiguration Configuration, IVitalsSource? Vitals = null,
    CertificateRenewal? Certificates = null);

/// <summary>A unit on this machine. Its loop is stepped by the owner, with the owner's clock.</summary>
public sealed class VirtualUnit : IDisposable
{
    private static int _lastBusId;
    private readonly EmulatedI2cBus _bus = new();
    private readonly Max3010x _oximeter;
    private readonly IDisposable? _thermometer;
    private readonly ITemperatureProbe? _probe;
    private readonly VirtualFace? _face;

    /// <summary>Wires a unit.</summary>
    public VirtualUnit(VirtualUnitParts parts)
    {
        GatewayConfiguration configuration = parts.Configuration;
        _face = parts.Indicator as VirtualFace;
        int busId = (Interlocked.Increment(ref _lastBusId) - 1) % EmulatedI2cBuses.BusIdMax + 1;
        EmulatedI2cBuses.Register(busId, _bus);
        OximeterChip =
            new Max30102Chip(parts.Light) { IsRedInfraredSwapped = configuration.IsRedInfraredSwapped };
        _bus.Attach(Max3010x.DefaultI2cAddress, OximeterChip);
        _oximeter = new Max3010x(
            I2cDevice.Create(new I2cConnectionSettings(busId, Max3010x.DefaultI2cAddress)),
            new Max3010xConfiguration { SwapChannels = configuration.IsRedInfraredSwapped });

        Counters = new Counters();
        Chain = new SignalChain();
        var vitals = new VitalsMonitor(Chain);
        vitals.Configure(configuration);
        _probe = AttachThermometer(busId, configuration.TemperatureSensor, out _thermometer);
        Store = new SegmentStore(
            parts.Storage, parts.Signer, parts.Device, configuration.CommitIntervalSeconds);
        Recorder = new Recorder(Store, parts.Clock, Counters, parts.EpochUpper);
        Telemetry = new Telemetry(parts.Device, parts.Clock, parts.Signer, Store, Counters, configuration);
        Commands = new CommandRunner(
            parts.Storage, configuration, Store, Recorder, Telemetry, parts.Indicator, parts.Clock)
        {
            Keys = parts.Signer as KeyRenewal, Certificates = parts.Certificates,
        };
        Telemetry.Certificates = parts.Certificates;
        OximeterFeed = new OximeterFeed(_oximeter, Chain, Counters);
        Gateway = new Gateway(
            parts.Vitals ?? new SensorVitals(
                OximeterFeed, vitals,
                new TemperatureFeed(_probe, configuration.IsTemperatureOfSkin, vitals, Counters)),
            parts.Indicator, Recorder, Telemetry, Counters, Commands, configuration);
    }

    /// <summary>The acquisition loop.</summary>
    public Gateway Gateway { get; }

    /// <summary>What drains the oximeter, for its light.</summary>
    public OximeterFeed OximeterFeed { get; }

    /// <summary>The signal chain, for its beats.</summary>
    public SignalChain Chain { get; }

    /// <summary>The store.</summary>
    public SegmentStore Store { get; }

    /// <summary>What puts records into it.</summary>
    public Recorder Recorder { get; }

    /// <summary>What goes up unstored.</summary>
    public Telemetry Telemetry { get; }

    /// <summary>What acts on the backend's commands.</summary>
    public CommandRunner Commands { get; }

    /// <summary>What happened, counted.</summary>
    public Counters Counters { get; }

    /// <summary>The emulated oximeter, with its knobs and faults.</summary>
    public Max30102Chip OximeterChip { get; }

    /// <summary>The emulated TMP117; null when another probe is fitted.</summary>
    public Tmp117Chip? Tmp117Chip { get; private set; }

    /// <summary>The emulated MAX30205; null when another probe is fitted.</summary>
    public Max30205Chip? Max30205Chip { get; private set; }

    /// <summary>The emulated bus, with the faults of its wires.</summary>
    public EmulatedI2cBus Bus => _bus;

    /// <summary>Unreleased readings that the store already held when the unit started.</summary>
    public long FoundInStore { get; private set; }

    /// <summary>Lets a self-test ask the sensors. Before <see cref="Start"/>.</summary>
    public void TestSensors(SelfTest test, long nowMs)
    {
        _bus.NowMicroseconds = nowMs * 1000;
        test.CheckSensors(_oximeter, _probe);
    }

    /// <summary>Shows on the unit's display how a self-test has ended.</summary>
    public void ShowSelfTest(SelfTest test) => _face?.ShowSelfTest(test);

    /// <summary>Begins.</summary>
    public void Start(long nowMs)
    {
        _bus.NowMicroseconds = nowMs * 1000;
        Gateway.Start(nowMs);
        FoundInStore = Store.StoredReadings;
    }

    /// <summary>One step of the acquisition loop, the emulated chips brought up to the same moment.</summary>
    public void Step(long nowMs)
    {
        _bus.NowMicroseconds = nowMs * 1000;
        Gateway.Step(nowMs);
        _face?.Step(Chain.PulseCounts);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _oximeter.Dispose();
        _thermometer?.Dispose();
    }

    private ITemperatureProbe? AttachThermometer(int busId, string sensor, out IDisposable? driver)
    {
        driver = null;
        switch (sensor)
        {
            case "tmp117":
                Tmp117Chip = new Tmp117Chip();
                _bus.Attach(Tmp117.DefaultI2cAddress, Tmp117Chip);
                var tmp117 =
                    new Tmp117(I2cDevice.Create(new I2cConnectionSettings(busId, Tmp117.DefaultI2cAddress)));
                driver = tmp117;
                return new Tmp117Probe(tmp117);
            case "max30205":
                Max30205Chip = new Max30205Chip();
                _bus.Attach(Iot.Device.Max30205.Max30205.DefaultI2cAddress, Max30205Chip);
                var max30205 = new Iot.Device.Max30205.Max30205(
                    I2cDevice.Create(
                        new I2cConnectionSettings(busId, Iot.Device.Max30205.Max30205.DefaultI2cAddress)));
                driver = max30205;
                return new Max30205Probe(max30205);
            default:
                return null;
        }
    }
}
