// Goal: whoever runs the backend learns that a unit's certificate ends soon. Method: health messages of a
// real unit with a known end, into a real ingest's watch, at known days.

using Pulsegate.Ingest;
using Pulsegate.Ingest.Format;
using Pulsegate.Ingest.Storage;
using Pulsegate.Platform;
using Pulsegate.Renewal;
using Pulsegate.Tests.Batch;
using Pulsegate.Tests.Commands;
using Pulsegate.Virtual.Platform;

namespace Pulsegate.Tests.Ingest;

[TestClass]
public sealed class CertificateWatchTests
{
    private const long DayMs = 86_400_000;
    private const int Today = (int)(CommandFixture.UtcMs / DayMs);

    [TestMethod]
    [DataRow(31, false, 0)]
    [DataRow(30, false, 0)]
    [DataRow(29, true, 1)]
    [DataRow(0, true, 1)]
    [DataRow(-3, true, 1)]
    public void ACertificateThatEndsWithin30Days_IsInTheHealthMessage_AndToldOnceADay(
        int days, bool isSoon, int toldCount)
    {
        using var unit = new CommandFixture();
        unit.Clock.Quality = TimeQuality.Synced;
        unit.Unit.Telemetry.Certificates = new CertificateRenewal(new MemoryStorage(), 0, Today + days);
        VerifiedRecord health = Health(unit);
        Assert.AreEqual((long)(Today + days), health.Fields["certificateEndDay"]);
        Assert.AreEqual(isSoon ? 1L : 0L, health.Fields["certificateEndsSoon"]);

        var told = new List<string>();
        var watch = new CertificateWatch(new FixedTime(), told.Add);
        for (int i = 0; i < 5; i++)
        {
            var group = new CommitGroup();
            group.States.Add(new ReceivedState("health", health, CommandFixture.UtcMs));
            watch.Look(group);
        }

        Assert.AreEqual(toldCount, told.Count);
        Assert.IsTrue(told.All(line => line.Contains(TestKeys.Device) && line.Contains("provision renew")),
            string.Join('|', told));
    }

    [TestMethod]
    public void AnEndThatIsNotKnown_AndAClockThatIsNotSet_SayNothing()
    {
        using var unit = new CommandFixture();
        Assert.AreEqual(0L, Health(unit).Fields["certificateEndDay"]);
        unit.Unit.Telemetry.Certificates = new CertificateRenewal(new MemoryStorage(), 0, Today);
        unit.Clock.Quality = TimeQuality.Unsynced;
        Assert.AreEqual(0L, Health(unit).Fields["certificateEndsSoon"]);
    }

    private static VerifiedRecord Health(CommandFixture unit)
    {
        unit.Unit.Telemetry.RequestHealth();
        byte[] text = unit.Unit.Telemetry.TakeHealth(1);
        Assert.IsTrue(
            new BatchVerifier(unit.Keys)
                .TryVerify(text, TestKeys.Device, "health", out VerifiedRecord? health, out string reason),
            reason);
        return health!;
    }

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow()
            => DateTimeOffset.FromUnixTimeMilliseconds(CommandFixture.UtcMs);
    }
}
