// A bus for one driver test, and lights whose counts are known beforehand. Every test of this folder talks to
// the driver's public methods and to the emulated chip's physics; the numbers come from the data sheets.

using System.Device.I2c;
using Iot.Device.Max3010x.Emulator;
using Pulsegate.Emulation;

namespace Pulsegate.Tests.Drivers;

/// <summary>One emulated bus with a clock that the test moves.</summary>
internal sealed class DriverBench
{
    private const int BusId = 250;

    public EmulatedI2cBus Bus { get; } = new();

    public I2cDevice Attach(int address, IEmulatedI2cChip chip)
    {
        Bus.Attach(address, chip);
        EmulatedI2cBuses.Register(BusId, Bus);
        return I2cDevice.Create(new I2cConnectionSettings(BusId, address));
    }

    public void AdvanceMs(int milliseconds) => Bus.NowMicroseconds += milliseconds * 1000L;

    /// <summary>Reads registers past the driver.</summary>
    public byte[] Peek(int address, byte register, int count)
    {
        var read = new byte[count];
        I2cTransferStatus status = Bus.Transfer(address, [register], 1, read, count, out _);
        Assert.AreEqual(I2cTransferStatus.FullTransfer, status);
        return read;
    }

    /// <summary>Writes registers past the driver.</summary>
    public void Poke(int address, params byte[] bytes)
    {
        I2cTransferStatus status = Bus.Transfer(address, bytes, bytes.Length, [], 0, out _);
        Assert.AreEqual(I2cTransferStatus.FullTransfer, status);
    }
}

/// <summary>Light that never changes.</summary>
internal sealed class ConstantLight(int red, int infrared, int ambient = 0) : IPpgSource
{
    public int Ambient { get; set; } = ambient;

    public void Sample(long timeMicroseconds, int[] light)
    {
        light[PpgLight.Red] = red;
        light[PpgLight.Infrared] = infrared;
        light[PpgLight.Ambient] = Ambient;
    }
}

/// <summary>
/// Light that numbers the samples: at 1 mA and 2048 nA full scale (7.8125 pA a count), conversion n after the
/// start reads 16 n red and 16 n + 8 infrared.
/// </summary>
internal sealed class CountingLight(DriverBench bench, int periodMicroseconds) : IPpgSource
{
    private long _start = -1;

    public void Sample(long timeMicroseconds, int[] light)
    {
        if (_start < 0)
        {
            _start = timeMicroseconds - periodMicroseconds;
        }

        Assert.IsTrue(timeMicroseconds <= bench.Bus.NowMicroseconds, "the chip looked into the future");
        int n = (int)((timeMicroseconds - _start) / periodMicroseconds);
        light[PpgLight.Red] = 125 * n;
        light[PpgLight.Infrared] = (125 * n) + 63;
        light[PpgLight.Ambient] = 0;
    }
}
