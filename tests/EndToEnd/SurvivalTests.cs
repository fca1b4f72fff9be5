// Goal: whatever is killed, every produced sequence is in the database exactly once; method: broker, ingest
// and gateway as real processes on real TLS, killed with SIGKILL one after the other and started again.

namespace Pulsegate.Tests.EndToEnd;

[TestClass]
public class SurvivalTests
{
    private const string VitalsCount = "select count(*) from record where kind = 1";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(180);

    [TestMethod]
    public void BrokerThenIngestThenGatewayKilled_EverySequenceIsCommittedExactlyOnce()
    {
        using var site = new SmallSite();
        CommandProcess ingest = site.StartIngest();
        CommandProcess gateway = site.StartGateway();
        try
        {
            long count = site.WaitUntilAbove(VitalsCount, 0, Limit);

            site.KillAndRestartBroker();
            count = site.WaitUntilAbove(VitalsCount, count, Limit);

            ingest.Kill();
            ingest.Dispose();
            ingest = site.StartIngest();
            count = site.WaitUntilAbove(VitalsCount, count, Limit);

            gateway.Kill();
            gateway.Dispose();
            gateway = site.StartGateway();
            site.WaitUntilAbove(VitalsCount, count + 1, Limit);

            Assert.AreEqual(0, gateway.Terminate(Limit), gateway.Output + gateway.Error);
            StringAssert.Contains(
                gateway.Output, " 0 stored + 0 in RAM", "everything sealed was acknowledged");
            Assert.AreEqual(0, ingest.Terminate(Limit), ingest.Output + ingest.Error);
        }
        finally
        {
            gateway.Dispose();
            ingest.Dispose();
        }

        long last = site.Query("select max(sequence) from record");
        Assert.IsTrue(last >= 6, $"only {last} sequences");
        Assert.AreEqual(
            1, site.Query("select count(distinct epoch) from record"), "the store survived the kill");
        Assert.AreEqual(last, site.Query("select count(*) from record"));
        Assert.AreEqual(last, site.Query("select count(distinct sequence) from record"));
        Assert.AreEqual(2, site.Query("select count(distinct boot_id) from record"));
        Assert.AreEqual(0, site.Query("select count(*) from quarantine"));
        Assert.AreEqual(0, site.Query("select sum(chain_breaks) from device_state"));

        // What the kill took from RAM is declared: the second boot's record names the last sequence sealed
        // before it.
        Assert.AreEqual(
            1,
            site.Query("select count(*) from record where kind = 3 and boot_id = 2 and fields ->> "
                + "'lastSealed' = sequence - 1"));
    }
}
