// Goal: counts that no finger gives never throw, and never become a number. Method: five kinds of counts by
// seed, through chain and monitor, a million samples in the ordinary run and ten million in the slow one.

using Pulsegate.Signal;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Ppg;

[TestClass]
public sealed class FuzzTests
{
    private const int FullScale = 262_143;
    private const int SamplesPerSecond = 50;
    private const int SegmentSamples = 60 * SamplesPerSecond;
    private const double FalseShowMax = 0.001;

    // A number shown by mistake ages for 10 s. The short run is too short to average such episodes: it may
    // have one more than its share.
    private const int EpisodeSeconds = 12;

    [TestMethod]
    public void OneMillionSamples_NeverThrow_AndShowNothing() => Fuzz(samples: 1_000_000, seed: 1);

    [TestMethod]
    [TestCategory("Slow")]
    public void TenMillionSamples_NeverThrow_AndShowNothing() => Fuzz(samples: 10_000_000, seed: 2);

    // Each minute another kind: a chain that was misled by one kind would show it in the next.
    private static void Fuzz(int samples, int seed)
    {
        var random = new Random(seed);
        var chain = new SignalChain();
        var monitor = new VitalsMonitor(chain)
        {
            Calibration = new CalibrationTable(1, [1, 5000], [1000, 600]),   // takes any ratio
        };
        var reading = new Reading();
        var red = new int[SignalChain.BlockMax];
        var infrared = new int[SignalChain.BlockMax];
        var shownByKind = new int[Counts.KindCount];
        int seconds = 0;
        int fingerSeconds = 0;
        long nextSecond = SamplesPerSecond;
        var counts = new Counts(random);
        for (long sample = 0; sample < samples;)
        {
            if (sample >= counts.UntilSample)
            {
                counts.Change(sample + SegmentSamples);
            }

            int block = random.Next(1, 9);
            for (int i = 0; i < block; i++, sample++)
            {
                (red[i], infrared[i]) = counts.Next(sample);
            }

            chain.Process(red, infrared, block);
            while (chain.TryTakeBeat(out long timeMs))
            {
                Assert.IsLessThanOrEqualTo(sample * SignalChain.SampleMs, timeMs,
                    $"a beat in the future, sample {sample}");
            }

            if (sample >= nextSecond)
            {
                nextSecond += SamplesPerSecond;
                seconds++;
                fingerSeconds += chain.State == SignalState.Finger ? 1 : 0;
                monitor.Update(sample * SignalChain.SampleMs, reading);
                CheckRanges(reading, sample);
                shownByKind[counts.Kind] += reading.HasValue(Vital.PulseRate) || reading.HasValue(Vital.SpO2)
                    ? 1 : 0;
            }
        }

        Assert.IsGreaterThan(0.3 * seconds, fingerSeconds,
            "else the chain saw too little that it had to refuse");
        int shown = shownByKind.Sum();
        string kinds = string.Join(", ", shownByKind.Select((count, kind)
            => $"{Counts.NameOf(kind)} {count}"));
        double allowed = (FalseShowMax * seconds) + (samples < 10_000_000 ? EpisodeSeconds : 0);
        Assert.IsLessThanOrEqualTo(allowed, shown, $"seed {seed}, {seconds} s: {kinds}");
    }

    private static void CheckRanges(Reading reading, long sample)
    {
        Check(Vital.PulseRate, 300, 2400);
        Check(Vital.SpO2, 600, 1000);
        Check(Vital.PerfusionIndex, 0, 2000);
        Check(Vital.Quality, 0, 100);

        void Check(int vital, int low, int high)
        {
            if (reading.HasValue(vital))
            {
                Assert.IsInRange(low, high, reading.Values[vital], $"vital {vital}, sample {sample}");
            }
        }
    }

    /// <summary>The counts: random, constant, extreme, saturated, alternating.</summary>
    private sealed class Counts(Random random)
    {
        public const int KindCount = 9;

        private static readonly int[] Extremes =
            [int.MinValue, int.MinValue + 1, -FullScale, -1, 0, 1, 13_107, 13_108, 249_000, FullScale,
                FullScale + 1, int.MaxValue];

        private int _level;
        private int _span;
        private int _other;
        private int _period = 1;
        private double _wander;

        public int Kind { get; private set; }

        public long UntilSample { get; private set; }

        public static string NameOf(int kind) => kind switch
        {
            0 => "full range", 1 => "white", 2 => "constant", 3 => "extreme", 4 => "saturated",
            5 => "alternating",
            6 => "random steps", 7 => "coloured", _ => "white, two channels apart",
        };

        public void Change(long untilSample)
        {
            UntilSample = untilSample;
            Kind = random.Next(KindCount);
            _level = random.Next(20_000, 240_000);
            _span = 1 << random.Next(1, 17);
            _other = random.Next(20_000, 240_000);
            _period = random.Next(1, 4);      // alternating at 8 to 25 Hz: above any pulse
        }

        public (int Red, int Infrared) Next(long sample)
        {
            switch (Kind)
            {
                case 0:
                    return (random.Next(FullScale + 1), random.Next(FullScale + 1));
                case 1:
                    int noise = random.Next(-_span, _span + 1);
                    return (_other + (noise / 2), _level + noise);
                case 2:
                    return (_other, _level);
                case 3:
                    return (Extremes[random.Next(Extremes.Length)], Extremes[random.Next(Extremes.Length)]);
                case 4:
                    return (FullScale - random.Next(40), FullScale - random.Next(20_000));
                case 5:
                    return sample / _period % 2 == 0 ? (_level, _other) : (_other, _level);
                case 6:
                    _level = random.Next(200) == 0 ? random.Next(20_000, 240_000) : _level;
                    return (_other, _level);
                case 7:
                    _wander = (0.9 * _wander) + random.Next(-300, 301);
                    return (120_000 + (int)(0.6 * _wander), 130_000 + (int)_wander);
                default:
                    return (_other + random.Next(-_span, _span + 1), _level + random.Next(-_span, _span + 1));
            }
        }
    }
}
