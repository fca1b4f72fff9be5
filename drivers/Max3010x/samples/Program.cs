// Prints red and infrared counts of a MAX30102 ten times a second, and says when samples were lost.
// On an ESP32 map the pins first: Configuration.SetPinFunction(21, DeviceFunction.I2C1_DATA) and (22,
// DeviceFunction.I2C1_CLOCK).

using System;
using System.Device.I2c;
using System.Threading;
using Iot.Device.Max3010x;

namespace Iot.Device.Max3010x.Sample;

/// <summary>The sample.</summary>
public static class Program
{
    /// <summary>Runs for as long as the board has power.</summary>
    public static void Main()
    {
        var i2c = I2cDevice.Create(new I2cConnectionSettings(1, Max3010x.DefaultI2cAddress));
        var configuration = new Max3010xConfiguration { RedMicroamps = 7_000, InfraredMicroamps = 7_000 };
        var sensor = new Max3010x(i2c, configuration);
        var red = new int[Max3010x.FifoDepth];
        var infrared = new int[Max3010x.FifoDepth];
        while (!sensor.TryInitialize())
        {
            Console.WriteLine("No MAX30102: error " + (int)sensor.LastError);
            Thread.Sleep(1000);
        }

        while (true)
        {
            Thread.Sleep(100);
            if (!sensor.TryReadFifo(red, infrared, out int count, out int lostCount))
            {
                Console.WriteLine("Read failed: error " + (int)sensor.LastError);
                if (sensor.LastError == Max3010xError.PowerLost ||
                    sensor.LastError == Max3010xError.NotInitialized)
                {
                    sensor.TryInitialize();
                }

                continue;
            }

            if (lostCount > 0)
            {
                Console.WriteLine("At least " + lostCount + " samples were lost here");
            }

            for (int i = 0; i < count; i++)
            {
                Console.WriteLine(red[i] + " " + infrared[i]);
            }
        }
    }
}
