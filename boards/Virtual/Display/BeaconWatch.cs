// An onlooker with a stop watch: what colour the light has, how often it flashes and for what share of the
// time, from what it did in the last seconds.

using Pulsegate.Alarms;

namespace Pulsegate.Virtual.Display;

/// <summary>Measures a beacon, tick by tick. One owner, one thread.</summary>
internal sealed class BeaconWatch
{
    /// <summary>Ticks that are looked back over: 4 s, two periods of the slowest flash.</summary>
    internal const int TickCount = 40;

    private static readonly string[] Colors =
        ["dark", "red", "green", "yellow", "blue", "magenta", "pale blue", "white"];

    private readonly int[] _ticks = new int[TickCount];
    private int _count;

    /// <summary>Takes the beacon as it is in this tick.</summary>
    internal BeaconView Look(Beacon beacon)
    {
        int lit = (beacon.IsRed ? 1 : 0) | (beacon.IsGreen ? 2 : 0) | (beacon.IsBlue ? 4 : 0);
        int newest = Newest();
        if (lit != 0 && newest != 0 && lit != newest)
        {
            _count = 0;   // another colour is another pattern
        }

        _ticks[_count++ % TickCount] = lit;
        (int flashes, int percent) = Rhythm();
        return new BeaconView(
            beacon.IsRed, beacon.IsGreen, beacon.IsBlue, beacon.Volume, Colors[Newest()], flashes, percent);
    }

    // Over whole periods, from the first to the last time that the light went on; without two such times it
    // is steady or dark, as far as can be told yet.
    private (int FlashesPerMinute, int LitPercent) Rhythm()
    {
        int oldest = Math.Max(0, _count - TickCount);
        int first = -1, last = -1, flashes = 0;
        for (int i = oldest + 1; i < _count; i++)
        {
            if (IsLit(i) && !IsLit(i - 1))
            {
                flashes += first < 0 ? 0 : 1;
                first = first < 0 ? i : first;
                last = i;
            }
        }

        if (flashes == 0)
        {
            return (0, Newest() == 0 ? 0 : 100);
        }

        int lit = Enumerable.Range(first, last - first).Count(IsLit);
        return (flashes * 60_000 / ((last - first) * Beacon.TickMs), lit * 100 / (last - first));
    }

    private bool IsLit(int tick) => _ticks[tick % TickCount] != 0;

    // The colour when it was last lit.
    private int Newest()
    {
        for (int back = 1; back <= Math.Min(_count, TickCount); back++)
        {
            int tick = _ticks[(_count - back) % TickCount];
            if (tick != 0)
            {
                return tick;
            }
        }

        return 0;
    }
}
