// Register map of the MAX30205, in the order of the data sheet.
// Source: Maxim Integrated, "MAX30205 Human Body Temperature Sensor", 19-8505, Rev 0, 3/16, "Register Map".

namespace Iot.Device.Max30205;

/// <summary>Register addresses. The configuration is one byte; the others are two, most significant
/// first.</summary>
internal enum Register : byte
{
    Temperature = 0x00,
    Configuration = 0x01,
    Hysteresis = 0x02,        // T_HYST
    OverTemperature = 0x03,   // T_OS
}
