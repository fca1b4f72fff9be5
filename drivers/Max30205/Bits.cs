// Bit fields of the MAX30205 registers, shared by the driver and the emulator. Source: 19-8505, Rev 0.

namespace Iot.Device.Max30205;

/// <summary>Masks and values inside the registers.</summary>
internal static class Bits
{
    // Configuration: ONE-SHOT, TIMEOUT (1 turns the bus timeout off), DATA FORMAT, FAULT QUEUE[1:0], OS
    // POLARITY, COMPARATOR/INTERRUPT, SHUTDOWN
    public const int OneShot = 0b1_0_0_00_0_0_0;
    public const int ExtendedFormat = 0b0_0_1_00_0_0_0;
    public const int FaultQueueShift = 3;
    public const int FaultQueueMask = 0b11;
    public const int InterruptMode = 0b0_0_0_00_0_1_0;
    public const int Shutdown = 0b0_0_0_00_0_0_1;

    public const int NotConverted = 0x0000;           // the temperature register until the first conversion
    public const int HysteresisDefault = 0x4B00;      // 75 °C
    public const int OverTemperatureDefault = 0x5000; // 80 °C
    public const int ExtendedOffset = 64 << 8;   // extended format: what it holds is 64 °C lower
}
