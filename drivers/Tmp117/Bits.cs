// Bit fields of the TMP117 registers, shared by the driver and the emulator. Source: SNOSD82D, section 7.6.

namespace Iot.Device.Tmp117;

/// <summary>Masks, shifts and values inside the registers.</summary>
internal static class Bits
{
    // Configuration: HIGH_Alert, LOW_Alert, Data_Ready, EEPROM_Busy, MOD[1:0], CONV[2:0], AVG[1:0], T/nA,
    // POL, DR/Alert, Soft_Reset
    public const int HighAlert = 0b1000_00_000_00_00000;
    public const int LowAlert = 0b0100_00_000_00_00000;
    public const int DataReady = 0b0010_00_000_00_00000;
    public const int EepromBusy = 0b0001_00_000_00_00000;
    public const int ModeMask = 0b0000_11_000_00_00000;
    public const int ShutdownMode = 0b0000_01_000_00_00000;
    public const int OneShotMode = 0b0000_11_000_00_00000;
    public const int CycleShift = 7;
    public const int CycleMask = 0b111;
    public const int AveragingShift = 5;
    public const int AveragingMask = 0b11;
    public const int SoftReset = 0b10;
    public const int WritableMask = 0b0000_11_111_11_11100;
    public const int ConfigurationDefault = 0x0220;   // continuous, 8 averaged, 1 s

    // EEPROM unlock: EUN, EEPROM_Busy
    public const int EepromUnlocked = 0b10_00_0000_0000_0000;

    // Device ID: Rev[3:0], DID[11:0]
    public const int DeviceIdMask = 0b0000_1111_1111_1111;
    public const int DeviceId = 0x117;

    public const int HighLimitDefault = 0x6000;       // 192 °C
    public const int NotConverted = 0x8000;           // -256 °C: the result until the first conversion
    public const int LowLimitDefault = 0x8000;
}
