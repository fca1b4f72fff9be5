// Goal: telemetry never holds the acquisition loop up, and signs nothing that cannot be sent. Method: a clock
// and a signer that note a reading from another thread at the moment they are used; a link that is down.

using Pulsegate.Alarms;
using Pulsegate.Batch;
using Pulsegate.Configuration;
using Pulsegate.Diagnostics;
using Pulsegate.Ingest.Format;
using Pulsegate.Platform;
using Pulsegate.Store;
using Pulsegate.Tests.Batch;
using Pulsegate.Tests.Uplink;
using Pulsegate.Uplink;
using Pulsegate.Virtual.Platform;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Diagnostics;

[TestClass]
public sealed class TelemetryTests
{
    private const string Device = TestKeys.Device;
    private readonly HookedClock _clock = new();
    private readonly CountingSigner _signer = new();
    private readonly AlarmEngine _alarms = new(new AlarmLimits(), new AlarmChanges());
    private readonly SegmentStore _store;
    private readonly Telemetry _telemetry;
    private long _notedMs;

    public TelemetryTests()
    {
        _store = new SegmentStore(new MemoryStorage(), _signer, Device, 60);
        Assert.IsTrue(_store.TryOpen(7));
        _telemetry =
            new Telemetry(Device, _clock, _signer, _store, new Counters(), new GatewayConfiguration());
    }

    [TestMethod]
    public void AReadingNotedWhileALiveMessageIsMade_DoesNotWait_AndIsInTheNextOne()
    {
        Note(3);
        int hookCount = 0;
        _clock.OnQuality = _signer.OnSign = () =>
        {
            hookCount++;
            var noting = new Thread(() => Note(1));
            noting.Start();
            Assert.IsTrue(noting.Join(TimeSpan.FromSeconds(60)), "waited for the uplink's thread");
        };
        byte[] first = _telemetry.TakeLive(5000);
        _clock.OnQuality = _signer.OnSign = null;

        Assert.IsGreaterThanOrEqualTo(2, hookCount, "while encoding and while signing");
        CollectionAssert.AreEqual(new long[] { 1000, 2000, 3000 }, TimesOf(first));
        CollectionAssert.AreEqual(
            Enumerable.Range(4, hookCount).Select(second => second * 1000L).ToArray(),
            TimesOf(_telemetry.TakeLive(10_000)));
    }

    [TestMethod]
    public void WithoutAConnection_NothingIsSigned_AndWithOne_TheNewestGoes()
    {
        var link = new FakeLink { OnConnect = FakeConnect.FailLater };
        var uplink = new UplinkLoop(link, _store, _signer, Device, _store.BootId);
        int before = _signer.Count;
        for (int second = 0; second < 300; second++)
        {
            Note(1);
            Step(uplink);
        }

        Assert.AreEqual(before, _signer.Count);

        link.OnConnect = FakeConnect.Accept;
        for (int second = 0; second < 600 && link.Published.Count == 0; second++)
        {
            Note(1);
            Step(uplink);
        }

        Note(1);
        Step(uplink);
        byte[] live = link.Published.Last(p => p.Topic.EndsWith("/live", StringComparison.Ordinal)).Payload;
        Assert.IsGreaterThan(_notedMs - 3000, TimesOf(live)[^1]);
    }

    private void Step(UplinkLoop uplink)
    {
        _clock.MonotonicMs = _notedMs;
        _telemetry.Serve(uplink, _notedMs);
        uplink.Step(_notedMs);
    }

    private void Note(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _notedMs += 1000;
            _telemetry.NoteReading(new Reading { MonotonicMs = _notedMs }, _alarms);
        }
    }

    private static long[] TimesOf(byte[] live)
    {
        Assert.IsTrue(
            new BatchVerifier(new TestKeys())
                .TryVerify(live, Device, "live", out VerifiedRecord? record, out string reason),
            reason);
        return [.. record!.Readings!.Select(reading => reading.MonotonicMs)];
    }

    private sealed class HookedClock : IClock
    {
        public Action? OnQuality { get; set; }

        public long MonotonicMs { get; set; }

        public long UtcMs => 0;

        public TimeQuality Quality
        {
            get
            {
                OnQuality?.Invoke();
                return TimeQuality.Unsynced;
            }
        }
    }

    private sealed class CountingSigner : ISigner
    {
        private readonly TestKeys _keys = new();

        public Action? OnSign { get; set; }

        public int Count { get; private set; }

        public byte KeyVersion => _keys.KeyVersion;

        public bool TrySign(byte[] message, int length, byte[] mac, int macOffset)
        {
            Count++;
            OnSign?.Invoke();
            return _keys.TrySign(message, length, mac, macOffset);
        }

        public bool TrySignWith(byte keyVersion, byte[] message, int length, byte[] mac, int macOffset)
        {
            Count++;
            OnSign?.Invoke();
            return _keys.TrySignWith(keyVersion, message, length, mac, macOffset);
        }

        public bool VerifyDown(byte keyVersion, byte[] message, int length, byte[] mac, int macOffset)
            => _keys.VerifyDown(keyVersion, message, length, mac, macOffset);

        public bool IsEs256(byte keyVersion) => false;

        public bool TrySignEs256(
            byte keyVersion, byte[] message, int length, byte[] signature, int signatureOffset)
            => false;
    }
}
