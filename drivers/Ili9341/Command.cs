// Commands of the ILI9341 that a picture needs, in the order of the data sheet.
// Source: ILI Technology, "ILI9341 a-Si TFT LCD Single Chip Driver 240RGBx320 Resolution and 262K color",
// version V1.11, 2011, section 8.2.

namespace Iot.Device.Ili9341;

/// <summary>Command bytes; a command is sent with D/CX low, its parameters with D/CX high.</summary>
internal enum Command : byte
{
    Nop = 0x00,
    SoftwareReset = 0x01,
    SleepIn = 0x10,
    SleepOut = 0x11,
    NormalDisplayOn = 0x13,
    DisplayInversionOff = 0x20,
    DisplayInversionOn = 0x21,
    DisplayOff = 0x28,
    DisplayOn = 0x29,
    ColumnAddressSet = 0x2A,
    PageAddressSet = 0x2B,
    MemoryWrite = 0x2C,
    MemoryAccessControl = 0x36,
    PixelFormatSet = 0x3A,
}
