// Goal: no sample is ever lost or stitched without being declared. Method: the emulated light numbers the
// samples, so that every gap shows in the data; FIFO rules are those of 19-7740, "FIFO (0x04-0x07)" and Table
// 3.

using System.Device.I2c;
using Iot.Device.Max3010x;

namespace Pulsegate.Tests.Drivers;

[TestClass]
public class Max3010xFifoTests
{
    [TestMethod]
    public void EmptyFifo_GivesNoSamplesAndNoLoss()
    {
        var rig = Max3010xRig.Started();
        Assert.IsEmpty(rig.ReadNumbers(out int lost));
        Assert.AreEqual(0, lost);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(5)]
    [DataRow(31)]
    [DataRow(32)]
    public void UpToThirtyTwoSamples_AreAllRead_AlsoWhenFullLooksLikeEmpty(int count)
    {
        var rig = Max3010xRig.Started();
        rig.AdvanceSamples(count);
        CollectionAssert.AreEqual(Enumerable.Range(1, count).ToArray(), rig.ReadNumbers(out int lost));
        Assert.AreEqual(0, lost);
        Assert.IsEmpty(rig.ReadNumbers(out _), "equal pointers now mean empty");
    }

    [TestMethod]
    public void PointersWrap_WithoutAGap()
    {
        var rig = Max3010xRig.Started();
        int next = 1;
        for (int read = 0; read < 500; read++)
        {
            rig.AdvanceSamples(read % 33);
            foreach (int number in rig.ReadNumbers(out int lost))
            {
                Assert.AreEqual(next++, number);
                Assert.AreEqual(0, lost);
            }
        }

        Assert.IsGreaterThan(7000, next);
    }

    [TestMethod]
    public void OverflowWithoutRollover_KeepsTheOldest_AndReportsTheLossBeforeTheNextSample()
    {
        var rig = Max3010xRig.Started();
        rig.AdvanceSamples(40);
        CollectionAssert.AreEqual(Enumerable.Range(1, 32).ToArray(), rig.ReadNumbers(out int lost));
        Assert.AreEqual(0, lost, "these samples follow the earlier ones without a gap");
        rig.AdvanceSamples(2);
        CollectionAssert.AreEqual(new[] { 41, 42 }, rig.ReadNumbers(out lost));
        Assert.AreEqual(8, lost);
        rig.AdvanceSamples(1);
        rig.ReadNumbers(out lost);
        Assert.AreEqual(0, lost, "a loss is reported once");
    }

    [TestMethod]
    public void OverflowWithRollover_KeepsTheNewest_AndReportsTheLossBeforeThem()
    {
        Max3010xConfiguration configuration = Max3010xRig.Numbered();
        configuration.IsRolloverEnabled = true;
        var rig = Max3010xRig.Started(configuration);
        rig.AdvanceSamples(40);
        CollectionAssert.AreEqual(Enumerable.Range(9, 32).ToArray(), rig.ReadNumbers(out int lost));
        Assert.AreEqual(8, lost);
    }

    [TestMethod]
    public void OverflowCounter_SaturatesAtThirtyOne()
    {
        var rig = Max3010xRig.Started();
        rig.AdvanceSamples(132);
        rig.ReadNumbers(out _);
        rig.ReadNumbers(out int lost);
        Assert.AreEqual(31, lost, "100 were lost; the counter stays at 0x1F");
    }

    [TestMethod]
    public void PointersThatContradictTheOverflowCounter_GiveUpTheSamplesAndSaySo()
    {
        var rig = Max3010xRig.Started();
        rig.AdvanceSamples(10);
        rig.Bench.Poke(Max3010x.DefaultI2cAddress, 0x05, 3);
        Assert.IsEmpty(rig.ReadNumbers(out int lost));
        Assert.AreEqual(35, lost);
        rig.AdvanceSamples(1);
        Assert.IsEmpty(rig.ReadNumbers(out _), "emptied here");
        rig.AdvanceSamples(1);
        CollectionAssert.AreEqual(new[] { 12 }, rig.ReadNumbers(out _));
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(7)]
    [DataRow(15)]
    [DataRow(60)]
    public void BurstThatBreaksOff_IsReadAgain_WithoutLoss(int movedByteCount)
    {
        var rig = Max3010xRig.Started();
        rig.AdvanceSamples(10);
        rig.Chip.Faults.SkipCount = 1;
        rig.Chip.Faults.FailCount = 1;
        rig.Chip.Faults.FailStatus = I2cTransferStatus.PartialTransfer;
        rig.Chip.Faults.FailByteCount = movedByteCount;
        Assert.IsFalse(rig.Driver.TryReadFifo(rig.Red, rig.Infrared, out int count, out int lost));
        Assert.AreEqual(0, count);
        Assert.AreEqual(0, lost);
        Assert.AreEqual(Max3010xError.Bus, rig.Driver.LastError);
        Assert.AreEqual(0x07, rig.Driver.LastErrorRegister);
        Assert.AreEqual(I2cTransferStatus.PartialTransfer, rig.Driver.LastBusStatus);
        rig.AdvanceSamples(2);
        CollectionAssert.AreEqual(Enumerable.Range(1, 12).ToArray(), rig.ReadNumbers(out lost));
        Assert.AreEqual(0, lost);
    }

    [TestMethod]
    public void BurstOfAFullFifoThatBreaksOff_IsDeclaredLost()
    {
        var rig = Max3010xRig.Started();
        rig.AdvanceSamples(32);
        rig.Chip.Faults.SkipCount = 1;
        rig.Chip.Faults.FailCount = 1;
        rig.Chip.Faults.FailStatus = I2cTransferStatus.PartialTransfer;
        rig.Chip.Faults.FailByteCount = 100;
        Assert.IsFalse(rig.Driver.TryReadFifo(rig.Red, rig.Infrared, out _, out _));
        Assert.IsEmpty(rig.ReadNumbers(out int lost));
        Assert.AreEqual(32, lost);
        rig.AdvanceSamples(1);
        CollectionAssert.AreEqual(new[] { 33 }, rig.ReadNumbers(out _));
    }

    [TestMethod]
    public void FullTransferWithTooFewBytes_IsNotBelieved()
    {
        var rig = Max3010xRig.Started();
        rig.AdvanceSamples(3);
        rig.Chip.Faults.FailCount = 1;
        rig.Chip.Faults.FailStatus = I2cTransferStatus.FullTransfer;
        rig.Chip.Faults.FailByteCount = 4;
        Assert.IsFalse(rig.Driver.TryReadFifo(rig.Red, rig.Infrared, out _, out _));
        Assert.AreEqual(Max3010xError.ShortTransfer, rig.Driver.LastError);
        CollectionAssert.AreEqual(new[] { 1, 2, 3 }, rig.ReadNumbers(out int lost));
        Assert.AreEqual(0, lost);
    }

    [TestMethod]
    public void StuckBus_FailsWithoutSamples_AndWhatOverflowedMeanwhileIsDeclared()
    {
        var rig = Max3010xRig.Started();
        rig.Bench.Bus.IsStuck = true;
        for (int i = 0; i < 10; i++)
        {
            rig.AdvanceSamples(5);
            Assert.IsFalse(rig.Driver.TryReadFifo(rig.Red, rig.Infrared, out int count, out _));
            Assert.AreEqual(0, count);
            Assert.AreEqual(I2cTransferStatus.ClockStretchTimeout, rig.Driver.LastBusStatus);
        }

        rig.Bench.Bus.IsStuck = false;
        Assert.HasCount(32, rig.ReadNumbers(out _));
        rig.AdvanceSamples(1);
        CollectionAssert.AreEqual(new[] { 51 }, rig.ReadNumbers(out int lost));
        Assert.AreEqual(18, lost);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void AnyMixOfFaultsAndPauses_NeverStitches_NeverRepeats_NeverOverstatesALoss(bool isRollover)
    {
        for (int seed = 1; seed <= 300; seed++)
        {
            RunMix(seed, isRollover);
        }
    }

    [TestMethod]
    public void ReadingAllocatesNothing()
    {
        var rig = Max3010xRig.Started();
        ReadMany(rig, 100);
        long before = GC.GetAllocatedBytesForCurrentThread();
        ReadMany(rig, 2000);
        Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void ArraysShorterThanTheFifo_AreRefused()
    {
        var rig = Max3010xRig.Started();
        var tooShort = new int[31];
        Assert.ThrowsExactly<ArgumentException>(() => rig.Driver.TryReadFifo(tooShort, null, out _, out _));
        Assert.ThrowsExactly<ArgumentException>(() => rig.Driver.TryReadFifo(null, tooShort, out _, out _));
    }

    [TestMethod]
    public void ReadBeforeInitialization_FailsWithoutATransfer()
    {
        var rig = new Max3010xRig();
        Assert.IsFalse(rig.Driver.TryReadFifo(rig.Red, rig.Infrared, out _, out _));
        Assert.AreEqual(Max3010xError.NotInitialized, rig.Driver.LastError);
        Assert.AreEqual(0, rig.Bench.Bus.TransactionCount);
    }

    [TestMethod]
    public void Unpack_MasksTheUnusedBits_AndTakesBothEndsOfTheRange()
    {
        byte[] data = [0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0xFC, 0x00, 0x01, 0x02, 0x34, 0x56];
        var red = new int[2];
        var infrared = new int[2];
        Max3010x.Unpack(data, 2, 6, 0, red, 3, infrared);
        CollectionAssert.AreEqual(new[] { 0x3FFFF, 1 }, red);
        CollectionAssert.AreEqual(new[] { 0, 0x23456 }, infrared);
    }

    private static void ReadMany(Max3010xRig rig, int count)
    {
        for (int i = 0; i < count; i++)
        {
            rig.AdvanceSamples(5);
            rig.Driver.TryReadFifo(rig.Red, rig.Infrared, out _, out _);
            rig.Driver.TakeInterrupts();
        }
    }

    private static void RunMix(int seed, bool isRollover)
    {
        var random = new Random(seed);
        Max3010xConfiguration configuration = Max3010xRig.Numbered();
        configuration.IsRolloverEnabled = isRollover;
        var rig = Max3010xRig.Started(configuration);
        int last = 0;
        int declared = 0;
        for (int step = 0; step < 60; step++)
        {
            rig.AdvanceSamples(random.Next(10) == 0 ? random.Next(80) : random.Next(8));
            bool isFaulty = random.Next(3) == 0;
            rig.Chip.Faults.SkipCount = random.Next(4);
            rig.Chip.Faults.FailCount = isFaulty ? random.Next(1, 4) : 0;
            rig.Chip.Faults.FailStatus = (I2cTransferStatus)random.Next(5);
            rig.Chip.Faults.FailByteCount = random.Next(8) == 0 ? 1 : random.Next(193);
            bool isLie = rig.Chip.Faults.FailStatus == I2cTransferStatus.FullTransfer;
            rig.Chip.Faults.FailByteCount = isLie ? random.Next(2) : rig.Chip.Faults.FailByteCount;
            if (!rig.Driver.TryReadFifo(rig.Red, rig.Infrared, out int count, out int lost))
            {
                Assert.AreEqual(0, count + lost, $"seed {seed}");
                continue;
            }

            declared += lost;
            for (int i = 0; i < count; i++)
            {
                int number = rig.Red[i] / 16;
                int missing = number - last - 1;
                string where = $"missing {missing}, declared {declared}: seed {seed}, step {step}";
                Assert.IsGreaterThanOrEqualTo(0, missing, where);
                Assert.AreEqual(missing > 0, declared > 0, where);
                Assert.IsLessThanOrEqualTo(missing, declared, where);
                last = number;
                declared = 0;
            }
        }
    }
}
