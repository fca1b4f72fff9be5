// Prints the temperature of a MAX30205 once a second.
// On an ESP32 map the pins first: Configuration.SetPinFunction(21, DeviceFunction.I2C1_DATA) and (22,
// DeviceFunction.I2C1_CLOCK).

using System;
using System.Device.I2c;
using System.Threading;
using Iot.Device.Max30205;

namespace Iot.Device.Max30205.Sample;

/// <summary>The sample.</summary>
public static class Program
{
    /// <summary>Runs for as long as the board has power.</summary>
    public static void Main()
    {
        var i2c = I2cDevice.Create(new I2cConnectionSettings(1, Max30205.DefaultI2cAddress));
        var sensor = new Max30205(i2c);
        while (!sensor.TryInitialize())
        {
            Console.WriteLine("No MAX30205: error " + (int)sensor.LastError);
            Thread.Sleep(1000);
        }

        while (true)
        {
            Thread.Sleep(1000);
            if (sensor.TryReadTemperature(out int milliCelsius))
            {
                Console.WriteLine(milliCelsius + " m°C");
            }
            else if (sensor.LastError == Max30205Error.NotReady)
            {
                Console.WriteLine("not converted yet");
            }
            else
            {
                Console.WriteLine("Read failed: bus status " + (int)sensor.LastBusStatus);
            }
        }
    }
}
