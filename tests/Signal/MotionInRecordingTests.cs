// Goal: one channel alone shows few wrong rates while a hand moves. Method: recordings made by others, at
// rest, with motion of known size mixed in after 30 s; right is what the reference says.

using Iot.Device.Max3010x.Emulator;
using Pulsegate.Configuration;
using Pulsegate.Evaluate;
using Pulsegate.Virtual.Ppg;

namespace Pulsegate.Tests.Signal;

[TestClass]
public sealed class MotionInRecordingTests
{
    private const int RestSeconds = 30, PlaySeconds = 150;
    private const int RunsEach = 4;

    [TestMethod]
    [TestCategory("Slow")]
    public void MotionAfterRest_IsSeldomShownAsAPulse()
    {
        string folder = Path.GetDirectoryName(RecordingData.Path("README.md"))!;
        int shown = 0, right = 0, seed = 0;
        foreach (ReferenceRecording recording in ReferenceRecording.In(folder)
            .Where(recording => recording.Set != "welltory"))
        {
            for (int run = 0; run < RunsEach; run++)
            {
                var moved = new MovedRecording(recording.Open(), new Random(seed++));
                ReplayRecord replay = ReplayRecord.Of(moved, PlaySeconds, new GatewayConfiguration(), null);
                foreach ((double seconds, double? rate) in replay.Rates)
                {
                    if (seconds > RestSeconds && rate is { } value
                        && recording.Reference(seconds) is { } truth)
                    {
                        shown++;
                        right += Math.Abs(value - truth) <= 5 ? 1 : 0;
                    }
                }
            }
        }

        Console.WriteLine($"motion in one channel: {shown} rates shown, {right} right");
        Assert.IsGreaterThanOrEqualTo(0.75, (double)right / shown);
    }

    // Half to five times the pulse, as large as the pulse was until then; a hand's frequency with its second
    // and third harmonic, which wander by a few percent within seconds.
    private sealed class MovedRecording(RecordedPpgSource recording, Random random) : IPpgSource
    {
        private const double LevelSeconds = 1, PulseSeconds = 5, WanderSeconds = 1;
        private readonly double _hertz = 0.5 + (2.5 * random.NextDouble());
        private readonly double _share = 0.5 * Math.Pow(10, random.NextDouble());
        private readonly double _wander = 0.01 + (0.04 * random.NextDouble());
        private readonly double[] _heights = [1, random.NextDouble(), random.NextDouble() / 2];
        private readonly double[] _phases =
            [.. Enumerable.Range(0, 3).Select(_ => 2 * Math.PI * random.NextDouble())];
        private double _level, _pulse, _lastSeconds, _pace = 1, _angle;

        public void Sample(long timeMicroseconds, int[] light)
        {
            recording.Sample(timeMicroseconds, light);
            double seconds = timeMicroseconds / 1e6;
            double passed = seconds - _lastSeconds;
            _lastSeconds = seconds;
            double infrared = light[PpgLight.Infrared];
            if (seconds < RestSeconds)
            {
                _level = seconds < LevelSeconds ? infrared
                    : _level + ((infrared - _level) * passed / LevelSeconds);
                _pulse += (Math.Abs(infrared - _level) - _pulse) * passed / PulseSeconds;
                return;
            }

            _pace += ((1 - _pace) * passed / WanderSeconds)
                + (_wander * Math.Sqrt(12 * passed) * (random.NextDouble() - 0.5));
            _angle += 2 * Math.PI * _hertz * _pace * passed;
            double motion = _heights.Select(
                (height, i) => height * Math.Sin(((i + 1) * _angle) + _phases[i])).Sum();
            light[PpgLight.Infrared] += (int)(1.5 * _share * _pulse * motion);
        }
    }
}
