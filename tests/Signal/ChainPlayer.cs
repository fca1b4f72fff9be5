// Plays light into the signal chain as the sensor would count it, and keeps what comes out. Shared by the
// tests of this folder.

using Iot.Device.Max3010x.Emulator;
using Pulsegate.Signal;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Signal;

/// <summary>A source, a chain and a monitor, stepped in blocks of 100 ms.</summary>
internal sealed class ChainPlayer
{
    private const int BlockSize = 5;
    // LED current 6.2 mA, 15.6 pA a count: range 4 096 nA at 18 bits.
    private const double CountsPerLight = 6.2 / 15.6;
    private readonly IPpgSource _source;
    private readonly int[] _red = new int[BlockSize];
    private readonly int[] _infrared = new int[BlockSize];
    private readonly int[] _light = new int[PpgLight.Count];
    private long _sample;

    public ChainPlayer(IPpgSource source)
    {
        _source = source;
        Monitor = new VitalsMonitor(Chain);
    }

    public SignalChain Chain { get; } = new();

    public VitalsMonitor Monitor { get; }

    /// <summary>Beat times so far, seconds.</summary>
    public List<double> Beats { get; } = [];

    /// <summary>Second at which each beat was reported.</summary>
    public List<double> ReportedAt { get; } = [];

    /// <summary>One reading a second so far.</summary>
    public List<Reading> Readings { get; } = [];

    public ChainPlayer Play(double seconds)
    {
        long end = _sample + (long)(seconds * 50);
        for (; _sample < end; _sample += BlockSize)
        {
            for (int i = 0; i < BlockSize; i++)
            {
                Convert((_sample + i) * 20_000, i);
            }

            Chain.Process(_red, _infrared, BlockSize);
            while (Chain.TryTakeBeat(out long timeMs))
            {
                Beats.Add(timeMs / 1000.0);
                ReportedAt.Add((_sample + BlockSize) / 50.0);
            }

            if ((_sample + BlockSize) % 50 == 0)
            {
                Readings.Add(new Reading());
                Monitor.Update((_sample + BlockSize) * 20, Readings[^1]);
            }
        }

        return this;
    }

    /// <summary>First second with a fresh value of a vital, from a second on; 0 when there is none.</summary>
    public int FirstFresh(int vital, int from = 0) =>
        Readings.FindIndex(from, reading => reading.IsFresh(vital)) + 1;

    // Eight conversions of 2.5 ms, averaged, as the sensor does.
    private void Convert(long timeMicroseconds, int i)
    {
        int red = 0;
        int infrared = 0;
        for (int k = 0; k < 8; k++)
        {
            _source.Sample(timeMicroseconds + (k * 2500), _light);
            red += Count(_light[PpgLight.Red], _light[PpgLight.Ambient]);
            infrared += Count(_light[PpgLight.Infrared], _light[PpgLight.Ambient]);
        }

        _red[i] = red / 8;
        _infrared[i] = infrared / 8;
    }

    private static int Count(int light, int ambient) =>
        (int)Math.Clamp((light * CountsPerLight) + (ambient / 15.6), 0, 262_143);
}
