// A stretch of a drawn life: numbers that jitter around something, with their doubt, and a button at its beginning.

using FsCheck;
using FsCheck.Fluent;
using Pulsegate.Alarms;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Alarms;

/// <summary>Some seconds in which little changes.</summary>
/// <param name="Seconds">How many, 1 to 90; now and then 400.</param>
/// <param name="SpO2">0.1 %.</param>
/// <param name="Pulse">0.1 /min.</param>
/// <param name="Temperature">0.01 °C.</param>
/// <param name="Noise">The numbers go up and down by this much from second to second.</param>
/// <param name="Status">Of saturation and pulse.</param>
/// <param name="Buttons">Pressed in its first second.</param>
/// <param name="UnitConditions">True of the unit, a bit each.</param>
internal sealed record LifeStretch(
    int Seconds, int SpO2, int Pulse, int Temperature, int Noise, ReadingStatus Status, int Buttons, int UnitConditions)
{
    private static readonly int[] Technical =
    [
        0, 1 << AlarmCondition.StorageFull, 1 << AlarmCondition.NotConnected, 1 << AlarmCondition.ClockUnknown,
        1 << AlarmCondition.BatteryLow,
    ];

    /// <summary>Stretches with numbers that lie mostly around the limits.</summary>
    public static Gen<LifeStretch> Any =>
        from seconds in Gen.Frequency((9, Gen.Choose(1, 90)), (1, Gen.Choose(100, 400)))
        from spo2 in Around(970, 900, 850, 860, 910, 600)
        from pulse in Around(720, 500, 400, 420, 1200, 1380, 1400)
        from temperature in Around(3660, 3500, 3400, 3800, 3950)
        from noise in Gen.Choose(0, 25)
        from status in Gen.Frequency(
            (12, Gen.Constant(ReadingStatus.Valid)), (2, Gen.Constant(ReadingStatus.Uncalibrated)),
            (2, Gen.Constant(ReadingStatus.Stale)), (2, Gen.Constant(ReadingStatus.Motion)),
            (1, Gen.Constant(ReadingStatus.NoFinger)), (1, Gen.Constant(ReadingStatus.SensorFault)))
        from buttons in Gen.Frequency((3, Gen.Constant(0)), (2, Gen.Choose(1, 7)))
        from unit in Gen.Elements(Technical)
        select new LifeStretch(seconds, spo2, pulse, temperature, noise, status, buttons, unit);

    private static Gen<int> Around(params int[] values) =>
        from value in Gen.Elements(values)
        from aside in Gen.Choose(-12, 12)
        select value + aside;
}
