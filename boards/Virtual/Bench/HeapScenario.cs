// The whole firmware as it lies in memory after a few minutes of work: what holds all of its objects.

using Pulsegate.Configuration;
using Pulsegate.Diagnostics;
using Pulsegate.Platform;
using Pulsegate.Renewal;
using Pulsegate.Store;
using Pulsegate.Uplink;
using Pulsegate.Virtual.Platform;
using Pulsegate.Virtual.Ppg;
using Pulsegate.Virtual.Replay;

namespace Pulsegate.Virtual.Bench;

/// <summary>Makes the firmware's objects, for their sizes to be counted.</summary>
public static class HeapScenario
{
    private const string Device = "bench";
    private const int WorkSeconds = 180;   // three commits
    private const int CapacityBytes = 2 * 1024 * 1024;
    private const int StoredMinutes = 80 * 60;   // what a store of that size must keep at full resolution

    /// <summary>Gateway, uplink, renewal of keys and certificates, self-test and report of a unit with every
    /// sensor, at work for three minutes on a store of 2 MB with 80 hours in it; what they hold is the
    /// firmware's state. The board's own parts (link, clock, storage, signer) are reached, and are the
    /// board's.</summary>
    public static object[] Roots()
    {
        var key = new byte[32];
        var clock = new VirtualClock();
        var storage = new MemoryStorage(CapacityBytes);
        StoreScenario.Fill(storage, new HmacSigner(1, key, key), Device, 1, StoredMinutes);
        var keys =
            new KeyRenewal(storage, new HmacSignerMaker(), Device, new KeySet(1, key, key, key), 0, null);
        var certificates = new CertificateRenewal(storage, 1, 30_000);
        using var unit = new VirtualUnit(new VirtualUnitParts(
            Device, 1, clock, storage, keys, new NullIndicator(), new SyntheticPpgSource(1),
            new GatewayConfiguration(),
            Certificates: certificates));
        unit.Start(0);
        var uplink = new UplinkLoop(new NoLink(), unit.Store, keys, Device, unit.Store.BootId)
        {
            Commands = unit.Commands.Inbox, Keys = keys, Certificates = certificates,
        };
        unit.Telemetry.Introduce(uplink, 0);
        while (clock.MonotonicMs < WorkSeconds * 1000L)
        {
            clock.Advance(Gateway.StepMs);
            unit.Step(clock.MonotonicMs);
            unit.Telemetry.Serve(uplink, clock.MonotonicMs);
            uplink.Step(clock.MonotonicMs);
        }

        return
        [
            unit.Gateway, uplink, new SelfTest(unit.Store, unit.Recorder, clock),
            new UnitReport(Recorder.FirmwareVersion, "", Device, unit.Store, unit.Counters),
        ];
    }

    /// <summary>Types of the firmware and the drivers: not the emulated chips, nor what a board may leave
    /// out.</summary>
    public static IEnumerable<Type> Types() => typeof(Gateway).Assembly.GetTypes().Where(type =>
        type.Namespace is { } name && (name.StartsWith("Pulsegate", StringComparison.Ordinal)
            || name.StartsWith("Iot.Device.", StringComparison.Ordinal))
        && !name.Contains("Emulat", StringComparison.Ordinal)
        && !name.StartsWith("Pulsegate.Display", StringComparison.Ordinal)
        && !name.StartsWith("Pulsegate.Signing", StringComparison.Ordinal)
        && !name.StartsWith("Iot.Device.Ili9341", StringComparison.Ordinal));

    // Never connects: what waits for the backend lies in flash.
    private sealed class NoLink : ILink
    {
        public LinkState State => LinkState.Down;

        public string LastError => "";

        public bool TryConnect(string willTopic, byte[] willPayload) => false;

        public void Disconnect(bool clean)
        {
        }

        public int TryPublish(string topic, byte[] payload, int qualityOfService, bool retain) => 0;

        public bool TryTakeCompletion(LinkCompletion completion) => false;

        public bool TryTakeMessage(LinkMessage message) => false;
    }
}
