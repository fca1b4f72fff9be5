// The signal chain alone, from counts to one reading a second: what its budget is about, without driver,
// store and link.

using Pulsegate.Signal;
using Pulsegate.Vitals;

namespace Pulsegate.Virtual.Bench;

/// <summary>Runs the chain over counts, in plain types, in the room of the instruction counter or
/// outside.</summary>
public static class ChainScenario
{
    /// <summary>Numbers that <see cref="Run"/> gives, by index: sample pairs; instructions; most in one block
    /// of 100 ms with what falls due after it; bytes allocated.</summary>
    public const int Pairs = 0, Instructions = 1, WorstBlock = 2, AllocatedBytes = 3, Count = 4;

    private const int BlockSize = 5;
    private const int PairsPerSecond = 50;

    /// <summary>Runs the chain.</summary>
    /// <param name="red">Red counts, 50 a second.</param>
    /// <param name="infrared">Infrared counts, as many.</param>
    /// <param name="instructions">Reads the instruction counter.</param>
    public static long[] Run(int[] red, int[] infrared, Func<long> instructions)
    {
        var chain = new SignalChain();
        var monitor = new VitalsMonitor(chain);
        var reading = new Reading();
        int[] redBlock = new int[BlockSize];
        int[] infraredBlock = new int[BlockSize];
        var results = new long[Count];
        for (int at = 0; at + BlockSize <= red.Length; at += BlockSize)
        {
            Array.Copy(red, at, redBlock, 0, BlockSize);
            Array.Copy(infrared, at, infraredBlock, 0, BlockSize);
            long allocated = GC.GetAllocatedBytesForCurrentThread();
            long count = instructions();
            chain.Process(redBlock, infraredBlock, BlockSize);
            while (chain.TryTakeBeat(out _))
            {
            }

            if ((at + BlockSize) % PairsPerSecond == 0)
            {
                monitor.Update(chain.TimeMs, reading);
            }

            count = instructions() - count;
            results[AllocatedBytes] += at == 0 ? 0 : GC.GetAllocatedBytesForCurrentThread() - allocated;
            results[Pairs] += BlockSize;
            results[Instructions] += count;
            results[WorstBlock] = Math.Max(results[WorstBlock], count);
        }

        return results;
    }

    /// <summary>Bytes of the chain and what turns it into readings.</summary>
    public static long StateBytes()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        var chain = new SignalChain();
        var monitor = new VitalsMonitor(chain);
        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        GC.KeepAlive(monitor);
        return bytes;
    }
}
