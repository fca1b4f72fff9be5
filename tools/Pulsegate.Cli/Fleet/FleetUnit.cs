// One unit of a fleet: emulated chips, drivers and firmware as they stand, a real connection; its two loops
// are stepped by threads that all units of a process share.

using Pulsegate.Configuration;
using Pulsegate.Diagnostics;
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
    private const int OutageCount = 2;
    private const double OutageShareMax = 0.1;   // of the run, each
    private readonly HostClock _clock = new();
    private readonly UnitFolder _folder;
    private readonly MosquittoLink _link;
    private readonly VirtualUnit _unit;
    private readonly (long FromMs, long ToMs)[] _outages = new (long, long)[OutageCount];
    private readonly long _startMs;
    private volatile UplinkLoop? _uplink;   // null until it is switched on
    private long _beginMs;
    private long _endMs;

    /// <summary>Wires it. Not for several threads at a time: units share the numbers of emulated
    /// buses.</summary>
    /// <param name="plan">Of the part that it belongs to.</param>
    /// <param name="index">Which of them it is, from 0.</param>
    /// <param name="finger">What lies on its sensor.</param>
    public FleetUnit(FleetPlan plan, int index, RepeatedPpgSource.Stretch finger)
    {
        _folder = new UnitFolder(Path.Combine(plan.Folder, FleetSite.NameOf(plan.First + index)));
        _startMs = plan.StartMs(index);
        long runMs = plan.Seconds * 1000L;
        var random = new Random(unchecked((plan.Seed * 7919) + plan.First + index));
        var configuration = new GatewayConfiguration
        {
            BrokerHost = "127.0.0.1", BrokerPort = plan.Port, CommitIntervalSeconds = plan.CommitSeconds,
            IsLiveEnabled = plan.IsLive,
        };
        _link = _folder.CreateLink(configuration);
        for (int i = 0; i < OutageCount; i++)
        {
            long fromMs = random.NextInt64(_startMs, Math.Max(_startMs + 1, runMs * 8 / 10));
            _outages[i] = (fromMs, fromMs + (long)(random.NextDouble() * OutageShareMax * runMs));
        }

        var light = new RepeatedPpgSource(finger, random.NextInt64(finger.LengthMicroseconds));
        _unit = new VirtualUnit(new VirtualUnitParts(
            _folder.Identity.Device, _folder.Identity.EpochUpper, _clock, new MemoryStorage(), _folder.Signer,
            new NullIndicator(), light, configuration));
    }

    /// <summary>Device id.</summary>
    public string Device => _folder.Identity.Device;

    /// <summary>True while connected.</summary>
    public bool IsConnected => _uplink?.State == LinkState.Up;

    /// <summary>True when everything sealed has been acknowledged.</summary>
    public bool IsDrained => _uplink is { IsDrained: true };

    /// <summary>Where its readings are. Between two steps of <see cref="Acquire"/>.</summary>
    public ReadingBalance Balance => ReadingBalance.Of(_unit);

    /// <summary>How well it kept its time. After <see cref="EndAcquisition"/>.</summary>
    public FleetPace Pace => new(
        (_endMs / Gateway.ReadingMs) - (_beginMs / Gateway.ReadingMs), _unit.Counters.Get(Counter.Readings),
        _unit.Counters.Get(Counter.LateSteps), _unit.Counters.Get(Counter.LongestStepGapMs),
        _unit.Counters.Get(Counter.LostSamples));

    /// <summary>One step of the acquisition loop.</summary>
    public void Acquire()
    {
        long nowMs = _clock.MonotonicMs;
        if (nowMs >= _startMs)
        {
            SwitchOn(nowMs);
            _unit.Step(nowMs);
        }
    }

    /// <summary>One step of the uplink.</summary>
    public void Forward()
    {
        long nowMs = _clock.MonotonicMs;
        if (_uplink is { } uplink)
        {
            _unit.Telemetry.Serve(uplink, nowMs);
            uplink.Step(nowMs);
        }
    }

    /// <summary>Ends acquisition: seals what is in RAM. <see cref="Forward"/> goes on until it is
    /// drained.</summary>
    public void EndAcquisition()
    {
        long nowMs = _clock.MonotonicMs;
        _endMs = nowMs;
        SwitchOn(nowMs);
        _unit.Gateway.Stop(nowMs);
        _uplink!.BeginStop();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _uplink?.Close(_unit.Telemetry.MakeStatus(false, _clock.MonotonicMs));
        _link.Dispose();
        _unit.Dispose();
    }

    private void SwitchOn(long nowMs)
    {
        if (_uplink is not null)
        {
            return;
        }

        _beginMs = nowMs;
        _unit.Start(nowMs);
        var uplink = new UplinkLoop(
            new OutageLink(_link, _outages, _clock), _unit.Store, _folder.Signer, _folder.Identity.Device,
            _unit.Store.BootId)
        {
            Commands = _unit.Commands.Inbox, Keys = _unit.Commands.Keys,
                Certificates = _unit.Commands.Certificates,
        };
        _unit.Telemetry.Introduce(uplink, nowMs);
        _uplink = uplink;
    }
}
