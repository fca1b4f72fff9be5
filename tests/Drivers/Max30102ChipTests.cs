// Goal: the emulated MAX30102 answers as the data sheet says, so that drivers proved on it may be trusted.
// Method: bare bus transactions against the statements of 19-7740, Rev 1, "Register Maps and Descriptions";
// no driver involved.

using Iot.Device.Max3010x.Emulator;

namespace Pulsegate.Tests.Drivers;

[TestClass]
public class Max30102ChipTests
{
    private const int Address = 0x57;
    private readonly DriverBench _bench = new();
    private readonly Max30102Chip _chip;

    public Max30102ChipTests()
    {
        _chip = new Max30102Chip(new ConstantLight(100_000, 200_000));
        _bench.Attach(Address, _chip);
    }

    [TestMethod]
    public void PowerUp_SetsPowerReadyAlone_AndEveryOtherRegisterIsZero()
    {
        byte[] map = _bench.Peek(Address, 0x00, 0x22);
        Assert.AreEqual(0x01, map[0]);
        Assert.IsTrue(map.Skip(1).All(value => value == 0));
        Assert.AreEqual(0, _bench.Peek(Address, 0x00, 1)[0], "cleared by reading");
        Assert.AreEqual(0x15, _bench.Peek(Address, 0xFF, 1)[0]);
    }

    [TestMethod]
    public void PartId_DoesNotAdvance() =>
        CollectionAssert.AreEqual(new byte[] { 0x03, 0x15, 0x15, 0x15 }, _bench.Peek(Address, 0xFE, 4));

    [TestMethod]
    public void FifoData_StaysAtItsAddress_AndOtherRegistersAdvance()
    {
        StartSpO2();
        _bench.AdvanceMs(40);
        byte[] burst = _bench.Peek(Address, 0x06, 1 + 12);
        Assert.AreEqual(0, burst[0], "the read pointer, before the data");
        CollectionAssert.AreEqual(burst[1..7], burst[7..13], "two samples of six bytes");
        Assert.AreEqual(2, _bench.Peek(Address, 0x06, 1)[0], "and after them");
    }

    [TestMethod]
    public void ReadPointer_MovesAtTheFirstByteOfASample_AndCanBePutBack()
    {
        StartSpO2();
        _bench.AdvanceMs(60);
        byte first = _bench.Peek(Address, 0x07, 3)[2];
        Assert.AreEqual(1, _bench.Peek(Address, 0x06, 1)[0]);
        _bench.Poke(Address, 0x06, 0);
        Assert.AreEqual(first, _bench.Peek(Address, 0x07, 3)[2]);
    }

    [TestMethod]
    public void NewSampleFlag_ClearsWithTheStatusOrWithTheData()
    {
        StartSpO2();
        _bench.Poke(Address, 0x02, 0x40);
        _bench.AdvanceMs(20);
        Assert.AreEqual(0x40, _bench.Peek(Address, 0x00, 1)[0]);
        Assert.AreEqual(0, _bench.Peek(Address, 0x00, 1)[0]);
        _bench.AdvanceMs(20);
        _bench.Peek(Address, 0x04, 1);
        Assert.IsTrue(_chip.IsInterruptAsserted);
        _bench.Peek(Address, 0x07, 6);
        Assert.IsFalse(_chip.IsInterruptAsserted);
    }

    [TestMethod]
    [DataRow(0x0, 32)]
    [DataRow(0x1, 31)]
    [DataRow(0xF, 17)]
    public void AlmostFull_ComesAtTheConfiguredNumberOfUnreadSamples(int code, int unread)
    {
        StartSpO2();
        _bench.Poke(Address, 0x08, (byte)code);
        _bench.Poke(Address, 0x02, 0x80);
        _bench.AdvanceMs(20 * (unread - 1));
        Assert.AreEqual(0, _bench.Peek(Address, 0x00, 1)[0]);
        _bench.AdvanceMs(20);
        Assert.AreEqual(0x80, _bench.Peek(Address, 0x00, 1)[0]);
    }

    [TestMethod]
    public void FullFifo_HasEqualPointers_CountsOverflow_AndResetsTheCountWhenASampleIsPopped()
    {
        StartSpO2();
        _bench.AdvanceMs(20 * 32);
        CollectionAssert.AreEqual(new byte[] { 0, 0, 0 }, _bench.Peek(Address, 0x04, 3));
        _bench.AdvanceMs(20 * 5);
        CollectionAssert.AreEqual(new byte[] { 0, 5, 0 }, _bench.Peek(Address, 0x04, 3));
        _bench.Peek(Address, 0x07, 6);
        CollectionAssert.AreEqual(new byte[] { 0, 0, 1 }, _bench.Peek(Address, 0x04, 3));
        _bench.AdvanceMs(20);
        CollectionAssert.AreEqual(new byte[] { 1, 0, 1 }, _bench.Peek(Address, 0x04, 3));
    }

    [TestMethod]
    public void WritePointer_IsWritableOnlyInASamplingMode()
    {
        _bench.Poke(Address, 0x04, 5);
        Assert.AreEqual(0, _bench.Peek(Address, 0x04, 1)[0]);
        StartSpO2();
        _bench.Poke(Address, 0x04, 5);
        Assert.AreEqual(5, _bench.Peek(Address, 0x04, 1)[0]);
    }

    [TestMethod]
    public void TooHighARate_BecomesTheHighestPossibleOne()
    {
        StartSpO2();
        _bench.Poke(Address, 0x0A, 0b0_00_111_11);
        Assert.AreEqual(0b0_00_011_11, _bench.Peek(Address, 0x0A, 1)[0], "400 a second at 411 us (Table 11)");
    }

    [TestMethod]
    public void Reset_ClearsItself_AndRestoresPowerUpValuesWithoutPowerReady()
    {
        StartSpO2();
        _bench.Poke(Address, 0x0C, 0x24);
        _bench.Poke(Address, 0x09, 0x40);
        Assert.AreEqual(0x40, _bench.Peek(Address, 0x09, 1)[0]);
        Assert.IsTrue(_bench.Peek(Address, 0x00, 0x22).All(value => value == 0));
    }

    [TestMethod]
    public void DieTemperature_TakesTwentyNineMilliseconds_AndItsFlagClearsWithTheFraction()
    {
        _bench.Peek(Address, 0x00, 1);
        _chip.DieMilliCelsius = -1_500;
        _bench.Poke(Address, 0x03, 0x02);
        _bench.Poke(Address, 0x21, 0x01);
        _bench.AdvanceMs(28);
        CollectionAssert.AreEqual(new byte[] { 0, 0, 1 }, _bench.Peek(Address, 0x1F, 3));
        _bench.AdvanceMs(1);
        Assert.AreEqual(0xFE, _bench.Peek(Address, 0x1F, 1)[0], "-2 degrees");
        Assert.IsTrue(_chip.IsInterruptAsserted);
        Assert.AreEqual(0x08, _bench.Peek(Address, 0x20, 1)[0], "and a half");
        Assert.IsFalse(_chip.IsInterruptAsserted);
    }

    private void StartSpO2()
    {
        _bench.Peek(Address, 0x00, 1);
        _bench.Poke(Address, 0x0A, 0b0_00_000_11);
        _bench.Poke(Address, 0x0C, 5);
        _bench.Poke(Address, 0x0D, 5);
        _bench.Poke(Address, 0x09, 0x03);
    }
}
