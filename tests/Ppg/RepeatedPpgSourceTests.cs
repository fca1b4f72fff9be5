// Goal: light that is drawn once and repeated is the light that was drawn. Method: the source that it was
// drawn from, asked at the same moments; from another place; around the end.

using Iot.Device.Max3010x.Emulator;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Pulsegate.Virtual.Ppg;

namespace Pulsegate.Tests.Ppg;

[TestClass]
public sealed class RepeatedPpgSourceTests
{
    private const int Seconds = 2;
    private const int StepMicroseconds = 2500;
    private const int StepCount = Seconds * 400;

    [TestMethod]
    public void FromAnyPlace_OverItsEnd_IsWhatWasDrawn()
    {
        int[][] drawn = Draw();
        var stretch = new RepeatedPpgSource.Stretch(new SyntheticPpgSource(7), Seconds);
        Assert.AreEqual(Seconds * 1_000_000L, stretch.LengthMicroseconds);
        int[] light = new int[PpgLight.Count];
        foreach (int first in new[] { 0, 1, 333, StepCount - 1 })
        {
            var source = new RepeatedPpgSource(stretch, (long)first * StepMicroseconds);
            for (int i = 0; i < 2 * StepCount; i++)
            {
                source.Sample((long)i * StepMicroseconds, light);
                CollectionAssert.AreEqual(drawn[(first + i) % StepCount], light, $"{first} + {i}");
            }
        }
    }

    private static int[][] Draw()
    {
        var source = new SyntheticPpgSource(7);
        var drawn = new int[StepCount][];
        for (int i = 0; i < StepCount; i++)
        {
            drawn[i] = new int[PpgLight.Count];
            source.Sample((long)i * StepMicroseconds, drawn[i]);
        }

        return drawn;
    }
}
