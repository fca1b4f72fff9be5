// What a time slot of the multi-LED mode lights (19-7740, Table 9; green in 19-7756).

namespace Iot.Device.Max3010x;

/// <summary>The LED of one time slot.</summary>
public enum Max3010xSlot
{
    /// <summary>The slot is off; so are all after it.</summary>
    Off = 0b000,

    /// <summary>LED1, red.</summary>
    Led1 = 0b001,

    /// <summary>LED2, infrared.</summary>
    Led2 = 0b010,

    /// <summary>LED3, green: MAX30101 only.</summary>
    Led3 = 0b011,
}
