// Goal: a session begins with its birth and ends as it should. Method: virtual time, fake link, real store.

using Pulsegate.Platform;
using Pulsegate.Uplink;

namespace Pulsegate.Tests.Uplink;

[TestClass]
public sealed class UplinkSessionTests
{
    private readonly UplinkBench _bench = new();

    private UplinkLoop Uplink => _bench.Uplink;

    private FakeLink Link => _bench.Link;

    [TestMethod]
    public void BirthWillHealthAndLive_GoWhereTheyBelong_TheNewestWins()
    {
        Uplink.SetBirth(UplinkBench.Bytes("birth"));
        Uplink.SetWill(UplinkBench.Bytes("will"));
        Uplink.OfferHealth(UplinkBench.Bytes("old health"));
        Uplink.OfferHealth(UplinkBench.Bytes("health"));
        Uplink.OfferLive(UplinkBench.Bytes("before the connection"));
        _bench.Connect();
        Uplink.OfferLive(UplinkBench.Bytes("live"));
        Uplink.SetBirth(UplinkBench.Bytes("born again"));
        _bench.Run(200);
        Uplink.Close(UplinkBench.Bytes("farewell"));
        string prefix = "pg/1/" + UplinkBench.Device + "/";
        CollectionAssert.AreEqual(
            new[]
            {
                "status birth 1 True", "health health 1 True", "status born again 1 True",
                "live live 0 False", "status farewell 1 True",
            },
            Link.Published
                .Select(p => $"{p.Topic[prefix.Length..]} {p.Text} {p.QualityOfService} {p.Retain}")
                .ToArray());
        CollectionAssert.AreEqual(new[] { (prefix + "status", "will") }, Link.Wills);
        Assert.AreEqual(1, Link.CleanDisconnectCount);
    }

    [TestMethod]
    public void CleanStop_IsDrainedWhenTheLastRecordIsAcknowledged()
    {
        _bench.Seal(20);
        _bench.Connect();
        long last = _bench.Seal();
        Uplink.BeginStop();
        _bench.Run(1000);
        Assert.IsFalse(Uplink.IsDrained);
        _bench.Drain(60_000);
        _bench.Run(100);
        Assert.IsTrue(Uplink.IsDrained);
        Assert.AreEqual(last, Uplink.Committed);
        Uplink.Close(null);
        _bench.Run(600_000);
        Assert.AreEqual(LinkState.Down, Uplink.State, "closed for good");
    }
}
