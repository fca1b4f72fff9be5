// Goal: a signature that takes a second on a device holds nothing up and is the same at every attempt.
// Method: the real uplink and store with an ES256 key, a fake link that is full, silent or cut off, and the
// signatures counted.

using Pulsegate.Batch;
using Pulsegate.Uplink;

namespace Pulsegate.Tests.Uplink;

[TestClass]
public sealed class UplinkEs256Tests
{
    private const int StepMs = 100;

    [TestMethod]
    public void ABacklog_GoesOneSignatureAStep_AndVerifies()
    {
        var bench = new UplinkBench(isEs256: true);
        bench.Seal(20);
        bench.Connect();
        bench.Acknowledge(0, 20);
        int before = bench.Keys.SignatureCount;
        List<long> sent = bench.Sequences();
        for (int step = 0; step < 3; step++)
        {
            bench.Run(StepMs);
            Assert.AreEqual(before + step + 1, bench.Keys.SignatureCount);
            sent.AddRange(bench.Sequences());
        }

        Assert.AreEqual(sent.Count, sent.Distinct().Count());
        sent.AddRange(bench.Drain(30_000));
        CollectionAssert.AreEquivalent(
            Enumerable.Range(1, 20).Select(i => (long)i).ToArray(), sent.Distinct().ToArray());
        Assert.AreEqual(UplinkLoop.SignaturePerStepMax, 1);
    }

    [TestMethod]
    public void AnAlarm_IsTheNextThatIsSigned_WhileABacklogDrains()
    {
        var bench = new UplinkBench(isEs256: true);
        bench.Seal(20);
        bench.Connect();
        bench.Acknowledge(0, 20);
        bench.Sequences();
        long alarm = bench.Seal(1, RecordKind.Alarm);
        bench.Run(StepMs);
        CollectionAssert.AreEqual(new[] { alarm }, bench.Sequences());
    }

    [TestMethod]
    public void ARecordSentAgain_IsTheSameBytes()
    {
        var bench = new UplinkBench(isEs256: true);
        bench.Seal();
        bench.Connect();
        bench.Run(UplinkLoop.AckTimeoutMs + 1000);
        bench.Link.Drop();
        bench.Run(60_000);
        byte[][] sent = [.. bench.Link.Published.Where(publish => publish.Topic.EndsWith("/event"))
            .Select(publish => publish.Payload)];
        Assert.IsGreaterThan(2, sent.Length);
        Assert.IsTrue(sent.All(text => text.SequenceEqual(sent[0])));
    }

    [TestMethod]
    public void AFullLink_CostsOneSignature_HoweverLongItIsFull()
    {
        var bench = new UplinkBench(isEs256: true);
        // a PUBACK stays due, so that the link counts as full and not as refusing
        bench.Link.OnPublish = _ => null;
        bench.Connect();
        bench.Seal();
        bench.Run(StepMs);
        bench.Link.Refuses = _ => true;
        int before = bench.Keys.SignatureCount;
        bench.Seal(2);
        bench.Seal(1, RecordKind.Alarm);
        bench.Run(5000);
        Assert.AreEqual(before + 1, bench.Keys.SignatureCount);
        bench.Link.Refuses = _ => false;
        bench.Run(1000);
        Assert.AreEqual(before + 3, bench.Keys.SignatureCount);
    }

    [TestMethod]
    public void WithoutASignature_NothingIsSent_AndNothingIsLost()
    {
        var bench = new UplinkBench(isEs256: true);
        bench.Seal();
        bench.Keys.IsEs256Broken = true;
        bench.Connect();
        bench.Run(5000);
        Assert.IsEmpty(bench.Sequences());
        bench.Keys.IsEs256Broken = false;
        bench.Run(1000);
        CollectionAssert.AreEqual(new long[] { 1 }, bench.Sequences());
    }

    [TestMethod]
    public void Hs256_MakesNoSignature()
    {
        var bench = new UplinkBench();
        bench.Seal(20);
        bench.Connect();
        bench.Drain(30_000);
        Assert.AreEqual(0, bench.Keys.SignatureCount);
    }
}
