// Goal: a clock that was set wrong is seen at the backend. Method: a unit in virtual time with a clock off by
// a known amount, genuine acknowledgements, and the health message as the backend decodes it.

using Pulsegate.Batch;
using Pulsegate.Ingest.Format;
using Pulsegate.Platform;
using Pulsegate.Tests.Batch;
using Pulsegate.Tests.Commands;
using Pulsegate.Tests.Uplink;
using Pulsegate.Uplink;

namespace Pulsegate.Tests.Trust;

[TestClass]
public sealed class BackendTimeTests
{
    private const string Device = TestKeys.Device;

    [TestMethod]
    [DataRow(0)]
    [DataRow(7_200_000)]
    [DataRow(-7_200_000)]
    public void AClockThatIsWrong_ShowsInTheHealthMessage(int offsetMs)
    {
        using var unit = new CommandFixture();
        unit.Clock.Quality = TimeQuality.Synced;
        unit.Clock.UtcOffsetMs = offsetMs;
        Assert.AreEqual(offsetMs, OffsetAfter(unit, [1]));
    }

    [TestMethod]
    public void AClockThatIsNotSet_SaysNothing()
    {
        using var unit = new CommandFixture();
        unit.Clock.Quality = TimeQuality.Unsynced;
        unit.Clock.UtcOffsetMs = 5_000_000;
        Assert.AreEqual(0, OffsetAfter(unit, [1]));
    }

    [TestMethod]
    public void ARepeatedAcknowledgement_DoesNotMakeTheClockLookAhead()
    {
        using var unit = new CommandFixture();
        unit.Clock.Quality = TimeQuality.Synced;
        Assert.AreEqual(0, OffsetAfter(unit, [1, 1, 1, 1]));
    }

    // Every acknowledgement but the first is the first one again, a minute later each.
    private static long OffsetAfter(CommandFixture unit, long[] cumulatives)
    {
        var link = new FakeLink();
        var uplink = new UplinkLoop(link, unit.Unit.Store, unit.Keys, Device, unit.BootId);
        void Step()
        {
            unit.Clock.MonotonicMs += 100;
            unit.Unit.Telemetry.Serve(uplink, unit.Clock.MonotonicMs);
            uplink.Step(unit.Clock.MonotonicMs);
        }

        for (int i = 0; i < 100 && uplink.State != LinkState.Up; i++)
        {
            Step();
        }

        // when the second Step from here looks
        long utcMs = CommandFixture.UtcMs + unit.Clock.MonotonicMs + 200;
        foreach (long cumulative in cumulatives)
        {
            link.Deliver($"pg/1/{Device}/ack", AcknowledgementWriter.Write(
                Device, 1, TestKeys.DownKey(1), (ulong)unit.Unit.Store.Epoch, cumulative, [], 1, utcMs));
            Step();
            Step();
            unit.Clock.MonotonicMs += 60_000;
        }

        unit.Unit.Telemetry.RequestHealth();
        byte[] health = unit.Unit.Telemetry.TakeHealth(unit.Clock.MonotonicMs);
        Assert.IsTrue(
            new BatchVerifier(unit.Keys)
                .TryVerify(health, Device, "health", out VerifiedRecord? record, out string reason),
            reason);
        Assert.AreEqual(unit.Unit.Telemetry.ClockOffsetMs, Convert.ToInt64(record!.Fields["clockOffsetMs"]));
        return unit.Unit.Telemetry.ClockOffsetMs;
    }
}
