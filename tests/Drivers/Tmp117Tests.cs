// Goal: readings, one-shot, alerts and failures of the TMP117 driver. Method: driver against the emulated
// chip; expected numbers are rows of SNOSD82D, Tables 7-1 and 7-7, and its register map.

using System.Device.I2c;
using Iot.Device.Tmp117;
using Iot.Device.Tmp117.Emulator;

namespace Pulsegate.Tests.Drivers;

[TestClass]
public class Tmp117Tests
{
    private const int Address = Tmp117.DefaultI2cAddress;
    private readonly DriverBench _bench = new();
    private readonly Tmp117Chip _chip = new();
    private readonly Tmp117 _driver;

    public Tmp117Tests() => _driver = new Tmp117(_bench.Attach(Address, _chip));

    [TestMethod]
    [DataRow(0x8000, -256_000)]
    [DataRow(0xE480, -55_000)]
    [DataRow(0xF380, -25_000)]
    [DataRow(0xFFF0, -125)]
    [DataRow(0xFFFF, -7)]
    [DataRow(0x0000, 0)]
    [DataRow(0x0001, 7)]
    [DataRow(0x0010, 125)]
    [DataRow(0x0080, 1_000)]
    [DataRow(0x0C80, 25_000)]
    [DataRow(0x3200, 100_000)]
    [DataRow(0x7FFF, 255_992)]
    public void Conversion_FollowsTable71(int raw, int milliCelsius) =>
        Assert.AreEqual(milliCelsius, Tmp117.ToMilliCelsius((short)raw));

    [TestMethod]
    [DataRow(25_000, 0x0C80)]
    [DataRow(-25_000, -0x0C80)]
    [DataRow(192_000, 0x6000)]
    [DataRow(Tmp117.MilliCelsiusMin, -0x8000)]
    [DataRow(Tmp117.MilliCelsiusMax, 0x7FFF)]
    public void LimitsAreTheNearestCount(int milliCelsius, int raw) =>
        Assert.AreEqual((short)raw, Tmp117.FromMilliCelsius(milliCelsius));

    [TestMethod]
    public void PowerUpRegisters_AreTheFactoryDefaults()
    {
        CollectionAssert.AreEqual(new byte[] { 0x80, 0x00 }, _bench.Peek(Address, 0x00, 2));
        CollectionAssert.AreEqual(new byte[] { 0x02, 0x20 }, _bench.Peek(Address, 0x01, 2));
        CollectionAssert.AreEqual(new byte[] { 0x60, 0x00 }, _bench.Peek(Address, 0x02, 2));
        CollectionAssert.AreEqual(new byte[] { 0x80, 0x00 }, _bench.Peek(Address, 0x03, 2));
        CollectionAssert.AreEqual(new byte[] { 0x00, 0x00 }, _bench.Peek(Address, 0x07, 2));
        CollectionAssert.AreEqual(new byte[] { 0x01, 0x17 }, _bench.Peek(Address, 0x0F, 2));
    }

    [TestMethod]
    public void TheDriversDefault_IsTheChipsDefault()
    {
        Assert.IsTrue(_driver.TryInitialize());
        CollectionAssert.AreEqual(new byte[] { 0x02, 0x20 }, _bench.Peek(Address, 0x01, 2));
    }

    [TestMethod]
    public void BeforeTheFirstConversion_NothingIsReported()
    {
        Assert.IsTrue(_driver.TryInitialize());
        _bench.AdvanceMs(123);
        Assert.IsFalse(_driver.TryReadTemperature(out int milliCelsius));
        Assert.AreEqual(0, milliCelsius);
        Assert.AreEqual(Tmp117Error.NotReady, _driver.LastError);
        _bench.AdvanceMs(1);
        Assert.IsTrue(_driver.TryReadTemperature(out milliCelsius), "8 conversions of 15.5 ms");
        Assert.AreEqual(36_601, milliCelsius, "36.6 at the nearest 7.8125 m°C is 4685 counts, 36.6015 °C");
    }

    [TestMethod]
    [DataRow(1, 16, 15_500)]
    [DataRow(8, 16, 125_000)]
    [DataRow(32, 16, 500_000)]
    [DataRow(64, 16, 1_000_000)]
    [DataRow(8, 250, 250_000)]
    [DataRow(8, 1000, 1_000_000)]
    [DataRow(64, 16000, 16_000_000)]
    public void CycleTimes_FollowTheTable(int averagingCount, int cycleMilliseconds, int expectedMicroseconds)
    {
        var bench = new DriverBench();
        var chip = new Tmp117Chip();
        var driver = new Tmp117(bench.Attach(Address, chip), averagingCount, cycleMilliseconds);
        Assert.IsTrue(driver.TryInitialize());
        long first = NextResult(bench, driver);
        Assert.AreEqual(expectedMicroseconds, NextResult(bench, driver) - first, 500);
    }

    [TestMethod]
    public void OneShot_ConvertsOnceAndShutsDown()
    {
        Assert.IsTrue(_driver.TryInitialize());
        _bench.AdvanceMs(1000);
        Assert.IsTrue(_driver.TryShutdown());
        _chip.MilliCelsius = 40_000;
        _bench.AdvanceMs(5000);
        Assert.IsTrue(_driver.TryReadTemperature(out int milliCelsius), "the last result stays");
        Assert.AreEqual(36_601, milliCelsius);
        Assert.IsTrue(_driver.TryStartOneShot());
        _bench.AdvanceMs(100);
        Assert.IsFalse(_driver.TryReadTemperature(out _), "the old result is not passed off as the new one");
        Assert.AreEqual(Tmp117Error.NotReady, _driver.LastError);
        _bench.AdvanceMs(24);
        Assert.IsTrue(_driver.TryReadTemperature(out milliCelsius));
        Assert.AreEqual(40_000, milliCelsius);
        _chip.MilliCelsius = 41_000;
        _bench.AdvanceMs(5000);
        Assert.IsTrue(_driver.TryReadTemperature(out milliCelsius));
        Assert.AreEqual(40_000, milliCelsius, "shut down again");
        Assert.IsTrue(_driver.TryWake());
        _bench.AdvanceMs(1000);
        Assert.IsTrue(_driver.TryReadTemperature(out milliCelsius));
        Assert.AreEqual(41_000, milliCelsius);
    }

    [TestMethod]
    public void AlertFlags_ComeOutsideTheLimits_AndClearWhenRead()
    {
        Assert.IsTrue(_driver.TryInitialize());
        Assert.IsTrue(_driver.TrySetAlertLimits(35_000, 38_000));
        Assert.AreEqual(Tmp117Flags.DataReady, FlagsAt(38_000));
        Assert.AreEqual(Tmp117Flags.DataReady | Tmp117Flags.HighAlert, FlagsAt(38_010));
        Assert.AreEqual(Tmp117Flags.DataReady, FlagsAt(35_000));
        Assert.AreEqual(Tmp117Flags.DataReady | Tmp117Flags.LowAlert, FlagsAt(34_990));
        Assert.IsTrue(_driver.TryReadFlags(out Tmp117Flags flags));
        Assert.AreEqual(Tmp117Flags.None, flags);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _driver.TrySetAlertLimits(38_000, 37_000));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _driver.TrySetAlertLimits(0, 256_000));
    }

    [TestMethod]
    [DataRow(0x0117, true, 0)]
    [DataRow(0x3117, true, 3)]
    [DataRow(0x0116, false, 0)]
    [DataRow(0x0000, false, 0)]
    [DataRow(0xFFFF, false, 15)]
    public void Identity_IgnoresTheRevision(int id, bool isAccepted, int expectedRevision)
    {
        _chip.DeviceIdValue = id;
        Assert.AreEqual(isAccepted, _driver.TryInitialize());
        Assert.AreEqual(isAccepted ? Tmp117Error.None : Tmp117Error.WrongPart, _driver.LastError);
        Assert.IsTrue(_driver.TryReadIdentity(out _, out int revision));
        Assert.AreEqual(expectedRevision, revision);
    }

    [TestMethod]
    [DataRow(I2cTransferStatus.UnknownError, 0, false)]
    [DataRow(I2cTransferStatus.UnknownError, 0, true)]
    [DataRow(I2cTransferStatus.FullTransfer, 2, false)]
    [DataRow(I2cTransferStatus.ClockStretchTimeout, 0, false)]
    [DataRow(I2cTransferStatus.PartialTransfer, 2, false)]
    [DataRow(I2cTransferStatus.SlaveAddressNotAcknowledged, 0, false)]
    public void AnyTransactionFailing_ReturnsFalse_AndNothingIsInvented(
        I2cTransferStatus status, int byteCount, bool isThrown)
    {
        for (int k = 0; k < 4; k++)
        {
            var bench = new DriverBench();
            var chip = new Tmp117Chip();
            var driver = new Tmp117(bench.Attach(Address, chip));
            chip.Faults.SkipCount = k;
            chip.Faults.FailCount = 1;
            chip.Faults.FailStatus = status;
            chip.Faults.FailByteCount = byteCount;
            chip.Faults.Throws = isThrown;
            bool isInitialized = driver.TryInitialize();
            Assert.AreEqual(k == 3, isInitialized, $"transaction {k}");
            bench.AdvanceMs(1000);
            bool isRead = driver.TryReadTemperature(out int milliCelsius);
            Assert.IsTrue(isRead || k is 0 or 3, "0: it may only now begin to convert; 3: this read fails");
            Assert.IsFalse(isRead && k == 3);
            Assert.AreEqual(isRead ? 36_601 : 0, milliCelsius);
        }
    }

    [TestMethod]
    public void StuckBus_IsAFailure()
    {
        Assert.IsTrue(_driver.TryInitialize());
        _bench.Bus.IsStuck = true;
        Assert.IsFalse(_driver.TryReadTemperature(out _));
        Assert.AreEqual(Tmp117Error.Bus, _driver.LastError);
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

    [TestMethod]
    public void OffsetAndEeprom_SurviveASoftReset_OnlyWhenUnlocked()
    {
        _bench.Poke(Address, 0x07, 0x00, 0x80);
        _bench.Poke(Address, 0x01, 0x00, 0x02);
        CollectionAssert.AreEqual(new byte[] { 0, 0 }, _bench.Peek(Address, 0x07, 2));
        _bench.Poke(Address, 0x04, 0x80, 0x00);
        _bench.Poke(Address, 0x07, 0x00, 0x80);
        Assert.AreEqual(0x10, _bench.Peek(Address, 0x01, 2)[0] & 0x10, "busy for 7 ms");
        _bench.AdvanceMs(7);
        _bench.Poke(Address, 0x01, 0x00, 0x02);
        CollectionAssert.AreEqual(new byte[] { 0, 0x80 }, _bench.Peek(Address, 0x07, 2));
        _bench.AdvanceMs(1000);
        Assert.IsTrue(_driver.TryReadTemperature(out int milliCelsius));
        Assert.AreEqual(37_601, milliCelsius, "an offset of one degree");
    }

    private static long NextResult(DriverBench bench, Tmp117 driver)
    {
        for (int i = 0; i < 200_000; i++)
        {
            bench.Bus.NowMicroseconds += 100;
            Assert.IsTrue(driver.TryReadFlags(out Tmp117Flags flags));
            if ((flags & Tmp117Flags.DataReady) != 0)
            {
                return bench.Bus.NowMicroseconds;
            }
        }

        throw new AssertFailedException("no result in 20 s");
    }

    private Tmp117Flags FlagsAt(int milliCelsius)
    {
        _driver.TryReadFlags(out _);
        _chip.MilliCelsius = milliCelsius;
        _bench.AdvanceMs(1000);
        Assert.IsTrue(_driver.TryReadFlags(out Tmp117Flags flags));
        return flags;
    }

    private void ReadMany(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _bench.AdvanceMs(1000);
            _driver.TryReadTemperature(out _);
            _driver.TryReadFlags(out _);
        }
    }
}
