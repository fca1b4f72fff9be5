// Settings of a MAX3010x in physical units, and their translation to register values.
// Source: 19-7740, Rev 1, Tables 3 to 9, 11 and 12.

using System;

namespace Iot.Device.Max3010x;

/// <summary>
/// Settings of the chip. The driver checks and copies them at its construction; later changes have no effect.
/// The defaults suit a finger: SpO2 mode, 400 conversions a second averaged by 8 to 50 samples, 18 bits, 6.4
/// mA. Fields, because a property that only keeps a value takes 100 bytes of a device's flash.
/// </summary>
public sealed class Max3010xConfiguration
{
    /// <summary>Highest LED current, microamperes.</summary>
    public const int LedCurrentMicroampsMax = 51_000;

    /// <summary>Step of the LED current, microamperes. Parts differ widely from the nominal
    /// current.</summary>
    public const int LedCurrentMicroampsStep = 200;

    /// <summary>Smallest full scale of the photodiode current, nanoamperes; each further one is twice as
    /// large.</summary>
    public const int AdcRangeNanoampsMin = 2048;

    /// <summary>Which LEDs are pulsed.</summary>
    public Max3010xMode Mode = Max3010xMode.SpO2;

    /// <summary>Conversions a second before averaging: 50, 100, 200, 400, 800, 1000, 1600 or 3200.</summary>
    public int SampleRateHz = 400;

    /// <summary>Conversions averaged in the chip to one sample: 1, 2, 4, 8, 16 or 32.</summary>
    public int AveragingCount = 8;

    /// <summary>LED pulse, microseconds: 69, 118, 215 or 411, which give 15, 16, 17 or 18 bits. 411 allows
    /// 400 conversions a second.</summary>
    public int PulseWidthMicroseconds = 411;

    /// <summary>Full scale of the photodiode current, nanoamperes: 2048, 4096, 8192 or 16384.</summary>
    public int AdcRangeNanoamps = 4096;

    /// <summary>Red LED current, 0 to 51 000 microamperes in steps of 200, rounded down.</summary>
    public int RedMicroamps = 6_400;

    /// <summary>Infrared LED current, 0 to 51 000 microamperes in steps of 200, rounded down.</summary>
    public int InfraredMicroamps = 6_400;

    /// <summary>Green LED current (MAX30101, multi-LED mode), 0 to 51 000 microamperes in steps of 200,
    /// rounded down.</summary>
    public int GreenMicroamps;

    /// <summary>
    /// True to let a full FIFO overwrite its oldest samples; false to keep them and lose the new ones. Off by
    /// default: the data sheet leaves open what the pointers do in rollover.
    /// </summary>
    public bool IsRolloverEnabled;

    /// <summary>Unread samples at which the chip raises its almost-full event: 17 to 32.</summary>
    public int AlmostFullSampleCount = 17;

    /// <summary>True on boards whose red and infrared dies are swapped: LED1 is then infrared and LED2
    /// red.</summary>
    public bool SwapChannels;

    /// <summary>First time slot of the multi-LED mode.</summary>
    public Max3010xSlot Slot1 = Max3010xSlot.Led1;

    /// <summary>Second time slot of the multi-LED mode.</summary>
    public Max3010xSlot Slot2 = Max3010xSlot.Led2;

    /// <summary>Third time slot of the multi-LED mode.</summary>
    public Max3010xSlot Slot3;

    /// <summary>Fourth time slot of the multi-LED mode.</summary>
    public Max3010xSlot Slot4;

    internal static byte LedRegister(int microamps)
    {
        if (microamps < 0 || microamps > LedCurrentMicroampsMax)
        {
            throw new ArgumentOutOfRangeException();
        }

        return (byte)(microamps / LedCurrentMicroampsStep);
    }

    internal byte FifoRegister()
    {
        int code = AveragingCode();
        int emptyCount = Max3010x.FifoDepth - AlmostFullSampleCount;
        if (emptyCount < 0 || emptyCount > Bits.AlmostFullMask)
        {
            throw new ArgumentException("AlmostFullSampleCount is 17 to 32");
        }

        return (byte)((code << Bits.AveragingShift) | (IsRolloverEnabled ? Bits.Rollover : 0) | emptyCount);
    }

    internal byte SpO2Register()
    {
        int rate = SampleRateCode(SampleRateHz);
        int width = PulseWidthCode(PulseWidthMicroseconds);
        int slots = Mode == Max3010xMode.HeartRate ? 1 : 2;
        if (rate > FastestRateCode(width, slots))
        {
            throw new ArgumentException("SampleRateHz is too high for this pulse width and mode");
        }

        return (byte)((AdcRangeCode(AdcRangeNanoamps) << Bits.AdcRangeShift) | (rate << Bits.SampleRateShift)
            | width);
    }

    internal static int AdcRangeCode(int nanoamps)
    {
        int range = 0;
        while (range <= Bits.AdcRangeMask && AdcRangeNanoampsMin << range != nanoamps)
        {
            range++;
        }

        if (range > Bits.AdcRangeMask)
        {
            throw new ArgumentException("AdcRangeNanoamps is 2048, 4096, 8192 or 16384");
        }

        return range;
    }

    /// <summary>The LED of a slot by index 0 to 3, whatever the mode.</summary>
    internal Max3010xSlot SlotLed(int slotIndex)
    {
        if (Mode != Max3010xMode.MultiLed)
        {
            return slotIndex == 0 ? Max3010xSlot.Led1
                : slotIndex == 1 && Mode == Max3010xMode.SpO2 ? Max3010xSlot.Led2 : Max3010xSlot.Off;
        }

        return slotIndex == 0 ? Slot1 : slotIndex == 1 ? Slot2 : slotIndex == 2 ? Slot3 : Slot4;
    }

    /// <summary>Samples a second per code of SPO2_SR (Table 6).</summary>
    internal static int SampleRateOfCode(int code) => code switch
    {
        0 => 50,
        1 => 100,
        2 => 200,
        3 => 400,
        4 => 800,
        5 => 1000,
        6 => 1600,
        _ => 3200,
    };

    /// <summary>Highest SPO2_SR code for a LED_PW code (Tables 11 and 12); multi-LED is held to the limits of
    /// two LEDs.</summary>
    internal static int FastestRateCode(int widthCode, int slotCount)
    {
        if (slotCount == 1)
        {
            return widthCode == 0 ? 7 : widthCode == 1 ? 6 : widthCode == 2 ? 6 : 5;
        }

        return widthCode == 0 ? 6 : widthCode == 1 ? 5 : widthCode == 2 ? 4 : 3;
    }

    private static int SampleRateCode(int hertz)
    {
        for (int code = 0; code <= Bits.SampleRateMask; code++)
        {
            if (SampleRateOfCode(code) == hertz)
            {
                return code;
            }
        }

        throw new ArgumentException("SampleRateHz is 50, 100, 200, 400, 800, 1000, 1600 or 3200");
    }

    private static int PulseWidthCode(int microseconds) => microseconds switch
    {
        69 => 0,
        118 => 1,
        215 => 2,
        411 => 3,
        _ => throw new ArgumentException("PulseWidthMicroseconds is 69, 118, 215 or 411"),
    };

    private int AveragingCode()
    {
        for (int code = 0; code <= Bits.AveragingCodeMax; code++)
        {
            if (1 << code == AveragingCount)
            {
                return code;
            }
        }

        throw new ArgumentException("AveragingCount is 1, 2, 4, 8, 16 or 32");
    }
}
