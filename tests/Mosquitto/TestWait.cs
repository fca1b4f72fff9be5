using System.Diagnostics;

namespace Pulsegate.Tests.Mosquitto;

/// <summary>Waiting for what another thread does, with a limit that only a hang reaches.</summary>
internal static class TestWait
{
    private const int WaitMs = 120_000;

    public static void For(Func<bool> condition, string what)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.IsLessThan(WaitMs, clock.ElapsedMilliseconds, what);
            Thread.Sleep(1);
        }
    }
}
