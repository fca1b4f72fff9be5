// Goal: settings and physics of the MAX3010x driver. Method: driver against the emulated
// chip; expected numbers are rows of the tables of 19-7740, Rev 1.

using System.Device.I2c;
using Iot.Device.Max3010x;
using Iot.Device.Max3010x.Emulator;

namespace Pulsegate.Tests.Drivers;

[TestClass]
public class Max3010xTests
{
    private const int Address = Max3010x.DefaultI2cAddress;

    [TestMethod]
    public void Initialization_WritesTheDocumentedRegisters()
    {
        var rig = Max3010xRig.Started(new Max3010xConfiguration());
        byte[] map = rig.Bench.Peek(Address, 0x08, 7);
        Assert.AreEqual(0b011_0_1111, map[0], "average 8, no rollover, almost full at 17 unread");
        Assert.AreEqual(0b0000_0011, map[1], "SpO2 mode, running");
        Assert.AreEqual(0b0_01_011_11, map[2], "4096 nA, 400 a second, 411 us");
        Assert.AreEqual(32, map[4], "6.4 mA red in steps of 0.2 mA");
        Assert.AreEqual(32, map[5], "6.4 mA infrared");
        Assert.AreEqual(20_000, rig.Driver.SamplePeriodMicroseconds);
    }

    [TestMethod]
    [DataRow(200, 0x01)]
    [DataRow(400, 0x02)]
    [DataRow(3_000, 0x0F)]
    [DataRow(6_200, 0x1F)]
    [DataRow(12_600, 0x3F)]
    [DataRow(25_400, 0x7F)]
    [DataRow(51_000, 0xFF)]
    [DataRow(0, 0x00)]
    public void LedCurrents_FollowTable8(int microamps, int expected)
    {
        var rig = Max3010xRig.Started();
        Assert.IsTrue(rig.Driver.TrySetLedCurrents(microamps, 0));
        CollectionAssert.AreEqual(new byte[] { (byte)expected, 0 }, rig.Bench.Peek(Address, 0x0C, 2));
    }

    [TestMethod]
    [DataRow(69, 1600)]
    [DataRow(118, 1000)]
    [DataRow(215, 800)]
    [DataRow(411, 400)]
    public void RatesBeyondTable11_AreRefusedAtConstruction(int widthMicroseconds, int fastestHz)
    {
        using I2cDevice device = new DriverBench().Attach(Address, new Max30102Chip(new ConstantLight(0, 0)));
        foreach (int rateHz in new[] { 50, 100, 200, 400, 800, 1000, 1600, 3200 })
        {
            var configuration = new Max3010xConfiguration
            {
                SampleRateHz = rateHz, PulseWidthMicroseconds = widthMicroseconds,
            };
            if (rateHz <= fastestHz)
            {
                Assert.IsNotNull(new Max3010x(device, configuration));
            }
            else
            {
                Assert.ThrowsExactly<ArgumentException>(() => new Max3010x(device, configuration));
            }
        }
    }

    [TestMethod]
    public void SettingsThatTheChipDoesNotHave_AreRefusedAtConstruction()
    {
        using I2cDevice device = new DriverBench().Attach(Address, new Max30102Chip(new ConstantLight(0, 0)));
        Max3010xConfiguration[] wrong =
        [
            new() { SampleRateHz = 25 },
            new() { AveragingCount = 3 },
            new() { PulseWidthMicroseconds = 400 },
            new() { AdcRangeNanoamps = 1024 },
            new() { RedMicroamps = 51_001 },
            new() { InfraredMicroamps = -1 },
            new() { AlmostFullSampleCount = 16 },
            new() { AlmostFullSampleCount = 33 },
            new() { Mode = Max3010xMode.MultiLed, Slot1 = Max3010xSlot.Off },
        ];
        foreach (Max3010xConfiguration configuration in wrong)
        {
            Assert.Throws<ArgumentException>(() => new Max3010x(device, configuration));
        }

        Assert.ThrowsExactly<ArgumentNullException>(() => new Max3010x(null));
    }

    [TestMethod]
    [DataRow(2048, 196_608, 131_072)]
    [DataRow(4096, 98_304, 65_536)]
    [DataRow(8192, 49_152, 32_768)]
    [DataRow(16384, 24_576, 16_384)]
    public void Counts_AreCurrentOverFullScale(int rangeNanoamps, int red, int infrared)
    {
        // 1536 nA and 1024 nA of photocurrent at 4 mA and 2 mA: 3/4 and 1/2 of 2048 nA.
        var configuration = new Max3010xConfiguration
        {
            AdcRangeNanoamps = rangeNanoamps, RedMicroamps = 4_000, InfraredMicroamps = 2_000,
        };
        var rig = Max3010xRig.Started(configuration, new ConstantLight(384_000, 512_000));
        rig.Bench.AdvanceMs(20);
        Assert.IsTrue(rig.Driver.TryReadFifo(rig.Red, rig.Infrared, out int count, out _));
        Assert.AreEqual(1, count);
        Assert.AreEqual(red, rig.Red[0]);
        Assert.AreEqual(infrared, rig.Infrared[0]);
    }

    [TestMethod]
    public void TooMuchLight_ClipsAtFullScale()
    {
        var configuration = new Max3010xConfiguration { RedMicroamps = 51_000 };
        var rig = Max3010xRig.Started(configuration, new ConstantLight(500_000, 0));
        rig.Bench.AdvanceMs(20);
        rig.Driver.TryReadFifo(rig.Red, rig.Infrared, out _, out _);
        Assert.AreEqual(Max3010x.FullScaleCount, rig.Red[0]);
        Assert.AreEqual(0, rig.Infrared[0]);
    }

    [TestMethod]
    [DataRow(69, 0x3FFF8)]
    [DataRow(118, 0x3FFFC)]
    [DataRow(215, 0x3FFFE)]
    [DataRow(411, 0x3FFFF)]
    public void NarrowerPulses_KeepTheScaleAndLoseLowBits(int widthMicroseconds, int fullScale)
    {
        var configuration = new Max3010xConfiguration
        {
            PulseWidthMicroseconds = widthMicroseconds, RedMicroamps = 51_000,
        };
        var rig = Max3010xRig.Started(configuration, new ConstantLight(500_000, 0));
        rig.Bench.AdvanceMs(20);
        rig.Driver.TryReadFifo(rig.Red, rig.Infrared, out _, out _);
        Assert.AreEqual(fullScale, rig.Red[0]);
    }

    [TestMethod]
    public void AveragingInTheChip_GivesTheMeanOfItsConversions()
    {
        // 400 conversions a second numbered by the light, averaged by 8: the mean of 16 x (1..8) is 72, then
        // 200, and so on.
        var bench = new DriverBench();
        Max3010xConfiguration configuration = Max3010xRig.Numbered();
        configuration.SampleRateHz = 400;
        configuration.AveragingCount = 8;
        var chip = new Max30102Chip(new CountingLight(bench, 2500));
        var driver = new Max3010x(bench.Attach(Address, chip), configuration);
        Assert.IsTrue(driver.TryInitialize());
        bench.AdvanceMs(59);
        var red = new int[32];
        Assert.IsTrue(driver.TryReadFifo(red, null, out int count, out _));
        Assert.AreEqual(2, count);
        Assert.AreEqual(72, red[0]);
        Assert.AreEqual(200, red[1]);
    }

    [TestMethod]
    [DataRow(0, 5000)]
    [DataRow(10_000, 5050)]
    [DataRow(-10_000, 4950)]
    public void ClockError_ChangesTheNumberOfSamples(int clockErrorPpm, int expected)
    {
        var rig = new Max3010xRig(new Max3010xConfiguration(), new ConstantLight(1, 1));
        rig.Chip.ClockErrorPpm = clockErrorPpm;
        Assert.IsTrue(rig.Driver.TryInitialize());
        int total = 0;
        for (int i = 0; i < 1000; i++)
        {
            rig.Bench.AdvanceMs(100);
            Assert.IsTrue(rig.Driver.TryReadFifo(rig.Red, rig.Infrared, out int count, out _));
            total += count;
        }

        Assert.AreEqual(expected, total, "in 100 s");
    }

    [TestMethod]
    public void SwappedBoard_ShowsItself_AndSwapChannelsMendsIt()
    {
        var light = new ConstantLight(384_000, 512_000);
        foreach (bool isMended in new[] { false, true })
        {
            var configuration = new Max3010xConfiguration
            {
                RedMicroamps = 2_000, InfraredMicroamps = 1_000, SwapChannels = isMended,
            };
            var rig = new Max3010xRig(configuration, light);
            rig.Chip.IsRedInfraredSwapped = true;
            Assert.IsTrue(rig.Driver.TryInitialize());
            rig.Bench.AdvanceMs(20);
            Assert.IsTrue(rig.Driver.TryReadFifo(rig.Red, rig.Infrared, out int count, out _));
            Assert.AreEqual(1, count);

            // Mended: 768 and 512 nA of 4096. Not: infrared at the red current in the red channel, 1024 nA,
            // and 384 nA.
            Assert.AreEqual(isMended ? 49_152 : 65_536, rig.Red[0]);
            Assert.AreEqual(isMended ? 32_768 : 24_576, rig.Infrared[0]);
        }
    }

    [TestMethod]
    public void HeartRateMode_GivesRedAlone()
    {
        Max3010xConfiguration configuration = Max3010xRig.Numbered();
        configuration.Mode = Max3010xMode.HeartRate;
        var rig = Max3010xRig.Started(configuration);
        rig.AdvanceSamples(3);
        rig.Infrared[0] = -5;
        Assert.IsTrue(rig.Driver.TryReadFifo(rig.Red, rig.Infrared, out int count, out _));
        Assert.AreEqual(3, count);
        CollectionAssert.AreEqual(new[] { 16, 32, 48 }, rig.Red[..3]);
        Assert.AreEqual(-5, rig.Infrared[0], "left alone");
    }

    [TestMethod]
    public void MultiLedMode_FindsEachLedInItsSlot()
    {
        Max3010xConfiguration configuration = Max3010xRig.Numbered();
        configuration.Mode = Max3010xMode.MultiLed;
        configuration.Slot1 = Max3010xSlot.Led2;
        configuration.Slot2 = Max3010xSlot.Led3;
        configuration.Slot3 = Max3010xSlot.Led1;
        var rig = Max3010xRig.Started(configuration);
        byte[] slots = rig.Bench.Peek(Address, 0x11, 2);
        CollectionAssert.AreEqual(new byte[] { 0b0_011_0_010, 0b0_000_0_001 }, slots);
        rig.AdvanceSamples(32);
        var green = new int[32];
        Assert.IsTrue(rig.Driver.TryReadFifo(rig.Red, rig.Infrared, green, out int count, out _));
        Assert.AreEqual(32, count);
        Assert.AreEqual(32 * 16, rig.Red[31]);
        Assert.AreEqual((32 * 16) + 8, rig.Infrared[31]);
        Assert.AreEqual(0, green[31]);
    }

    [TestMethod]
    [DataRow(0x00, 0x00, 0)]
    [DataRow(0x7F, 0x0F, 127_937)]
    [DataRow(0x80, 0x00, -128_000)]
    [DataRow(0x80, 0x08, -127_500)]
    [DataRow(0xFF, 0x00, -1_000)]
    public void DieTemperature_AddsThePositiveFraction(int integer, int fraction, int expected) =>
        Assert.AreEqual(expected, Max3010x.ToMilliCelsius((byte)integer, (byte)fraction));

    [TestMethod]
    public void DieTemperature_IsNotReadyForTwentyNineMilliseconds()
    {
        var rig = Max3010xRig.Started();
        rig.Chip.DieMilliCelsius = 31_437;
        Assert.IsTrue(rig.Driver.TryStartDieTemperature());
        rig.Bench.AdvanceMs(28);
        Assert.IsFalse(rig.Driver.TryReadDieTemperature(out _));
        Assert.AreEqual(Max3010xError.NotReady, rig.Driver.LastError);
        rig.Bench.AdvanceMs(1);
        Assert.IsTrue(rig.Driver.TryReadDieTemperature(out int milliCelsius));
        Assert.AreEqual(31_375, milliCelsius, "31.437 in steps of 0.0625");
    }

    [TestMethod]
    public void Events_AreSeenByTheFifoReadAndKeptUntilTaken()
    {
        var light = new ConstantLight(1, 1);
        var rig = Max3010xRig.Started(new Max3010xConfiguration(), light);
        light.Ambient = 1_000_000;
        rig.AdvanceSamples(17);
        Assert.IsTrue(rig.Driver.TryReadFifo(rig.Red, rig.Infrared, out _, out _));
        Assert.AreEqual(
            Max3010xInterrupts.FifoAlmostFull | Max3010xInterrupts.NewSample |
                Max3010xInterrupts.AmbientLightOverflow,
            rig.Driver.TakeInterrupts());
        Assert.AreEqual(Max3010xInterrupts.None, rig.Driver.TakeInterrupts());
        Assert.IsTrue(rig.Driver.TryStartDieTemperature());
        rig.AdvanceSamples(2);
        Assert.IsTrue(rig.Driver.TryReadInterruptStatus(out Max3010xInterrupts events));
        Assert.IsTrue((events & Max3010xInterrupts.DieTemperatureReady) != 0);
    }
}
