// Goal: a unit that signs with ES256 delivers like any other. Method: gateway and ingest as real processes
// over a real broker with TLS; the rows, their headers, and `decode` with the keyring of the site.

namespace Pulsegate.Tests.EndToEnd;

[TestClass]
public class Es256Tests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(180);

    [TestMethod]
    public void EveryRecord_IsCommitted_SignedWithEs256_AndChained()
    {
        using var site = new SmallSite(Pulsegate.Provisioning.SignatureAlgorithm.ES256);
        CommandProcess ingest = site.StartIngest();
        CommandProcess gateway = site.StartGateway();
        try
        {
            site.WaitUntilAbove("select count(*) from record where kind = 1", 1, Limit);
            gateway.Kill();
            gateway.Dispose();
            gateway = site.StartGateway();
            site.WaitUntilAbove("select count(*) from record where kind = 1 and boot_id = 2", 0, Limit);
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
        Assert.AreEqual(last, site.Query("select count(*) from record"));

        // base64url of {"alg":"ES256","
        Assert.AreEqual(last,
            site.Query("select count(*) from record where cast(jws as text) like 'eyJhbGciOiJFUzI1NiIs%'"));
        Assert.AreEqual(last, site.Query("select count(*) from record where length(mac) = 8"));
        Assert.AreEqual(0, site.Query("select count(*) from quarantine"));
        Assert.AreEqual(0, site.Query("select sum(chain_breaks) from device_state"));
    }
}
