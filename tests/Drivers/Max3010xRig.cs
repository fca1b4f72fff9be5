// A MAX3010x driver on an emulated chip that numbers its samples at 50 a second, so that order and loss can
// be seen in the data.

using Iot.Device.Max3010x;
using Iot.Device.Max3010x.Emulator;

namespace Pulsegate.Tests.Drivers;

internal sealed class Max3010xRig
{
    public const int PeriodMs = 20;

    public Max3010xRig(Max3010xConfiguration? configuration = null, IPpgSource? light = null)
    {
        Chip = new Max30102Chip(light ?? new CountingLight(Bench, PeriodMs * 1000));
        Driver = new Max3010x(Bench.Attach(Max3010x.DefaultI2cAddress, Chip), configuration ?? Numbered());
    }

    public DriverBench Bench { get; } = new();

    public Max30102Chip Chip { get; }

    public Max3010x Driver { get; }

    public int[] Red { get; } = new int[Max3010x.FifoDepth];

    public int[] Infrared { get; } = new int[Max3010x.FifoDepth];

    public static Max3010xConfiguration Numbered() => new()
    {
        SampleRateHz = 50,
        AveragingCount = 1,
        AdcRangeNanoamps = 2048,
        RedMicroamps = 1000,
        InfraredMicroamps = 1000,
    };

    public static Max3010xRig Started(Max3010xConfiguration? configuration = null, IPpgSource? light = null)
    {
        var rig = new Max3010xRig(configuration, light);
        bool isInitialized = rig.Driver.TryInitialize();
        Assert.IsTrue(isInitialized, $"{rig.Driver.LastError} at {rig.Driver.LastErrorRegister:X2}");
        return rig;
    }

    public void AdvanceSamples(int count) => Bench.AdvanceMs(count * PeriodMs);

    /// <summary>Reads, checks that both channels belong together, and returns the sample numbers.</summary>
    public int[] ReadNumbers(out int lostCount)
    {
        Assert.IsTrue(Driver.TryReadFifo(Red, Infrared, out int count, out lostCount), $"{Driver.LastError}");
        var numbers = new int[count];
        for (int i = 0; i < count; i++)
        {
            Assert.AreEqual(0, Red[i] % 16);
            Assert.AreEqual(Red[i] + 8, Infrared[i]);
            numbers[i] = Red[i] / 16;
        }

        return numbers;
    }
}
