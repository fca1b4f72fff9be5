// Goal: nobody sees what the panel's memory held at power-up; method: the driver over the emulated panel,
// whose memory is random, looked at after every transfer.

using System.Device.Gpio;
using System.Device.Spi;
using Iot.Device.Ili9341;
using Iot.Device.Ili9341.Emulator;
using Pulsegate.Emulation;

namespace Pulsegate.Tests.Drivers;

[TestClass]
[DoNotParallelize]
public sealed class Ili9341Tests
{
    private const int BusId = 251, Pin = 1001;

    [TestMethod]
    public void PictureThatIsSwitchedOn_IsBlack()
    {
        var watched = new WatchedPanel();
        EmulatedSpiBuses.Register(BusId, watched);
        using var driver = new Ili9341(
            SpiDevice.Create(new SpiConnectionSettings(BusId, 1)),
            new GpioController().OpenPin(Pin, PinMode.Output),
            Ili9341Orientation.Landscape);
        driver.Reset();
        driver.Wake();
        driver.Show();
        Assert.IsTrue(watched.Panel.IsOn);
        Assert.AreEqual(Ili9341.Width * Ili9341.Height, watched.Panel.PixelCount);
        Assert.AreEqual(0, watched.RandomCount);
        Assert.AreEqual(0, watched.Panel.MistakeCount);
    }

    private sealed class WatchedPanel : IEmulatedSpiChip
    {
        public Ili9341Panel Panel { get; } = new(Pin);

        public int RandomCount { get; private set; }

        public void Transfer(byte[] write, int writeCount, byte[] read)
        {
            Panel.Transfer(write, writeCount, read);
            if (!Panel.IsOn || RandomCount > 0)
            {
                return;
            }

            for (int x = 0; x < Ili9341.Width; x++)
            {
                for (int y = 0; y < Ili9341.Height; y++)
                {
                    RandomCount += Panel.ColorAt(x, y) != 0 ? 1 : 0;
                }
            }
        }
    }
}
