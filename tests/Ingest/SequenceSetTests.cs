// Goal: the bookkeeping of sequences is right in every order. Method: seeded random additions against a plain
// set.

using Microsoft.VisualStudio.TestTools.UnitTesting;
using Pulsegate.Ingest;
using Pulsegate.Ingest.Storage;

namespace Pulsegate.Tests.Ingest;

[TestClass]
public sealed class SequenceSetTests
{
    [TestMethod]
    public void RandomRanges_GiveWhatAPlainSetGives()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var set = new SequenceSet();
            var plain = new HashSet<long>();
            for (int step = 0; step < 60; step++)
            {
                long first = random.Next(1, 100);
                long last = first + random.Next(0, 5);
                int before = plain.Count;
                plain.UnionWith(Enumerable.Range((int)first, (int)(last - first + 1)).Select(n => (long)n));
                Assert.AreEqual(plain.Count - before, set.Add(first, last), $"seed {seed} step {step}");
                Check(set, plain, $"seed {seed} step {step}");
            }

            Check(SequenceSet.FromJson(set.Cumulative, set.ToJson()), plain, $"seed {seed}, read back");
        }
    }

    [TestMethod]
    public void ManyGaps_AreAcknowledgedInSeveralMessages_SoThatAllThatWasJustSentIsNamed()
    {
        var set = new SequenceSet();
        for (long sequence = 10; sequence <= 400; sequence += 10)
        {
            set.Add(sequence, sequence);
        }

        long[] justSent = [400, 20, 390, 30, 380, 40, 370, 50, 360, 60];
        List<(long First, long Last)[]> chunks = [.. Acknowledging.ChooseRanges(set, justSent)];

        Assert.IsTrue(chunks.All(chunk => chunk.Length <= 8));
        CollectionAssert.AreEqual(
            justSent.Order().ToArray(),
            chunks.SelectMany(chunk => chunk).Select(range => range.First).ToArray());
    }

    [TestMethod]
    public void WithoutGaps_OneAcknowledgementWithoutRangesIsDue()
    {
        var set = new SequenceSet();
        set.Add(1, 5);
        Assert.AreEqual(0, Acknowledging.ChooseRanges(set, [3, 5]).Single().Length);
    }

    [TestMethod]
    public void Credits_ShrinkWithTheFreeRoomAndTheNumberOfDevices()
    {
        Assert.AreEqual(Acknowledging.CreditsMax, Acknowledging.Credits(4096, 1));
        Assert.AreEqual(2, Acknowledging.Credits(4096, 1000));
        Assert.AreEqual(0, Acknowledging.Credits(0, 1));
        Assert.AreEqual(Acknowledging.CreditsMax, Acknowledging.Credits(4096, 0));
    }

    private static void Check(SequenceSet set, HashSet<long> plain, string what)
    {
        for (long sequence = 1; sequence <= 110; sequence++)
        {
            Assert.AreEqual(plain.Contains(sequence), set.Contains(sequence), $"{what}: {sequence}");
        }

        long highest = plain.Max();
        Assert.AreEqual(highest - plain.Count, set.MissingCount, what);
        Assert.IsFalse(set.Contains(set.Cumulative + 1), what);
    }
}
