// Goal: what is missing is found in any order, and nothing else is. Method: hand-made chains against plain
// sets.

using Pulsegate.Tests.Ingest;

namespace Pulsegate.Tests.Client;

[TestClass]
public sealed class GapDetectorTests
{
    [TestMethod]
    public void RecordsInAnyOrder_LeaveExactlyWhatNeverCame()
    {
        for (int seed = 1; seed <= 50; seed++)
        {
            var random = new Random(seed);
            long[] kept = [.. Enumerable.Range(1, 200).Select(i => (long)i).Where(_ => random.Next(4) > 0)];
            random.Shuffle(kept);
            var gaps = new GapDetector();
            foreach (long sequence in kept)
            {
                Assert.AreEqual(GapOutcome.New, gaps.Add(Records.Vitals(sequence)), $"seed {seed}, {sequence}");
            }

            IEnumerable<long> missing = gaps.Missing().SelectMany(
                range => Enumerable.Range((int)range.First, (int)(range.Last - range.First + 1)).Select(i => (long)i));
            CollectionAssert.AreEqual(
                Enumerable.Range(1, (int)kept.Max()).Select(i => (long)i).Except(kept).ToArray(), missing.ToArray(),
                $"seed {seed}");
        }
    }

    [TestMethod]
    public void ARepetition_AConflict_AndABrokenChain_AreToldApart()
    {
        var gaps = new GapDetector();
        Assert.AreEqual(GapOutcome.New, gaps.Add(Records.Vitals(1)));
        Assert.AreEqual(GapOutcome.Repetition, gaps.Add(Records.Vitals(1)));
        Assert.AreEqual(GapOutcome.Conflict, gaps.Add(Records.Vitals(1) with { Mac = Records.MacOf(9) }));
        Assert.AreEqual(GapOutcome.New, gaps.Add(Records.Vitals(3)));
        Assert.AreEqual(GapOutcome.ChainBroken, gaps.Add(Records.Vitals(2) with { PreviousMac = Records.MacOf(7) }));
        Assert.AreEqual(GapOutcome.New, gaps.Add(Records.Vitals(2, "ward-2")));
        Assert.AreEqual(new MissingRange("ward-2", Records.Epoch, 1, 1), gaps.Missing().Single());
    }

    [TestMethod]
    public void WhatIsDeclaredLost_IsNotMissing_AndHealthHasNoPlace()
    {
        var gaps = new GapDetector();
        gaps.Add(Records.Vitals(1));
        Assert.AreEqual(GapOutcome.New, gaps.Add(Records.Tombstone(6, 2, 4)));
        Assert.AreEqual(5, gaps.Missing().Single().First);
        Assert.AreEqual(GapOutcome.Unsequenced, gaps.Add(Records.Vitals(1) with { Sequence = 0, PreviousMac = [] }));
    }

    [TestMethod]
    public void MoreSeparateRangesThanItHolds_AreRefusedLoudly()
    {
        var gaps = new GapDetector();
        for (long i = 1; i <= SequenceSet.RangeCountMax; i++)
        {
            gaps.Add(Records.Vitals(2 * i));
        }

        Assert.ThrowsExactly<InvalidOperationException>(
            () => gaps.Add(Records.Vitals(2 * (SequenceSet.RangeCountMax + 1))));
    }
}
