// Operating modes of the MAX30101 and MAX30102 (19-7740, Table 4).

namespace Iot.Device.Max3010x;

/// <summary>Which LEDs are pulsed for each sample.</summary>
public enum Max3010xMode
{
    /// <summary>LED1 (red) alone: 3 bytes a sample.</summary>
    HeartRate = Bits.HeartRateMode,

    /// <summary>LED1 (red), then LED2 (infrared): 6 bytes a sample.</summary>
    SpO2 = Bits.SpO2Mode,

    /// <summary>Up to four time slots, each with an LED of choice: 3 to 12 bytes a sample.</summary>
    MultiLed = Bits.MultiLedMode,
}
