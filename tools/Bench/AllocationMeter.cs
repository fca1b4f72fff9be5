// Bytes that a piece of code allocates on the managed heap. .NET and nanoCLR lay objects out differently; 0
// is the same on both.

namespace Pulsegate.Bench;

/// <summary>Measures allocations.</summary>
public static class AllocationMeter
{
    /// <summary>Bytes that one run allocates on this thread.</summary>
    /// <param name="action">What is measured. It is run once before, so that what happens only the first time
    /// (static constructors, caches) is not counted.</param>
    public static long BytesOf(Action action)
    {
        action();
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
