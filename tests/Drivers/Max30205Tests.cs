// Goal: readings, one-shot, thresholds and failures of the MAX30205 driver. Method: driver against the
// emulated chip; expected numbers from 19-8505, Rev 0: 1/256 °C a count, power-up values of the register map,
// at most 50 ms a conversion.

using System.Device.I2c;
using Iot.Device.Max30205;
using Iot.Device.Max30205.Emulator;

namespace Pulsegate.Tests.Drivers;

[TestClass]
public class Max30205Tests
{
    private const int Address = Max30205.DefaultI2cAddress;
    private readonly DriverBench _bench = new();
    private readonly Max30205Chip _chip = new();
    private readonly Max30205 _driver;

    public Max30205Tests() => _driver = new Max30205(_bench.Attach(Address, _chip));

    [TestMethod]
    [DataRow(0x7FFF, 127_996)]
    [DataRow(0x4B00, 75_000)]
    [DataRow(0x5000, 80_000)]
    [DataRow(0x2500, 37_000)]
    [DataRow(0x1980, 25_500)]
    [DataRow(0x1900, 25_000)]
    [DataRow(0x0001, 3)]
    [DataRow(0x0000, 0)]
    [DataRow(0xFF80, -500)]
    [DataRow(0x8000, -128_000)]
    public void Conversion_Is256CountsADegree(int raw, int milliCelsius) =>
        Assert.AreEqual(milliCelsius, Max30205.ToMilliCelsius((short)raw));

    [TestMethod]
    public void PowerUpRegisters_AreThoseOfTheMap()
    {
        CollectionAssert.AreEqual(new byte[] { 0x00, 0x00 }, _bench.Peek(Address, 0x00, 2));
        CollectionAssert.AreEqual(new byte[] { 0x00 }, _bench.Peek(Address, 0x01, 1));
        CollectionAssert.AreEqual(new byte[] { 0x4B, 0x00 }, _bench.Peek(Address, 0x02, 2));
        CollectionAssert.AreEqual(new byte[] { 0x50, 0x00 }, _bench.Peek(Address, 0x03, 2));
    }

    [TestMethod]
    public void BeforeTheFirstConversion_NothingIsReported()
    {
        Assert.IsTrue(_driver.TryInitialize());
        _bench.AdvanceMs(43);
        Assert.IsFalse(_driver.TryReadTemperature(out _));
        Assert.AreEqual(Max30205Error.NotReady, _driver.LastError);
        _bench.AdvanceMs(Max30205.ConversionMillisecondsMax - 43);
        Assert.IsTrue(_driver.TryReadTemperature(out int milliCelsius));
        Assert.AreEqual(36_597, milliCelsius, "9369 counts of 1/256 °C");
    }

    [TestMethod]
    public void ContinuousConversion_FollowsTheTemperature()
    {
        Assert.IsTrue(_driver.TryInitialize());
        foreach (int milliCelsius in new[] { 37_000, 25_500, -500, 50_000 })
        {
            _chip.MilliCelsius = milliCelsius;
            _bench.AdvanceMs(Max30205.ConversionMillisecondsMax);
            Assert.IsTrue(_driver.TryReadTemperature(out int read));
            Assert.AreEqual(milliCelsius, read);
        }
    }

    [TestMethod]
    public void OneShot_ConvertsOnce_AndShutdownKeepsTheValue()
    {
        Assert.IsTrue(_driver.TryInitialize());
        _chip.MilliCelsius = 37_000;
        _bench.AdvanceMs(50);
        Assert.IsTrue(_driver.TryReadTemperature(out _));
        Assert.IsTrue(_driver.TryShutdown());
        _chip.MilliCelsius = 38_000;
        _bench.AdvanceMs(1000);
        Assert.IsTrue(_driver.TryReadTemperature(out int milliCelsius));
        Assert.AreEqual(37_000, milliCelsius);
        Assert.IsTrue(_driver.TryStartOneShot());
        Assert.AreEqual(0x01, _bench.Peek(Address, 0x01, 1)[0], "ONE-SHOT reads 0");
        _bench.AdvanceMs(50);
        Assert.IsTrue(_driver.TryReadTemperature(out milliCelsius));
        Assert.AreEqual(38_000, milliCelsius);
        _chip.MilliCelsius = 39_000;
        _bench.AdvanceMs(1000);
        Assert.IsTrue(_driver.TryReadTemperature(out milliCelsius));
        Assert.AreEqual(38_000, milliCelsius);
        Assert.IsTrue(_driver.TryWake());
        _bench.AdvanceMs(50);
        Assert.IsTrue(_driver.TryReadTemperature(out milliCelsius));
        Assert.AreEqual(39_000, milliCelsius);
    }

    [TestMethod]
    public void Thresholds_SwitchTheOutputWithHysteresis()
    {
        Assert.IsTrue(_driver.TryInitialize());
        Assert.IsTrue(_driver.TrySetThresholds(37_500, 38_000));
        CollectionAssert.AreEqual(new byte[] { 0x25, 0x80 }, _bench.Peek(Address, 0x02, 2));
        CollectionAssert.AreEqual(new byte[] { 0x26, 0x00 }, _bench.Peek(Address, 0x03, 2));
        int[] temperatures = [38_000, 38_010, 37_600, 37_490];
        bool[] expected = [false, true, true, false];
        foreach ((int milliCelsius, bool isOver) in temperatures.Zip(expected))
        {
            _chip.MilliCelsius = milliCelsius;
            _bench.AdvanceMs(50);
            _bench.Peek(Address, 0x01, 1);
            Assert.AreEqual(isOver, _chip.IsOverTemperature, $"{milliCelsius}");
        }

        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _driver.TrySetThresholds(38_000, 37_000));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _driver.TrySetThresholds(0, 128_000));
    }

    [TestMethod]
    public void ExtendedFormat_HoldsSixtyFourDegreesLess()
    {
        _bench.Poke(Address, 0x01, 0b0010_0000);
        _bench.AdvanceMs(50);
        _chip.MilliCelsius = 64_000;
        _bench.AdvanceMs(50);
        CollectionAssert.AreEqual(new byte[] { 0, 0 }, _bench.Peek(Address, 0x00, 2));
        Assert.IsTrue(_driver.TryInitialize(), "which puts the normal format back");
        _bench.AdvanceMs(50);
        Assert.IsTrue(_driver.TryReadTemperature(out int milliCelsius));
        Assert.AreEqual(64_000, milliCelsius);
    }

    [TestMethod]
    [DataRow(I2cTransferStatus.UnknownError, 0, false)]
    [DataRow(I2cTransferStatus.UnknownError, 0, true)]
    [DataRow(I2cTransferStatus.FullTransfer, 1, false)]
    [DataRow(I2cTransferStatus.ClockStretchTimeout, 0, false)]
    [DataRow(I2cTransferStatus.PartialTransfer, 1, false)]
    [DataRow(I2cTransferStatus.SlaveAddressNotAcknowledged, 0, false)]
    public void AnyTransactionFailing_ReturnsFalse_AndNothingIsInvented(
        I2cTransferStatus status, int byteCount, bool isThrown)
    {
        for (int k = 0; k < 5; k++)
        {
            var bench = new DriverBench();
            var chip = new Max30205Chip { MilliCelsius = 37_000 };
            var driver = new Max30205(bench.Attach(Address, chip));
            chip.Faults.SkipCount = k;
            chip.Faults.FailCount = 1;
            chip.Faults.FailStatus = status;
            chip.Faults.FailByteCount = byteCount;
            chip.Faults.Throws = isThrown;
            Assert.AreEqual(k == 4, driver.TryInitialize(), $"transaction {k}");
            Assert.AreEqual(k == 4 ? Max30205Error.None : Expected(status), driver.LastError);
            bench.AdvanceMs(50);
            bool isRead = driver.TryReadTemperature(out int milliCelsius);
            Assert.AreEqual(isRead ? 37_000 : 0, milliCelsius);
        }
    }

    [TestMethod]
    public void StuckBus_IsAFailure()
    {
        Assert.IsTrue(_driver.TryInitialize());
        _bench.Bus.IsStuck = true;
        Assert.IsFalse(_driver.TryReadTemperature(out _));
        Assert.AreEqual(I2cTransferStatus.ClockStretchTimeout, _driver.LastBusStatus);
    }

    [TestMethod]
    public void ReadingAllocatesNothing()
    {
        Assert.IsTrue(_driver.TryInitialize());
        ReadMany(100);
        long before = GC.GetAllocatedBytesForCurrentThread();
        ReadMany(2000);
        Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static Max30205Error Expected(I2cTransferStatus status) =>
        status == I2cTransferStatus.FullTransfer ? Max30205Error.ShortTransfer : Max30205Error.Bus;

    private void ReadMany(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _bench.AdvanceMs(50);
            _driver.TryReadTemperature(out _);
        }
    }
}
