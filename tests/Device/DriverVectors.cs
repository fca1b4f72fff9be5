// Goal: the drivers and their emulators do the same on .NET and on the real nanoCLR. Method: one
// deterministic run of all three, in the device subset, that prints integers; the lines of both runs are
// compared.
#nullable disable

using System;
using System.Device.I2c;
using Iot.Device.Max30205;
using Iot.Device.Max30205.Emulator;
using Iot.Device.Max3010x;
using Iot.Device.Max3010x.Emulator;
using Iot.Device.Tmp117;
using Iot.Device.Tmp117.Emulator;
using Pulsegate.Emulation;

namespace Pulsegate.Tests.Device;

/// <summary>A pulse-like light in integers: 300 000 pA/mA, less a triangle of 1 % at 75 a minute.</summary>
internal sealed class VectorLight : IPpgSource
{
    private const int BeatMicroseconds = 800_000;

    public void Sample(long timeMicroseconds, int[] light)
    {
        int phase = (int)(timeMicroseconds % BeatMicroseconds);
        int triangle = phase < BeatMicroseconds / 2 ? phase : BeatMicroseconds - phase;
        light[PpgLight.Red] = 300_000 - (triangle / 200);
        light[PpgLight.Infrared] = 400_000 - (triangle / 80);
        light[PpgLight.Ambient] = 1_000;
    }
}

/// <summary>The run.</summary>
public static class DriverVectors
{
    private const int BusId = 249;

    /// <summary>Runs everything and prints one line a step, integers only.</summary>
    public static void Run()
    {
        var bus = new EmulatedI2cBus();
        EmulatedI2cBuses.Register(BusId, bus);
        RunOximeter(bus);
        RunTmp117(bus);
        RunMax30205(bus);
        Print("transactions", bus.TransactionCount);
    }

    private static I2cDevice Attach(EmulatedI2cBus bus, int address, IEmulatedI2cChip chip)
    {
        bus.Attach(address, chip);
        return I2cDevice.Create(new I2cConnectionSettings(BusId, address));
    }

    private static void RunOximeter(EmulatedI2cBus bus)
    {
        var chip = new Max30102Chip(new VectorLight());
        chip.ClockErrorPpm = -12_345;
        var driver = new Max3010x(Attach(bus, Max3010x.DefaultI2cAddress, chip), new Max3010xConfiguration());
        Print("oximeter init", Number(driver.TryInitialize()));
        var red = new int[Max3010x.FifoDepth];
        var infrared = new int[Max3010x.FifoDepth];
        int total = 0;
        int failures = 0;
        int lostTotal = 0;
        int a = 1;
        int b = 0;
        for (int step = 0; step < 100; step++)
        {
            // Every seventh read breaks off; once the unit stalls for two seconds.
            bus.NowMicroseconds += step == 60 ? 2_000_000 : 100_000;
            chip.Faults.SkipCount = 1;
            chip.Faults.FailCount = step % 7 == 6 ? 1 : 0;
            chip.Faults.FailStatus = I2cTransferStatus.PartialTransfer;
            chip.Faults.FailByteCount = step;
            if (!driver.TryReadFifo(red, infrared, out int count, out int lost))
            {
                failures++;
                continue;
            }

            total += count;
            lostTotal += lost;
            for (int i = 0; i < count; i++)
            {
                a = (a + red[i] + infrared[i]) % 65_521;
                b = (b + a) % 65_521;
            }
        }

        Print("oximeter samples", total);
        Print("oximeter lost", lostTotal);
        Print("oximeter failures", failures);
        Print("oximeter last red", red[0]);
        Print("oximeter last infrared", infrared[0]);
        Print("oximeter check a", a);
        Print("oximeter check b", b);
        Print("oximeter events", (int)driver.TakeInterrupts());
        chip.DieMilliCelsius = -1_500;
        Print("die start", Number(driver.TryStartDieTemperature()));
        Print("die early", Number(driver.TryReadDieTemperature(out _)));
        bus.NowMicroseconds += Max30102Chip.DieTemperatureMicroseconds;
        Print("die ready", Number(driver.TryReadDieTemperature(out int milliCelsius)));
        Print("die", milliCelsius);
        chip.Faults.FailCount = 1;
        chip.Faults.Throws = true;
        Print("oximeter thrown", Number(driver.TryReadFifo(red, infrared, out _, out _)));
        Print("oximeter error", (int)driver.LastError);
        chip.PowerCycle();
        Print("oximeter power lost", Number(driver.TryReadFifo(red, infrared, out _, out _)));
        Print("oximeter error", (int)driver.LastError);
    }

    private static void RunTmp117(EmulatedI2cBus bus)
    {
        var chip = new Tmp117Chip();
        var driver = new Tmp117(Attach(bus, Tmp117.DefaultI2cAddress, chip));
        Print("tmp117 init", Number(driver.TryInitialize()));
        Print("tmp117 early", Number(driver.TryReadTemperature(out _)));
        for (int milliCelsius = -300_000; milliCelsius <= 300_000; milliCelsius += 75_000)
        {
            chip.MilliCelsius = milliCelsius;
            bus.NowMicroseconds += 1_000_000;
            bool isRead = driver.TryReadTemperature(out int read);
            Print(isRead ? "tmp117" : "tmp117 refused", read);
        }

        chip.MilliCelsius = 38_500;
        Print("tmp117 limits", Number(driver.TrySetAlertLimits(35_000, 38_000)));
        Print("tmp117 one shot", Number(driver.TryStartOneShot()));
        bus.NowMicroseconds += 124_000;
        Print("tmp117 flags", driver.TryReadFlags(out Tmp117Flags flags) ? (int)flags : -1);
        Print("tmp117", driver.TryReadTemperature(out int last) ? last : -1);
        chip.DeviceIdValue = 0x116;
        Print("tmp117 wrong part", Number(driver.TryInitialize()));
        Print("tmp117 error", (int)driver.LastError);
    }

    private static void RunMax30205(EmulatedI2cBus bus)
    {
        var chip = new Max30205Chip();
        var driver = new Max30205(Attach(bus, Max30205.DefaultI2cAddress + 1, chip));
        Print("max30205 init", Number(driver.TryInitialize()));
        Print("max30205 early", Number(driver.TryReadTemperature(out _)));
        for (int milliCelsius = -1_500; milliCelsius <= 51_000; milliCelsius += 7_500)
        {
            chip.MilliCelsius = milliCelsius;
            bus.NowMicroseconds += 50_000;
            Print("max30205", driver.TryReadTemperature(out int read) ? read : -1);
        }

        bus.IsStuck = true;
        Print("max30205 stuck", Number(driver.TryReadTemperature(out _)));
        Print("max30205 status", (int)driver.LastBusStatus);
        bus.IsStuck = false;
    }

    private static int Number(bool value) => value ? 1 : 0;

    private static void Print(string name, int value) => Console.WriteLine(name + " " + value.ToString());
}
