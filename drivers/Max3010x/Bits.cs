// Bit fields of the MAX30102 registers, shared by the driver and the emulator. Table numbers are those of
// 19-7740, Rev 1.

namespace Iot.Device.Max3010x;

/// <summary>Masks, shifts and values inside the registers.</summary>
internal static class Bits
{
    // Interrupt Status 1 and Interrupt Enable 1
    public const int AlmostFull = 0b1000_0000;
    public const int NewSample = 0b0100_0000;
    public const int AmbientOverflow = 0b0010_0000;
    public const int PowerReady = 0b0000_0001;

    // Interrupt Status 2 and Interrupt Enable 2
    public const int DieTemperatureReady = 0b0000_0010;

    // FIFO pointers and overflow counter
    public const int PointerMask = 0b0001_1111;
    public const int OverflowCountMax = 0x1F;    // the counter stays there

    // FIFO Configuration: SMP_AVE[2:0], FIFO_ROLLOVER_EN, FIFO_A_FULL[3:0]
    public const int AveragingShift = 5;
    public const int AveragingCodeMax = 5;       // 32 samples; 6 and 7 mean the same (Table 3)
    public const int Rollover = 0b000_1_0000;
    public const int AlmostFullMask = 0b000_0_1111;

    // Mode Configuration: SHDN, RESET, MODE[2:0] (Table 4)
    public const int Shutdown = 0b1_0_000_000;
    public const int Reset = 0b0_1_000_000;
    public const int ModeMask = 0b0_0_000_111;
    public const int HeartRateMode = 0b010;
    public const int SpO2Mode = 0b011;
    public const int MultiLedMode = 0b111;

    // SpO2 Configuration: SPO2_ADC_RGE[1:0], SPO2_SR[2:0], LED_PW[1:0] (Tables 5 to 7)
    public const int AdcRangeShift = 5;
    public const int AdcRangeMask = 0b11;
    public const int SampleRateShift = 2;
    public const int SampleRateMask = 0b111;
    public const int PulseWidthMask = 0b11;

    // Multi-LED Mode Control (Table 9)
    public const int SlotMask = 0b111;
    public const int OddSlotShift = 4;           // slot 2 in 0x11, slot 4 in 0x12

    // Die Temperature Config
    public const int TemperatureEnable = 0b0000_0001;
    public const int TemperatureFractionMask = 0b0000_1111;

    // FIFO data: 18 bits in three bytes, the upper six of them unused
    public const int SampleMask = 0x3FFFF;
    public const int BytesPerChannel = 3;
    public const int SlotCountMax = 4;
}
