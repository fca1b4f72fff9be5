// Register map of the TMP117, in the order of the data sheet.
// Source: Texas Instruments, "TMP117 High-Accuracy, Low-Power, Digital Temperature Sensor", SNOSD82D,
// September 2022, section 7.6.

namespace Iot.Device.Tmp117;

/// <summary>Register addresses; every register is 16 bits, most significant byte first.</summary>
internal enum Register : byte
{
    TemperatureResult = 0x00,
    Configuration = 0x01,
    HighLimit = 0x02,
    LowLimit = 0x03,
    EepromUnlock = 0x04,
    Eeprom1 = 0x05,
    Eeprom2 = 0x06,
    TemperatureOffset = 0x07,
    Eeprom3 = 0x08,
    DeviceId = 0x0F,
}
