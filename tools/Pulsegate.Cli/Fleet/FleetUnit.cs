// One unit of a fleet: emulated chips, drivers and firmware as they stand, a real connection; its two loops are
// stepped by threads that all units of a process share.

using Pulsegate.Configuration;
using Pulsegate.Platform;
using Pulsegate.Uplink;
using Pulsegate.Virtual;
using Pulsegate.Virtual.Link;
using Pulsegate.Virtual.Platform;
using Pulsegate.Virtual.Ppg;
using Pulsegate.Virtual.Replay;

namespace Pulsegate.Cli.Fleet;

/// <summary>One unit. <see cref="Acquire"/> is for one thread, <see cref="Forward"/> for another.</summary>
internal sealed class FleetUnit : IDisposable
{
    private const int CommitIntervalSeconds = 10;
    private const int OutageCount = 2;
    private const double OutageShareMax = 0.1;   // of the run, each
    private readonly HostClock _clock = new();
    private readonly UnitFolder _folder;
    private readonly MosquittoLink _link;
    private readonly VirtualUnit _unit;
    private readonly UplinkLoop _uplink;
    private readonly long _startMs;

    /// <summary>Wires it. Not for several threads at a time: units share the numbers of emulated buses.</summary>
    /// <param name="folder">The provisioned unit.</param>
    /// <param name="port">Port of the broker on 127.0.0.1.</param>
    /// <param name="seed">Of its finger and its outages.</param>
    /// <param name="startMs">When it is switched on.</param>
    /// <param name="runMs">How long the run takes.</param>
    public FleetUnit(string folder, int port, int seed, long startMs, long runMs)
    {
        _folder = new UnitFolder(folder);
        _startMs = startMs;
        var random = new Random(seed);
        var configuration = new GatewayConfiguration
        {
            BrokerHost = "127.0.0.1", BrokerPort = port, CommitIntervalSeconds = CommitIntervalSeconds,
        };
        _link = _folder.CreateLink(configuration);
        var outages = new (long, long)[OutageCount];
        for (int i = 0; i < OutageCount; i++)
        {
            long fromMs = random.NextInt64(startMs, Math.Max(startMs + 1, runMs * 8 / 10));
            outages[i] = (fromMs, fromMs + (long)(random.NextDouble() * OutageShareMax * runMs));
        }

        var light = new SyntheticPpgSource(seed) { PulseRate = random.Next(55, 110), SpO2 = random.Next(93, 100) };
        _unit = new VirtualUnit(new VirtualUnitParts(
            _folder.Identity.Device, _folder.Identity.EpochUpper, _clock, new MemoryStorage(), _folder.Signer,
            new NullIndicator(), light, configuration));
        _unit.Start(_clock.MonotonicMs);
        _uplink = new UplinkLoop(
            new OutageLink(_link, outages, _clock), _unit.Store, _folder.Signer, _folder.Identity.Device,
            _unit.Store.BootId)
        {
            Commands = _unit.Commands.Inbox, Keys = _unit.Commands.Keys, Certificates = _unit.Commands.Certificates,
        };
        _unit.Telemetry.Introduce(_uplink, _clock.MonotonicMs);
    }

    /// <summary>Device id.</summary>
    public string Device => _folder.Identity.Device;

    /// <summary>True while connected.</summary>
    public bool IsConnected => _uplink.State == LinkState.Up;

    /// <summary>True when everything sealed has been acknowledged.</summary>
    public bool IsDrained => _uplink.IsDrained;

    /// <summary>Where its readings are. Between two steps of <see cref="Acquire"/>.</summary>
    public ReadingBalance Balance => ReadingBalance.Of(_unit);

    /// <summary>One step of the acquisition loop.</summary>
    public void Acquire()
    {
        long nowMs = _clock.MonotonicMs;
        if (nowMs >= _startMs)
        {
            _unit.Step(nowMs);
        }
    }

    /// <summary>One step of the uplink.</summary>
    public void Forward()
    {
        long nowMs = _clock.MonotonicMs;
        if (nowMs >= _startMs)
        {
            _unit.Telemetry.Serve(_uplink, nowMs);
            _uplink.Step(nowMs);
        }
    }

    /// <summary>Ends acquisition: seals what is in RAM. <see cref="Forward"/> goes on until it is
    /// drained.</summary>
    public void EndAcquisition()
    {
        _unit.Gateway.Stop(_clock.MonotonicMs);
        _uplink.BeginStop();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _uplink.Close(_unit.Telemetry.MakeStatus(false, _clock.MonotonicMs));
        _link.Dispose();
        _unit.Dispose();
    }
}
