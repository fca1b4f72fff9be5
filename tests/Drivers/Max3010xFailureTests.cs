// Goal: identity, interruptions and failures of the MAX3010x driver: each returns false with its reason, none
// throws. Method: driver against the emulated chip, with a fault at every transaction in turn.

using System.Device.I2c;
using Iot.Device.Max3010x;

namespace Pulsegate.Tests.Drivers;

[TestClass]
public class Max3010xFailureTests
{
    [TestMethod]
    public void ShutdownStopsSampling_AndTheGapIsDeclaredAfterWaking()
    {
        var rig = Max3010xRig.Started();
        rig.AdvanceSamples(2);
        rig.ReadNumbers(out _);
        Assert.IsTrue(rig.Driver.TryShutdown());
        rig.AdvanceSamples(10);
        Assert.IsEmpty(rig.ReadNumbers(out _));
        Assert.IsTrue(rig.Driver.TryWake());
        rig.AdvanceSamples(1);
        Assert.HasCount(1, rig.ReadNumbers(out int lost));
        Assert.IsGreaterThan(0, lost);
    }

    [TestMethod]
    public void BrownOut_IsNoticedAtTheNextRead()
    {
        var rig = Max3010xRig.Started();
        rig.AdvanceSamples(3);
        rig.Chip.PowerCycle();
        Assert.IsFalse(rig.Driver.TryReadFifo(rig.Red, rig.Infrared, out _, out _));
        Assert.AreEqual(Max3010xError.PowerLost, rig.Driver.LastError);
        bool isRead = rig.Driver.TryReadFifo(rig.Red, rig.Infrared, out _, out _);
        Assert.IsFalse(isRead, "until it is initialised again");
        Assert.IsTrue(rig.Driver.TryInitialize());
    }

    [TestMethod]
    public void InitializationInTheMiddleOfARun_DeclaresTheGap()
    {
        var rig = Max3010xRig.Started();
        rig.AdvanceSamples(3);
        rig.ReadNumbers(out int lost);
        Assert.AreEqual(0, lost);
        rig.AdvanceSamples(3);
        Assert.IsTrue(rig.Driver.TryInitialize());
        rig.AdvanceSamples(1);
        CollectionAssert.AreEqual(new[] { 7 }, rig.ReadNumbers(out lost));
        Assert.AreEqual(1, lost);
    }

    [TestMethod]
    [DataRow(0x11)]
    [DataRow(0x00)]
    [DataRow(0xFF)]
    public void AnotherPart_IsRefused(int partId)
    {
        var rig = new Max3010xRig();
        rig.Chip.PartIdValue = (byte)partId;
        Assert.IsFalse(rig.Driver.TryInitialize());
        Assert.AreEqual(Max3010xError.WrongPart, rig.Driver.LastError);
        Assert.AreEqual(0xFF, rig.Driver.LastErrorRegister);
    }

    [TestMethod]
    public void Identity_IsPartAndRevision()
    {
        var rig = new Max3010xRig();
        rig.Chip.RevisionValue = 0x07;
        Assert.IsTrue(rig.Driver.TryReadIdentity(out int part, out int revision));
        Assert.AreEqual(0x15, part);
        Assert.AreEqual(7, revision);
    }

    [TestMethod]
    public void ResetThatNeverEnds_IsGivenUpAfterItsLimit()
    {
        var rig = new Max3010xRig();
        rig.Chip.ResetTransactionCount = int.MaxValue;
        Assert.IsFalse(rig.Driver.TryInitialize());
        Assert.AreEqual(Max3010xError.ResetTimeout, rig.Driver.LastError);
        Assert.AreEqual(2 + Max3010x.ResetPollCountMax, rig.Bench.Bus.TransactionCount);
    }

    [TestMethod]
    public void AbsentChip_FailsWithItsStatus()
    {
        var rig = new Max3010xRig();
        rig.Chip.Faults.IsAbsent = true;
        Assert.IsFalse(rig.Driver.TryInitialize());
        Assert.AreEqual(Max3010xError.Bus, rig.Driver.LastError);
        Assert.AreEqual(I2cTransferStatus.SlaveAddressNotAcknowledged, rig.Driver.LastBusStatus);
    }

    [TestMethod]
    [DataRow(I2cTransferStatus.UnknownError, 0, false)]
    [DataRow(I2cTransferStatus.UnknownError, 0, true)]
    [DataRow(I2cTransferStatus.FullTransfer, 1, false)]
    [DataRow(I2cTransferStatus.ClockStretchTimeout, 0, false)]
    [DataRow(I2cTransferStatus.PartialTransfer, 1, false)]
    [DataRow(I2cTransferStatus.SlaveAddressNotAcknowledged, 0, false)]
    public void InitializationFailingAtAnyTransaction_ReturnsFalse_AndTheNextOneSucceeds(
        I2cTransferStatus status, int byteCount, bool isThrown)
    {
        var counted = Max3010xRig.Started();
        int transactionCount = counted.Bench.Bus.TransactionCount;
        Assert.IsGreaterThan(15, transactionCount);
        for (int k = 0; k < transactionCount; k++)
        {
            var rig = new Max3010xRig();
            rig.Chip.Faults.SkipCount = k;
            rig.Chip.Faults.FailCount = 1;
            rig.Chip.Faults.FailStatus = status;
            rig.Chip.Faults.FailByteCount = byteCount;
            rig.Chip.Faults.Throws = isThrown;
            Assert.IsFalse(rig.Driver.TryInitialize(), $"transaction {k}");
            Assert.IsFalse(rig.Driver.TryReadFifo(rig.Red, rig.Infrared, out _, out _));
            Assert.IsTrue(rig.Driver.TryInitialize(), $"after transaction {k}");
            rig.AdvanceSamples(2);
            Assert.HasCount(2, rig.ReadNumbers(out int lost));
            Assert.AreEqual(0, lost);
        }
    }
}
