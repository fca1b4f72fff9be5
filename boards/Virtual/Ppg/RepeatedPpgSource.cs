// A stretch of light drawn once and played over and over, by any number of sensors, each from a place of its
// own: many units on one machine then cost what their firmware costs, not what drawing fingers costs.

using Iot.Device.Max3010x.Emulator;

namespace Pulsegate.Virtual.Ppg;

/// <summary>Light out of a <see cref="Stretch"/>. Its end is followed by its beginning: a step in the light,
/// as when a finger moves.</summary>
/// <param name="stretch">What is played.</param>
/// <param name="offsetMicroseconds">Where it begins, from 0.</param>
public sealed class RepeatedPpgSource(RepeatedPpgSource.Stretch stretch, long offsetMicroseconds) : IPpgSource
{
    private const int StepMicroseconds = 2500;   // the chip's own 400 samples a second

    /// <inheritdoc/>
    public void Sample(long timeMicroseconds, int[] light)
        => stretch.CopyAt((offsetMicroseconds + timeMicroseconds) / StepMicroseconds, light);

    /// <summary>Light in memory, 400 samples a second: 288 KB a minute. Never changes: for any
    /// thread.</summary>
    public sealed class Stretch
    {
        private readonly int[] _light;

        /// <summary>Draws it.</summary>
        /// <param name="source">Where from.</param>
        /// <param name="seconds">How much, from the source's time 0.</param>
        public Stretch(IPpgSource source, int seconds)
        {
            int[] sample = new int[PpgLight.Count];
            _light = new int[seconds * (1_000_000 / StepMicroseconds) * PpgLight.Count];
            for (int i = 0; i < _light.Length; i += PpgLight.Count)
            {
                source.Sample((long)(i / PpgLight.Count) * StepMicroseconds, sample);
                sample.CopyTo(_light, i);
            }
        }

        /// <summary>Its length, microseconds.</summary>
        public long LengthMicroseconds => (long)(_light.Length / PpgLight.Count) * StepMicroseconds;

        internal void CopyAt(long step, int[] light)
            => Array.Copy(_light, (int)(step % (_light.Length / PpgLight.Count)) * PpgLight.Count, light, 0,
                PpgLight.Count);
    }
}
