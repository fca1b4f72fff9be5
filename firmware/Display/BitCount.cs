// How many bits of a set are there.

namespace Pulsegate.Display;

/// <summary>Counts a set.</summary>
internal static class BitCount
{
    /// <summary>Bits that are 1.</summary>
    public static int Of(int set)
    {
        int count = 0;
        for (; set != 0; set &= set - 1)
        {
            count++;
        }

        return count;
    }
}
