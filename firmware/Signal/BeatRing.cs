// The last beats, for the rate and for whoever asks when they were. A ring: when it is full the oldest beat
// is forgotten.

namespace Pulsegate.Signal;

/// <summary>Times of the last accepted beats, with what is known of each.</summary>
public sealed class BeatRing
{
    /// <summary>Beats remembered: 10 s at 240 /min, rounded up to a power of two.</summary>
    public const int Capacity = 64;

    private const long IntervalMsMax = 4000;   // 30 /min is 2 000 ms; a longer pause is no interval

    // Beats this near to a change of the light are touched by it: two moving averages and the slope together
    // look 280 ms back, of which a beat's time is the middle.
    private const int TouchedBeforeMs = 160, TouchedAfterMs = 240;

    private readonly long[] _timesMs = new long[Capacity];
    private readonly int[] _contrasts = new int[Capacity];
    private readonly int[] _heights = new int[Capacity];
    private readonly bool[] _first = new bool[Capacity];
    private readonly bool[] _isTouched = new bool[Capacity];
    private long _touchedMs = long.MinValue / 2;
    private int _untaken;
    private bool _nextIsFirst = true;
    private int _count;
    private int _total;

    /// <summary>Time of the newest beat, ms of the chain's clock; 0 when there is none.</summary>
    public long NewestMs => _count == 0 ? 0 : _timesMs[(_total - 1) & (Capacity - 1)];

    /// <summary>Beats since construction; wraps after years.</summary>
    public int Total => _total;

    /// <summary>The next beat has no interval to the one before it: samples were lost between them.</summary>
    public void Break()
    {
        _nextIsFirst = true;
    }

    /// <summary>
    /// The light has changed at a moment: a beat near it, and the intervals to and from it, do not count.
    /// </summary>
    public void Touch(long timeMs)
    {
        _touchedMs = timeMs;
    }

    /// <summary>Forgets the beats for the rate; those not yet taken stay to be taken.</summary>
    public void Forget()
    {
        _count = 0;
        _nextIsFirst = true;
    }

    /// <summary>Adds a beat.</summary>
    /// <param name="timeMs">Time of its steepest rise, ms of the chain's clock.</param>
    /// <param name="contrast">By how much it stands out of what else was there since the last one, 0 to
    /// 100.</param>
    /// <param name="height">Its steepest rise, filter units.</param>
    public void Add(long timeMs, int contrast, int height)
    {
        int slot = _total & (Capacity - 1);
        _timesMs[slot] = timeMs;
        _contrasts[slot] = contrast;
        _heights[slot] = height;
        _first[slot] = _nextIsFirst;
        _isTouched[slot] = timeMs >= _touchedMs - TouchedBeforeMs && timeMs <= _touchedMs + TouchedAfterMs;
        _nextIsFirst = false;
        _total++;
        if (_count < Capacity)
        {
            _count++;
        }

        if (_untaken < Capacity)
        {
            _untaken++;
        }
    }

    /// <summary>
    /// Copies the latest intervals, newest first, back to the first in which samples were lost or which is
    /// longer than 4 s; those of a beat near a change of the light are left out.
    /// </summary>
    /// <param name="intervals">Receives them, ms; when it is full the older ones are left out.</param>
    /// <param name="heights">Receives the height of the beat that ends each, filter units.</param>
    /// <param name="contrasts">Receives that beat's contrast, 0 to 100.</param>
    /// <param name="sinceMs">Only intervals whose second beat is later.</param>
    /// <param name="spanMs">Their sum, ms.</param>
    /// <returns>How many there are.</returns>
    public int CopyIntervals(int[] intervals, int[] heights, int[] contrasts, long sinceMs, out int spanMs)
    {
        long[] times = _timesMs;
        int limit = intervals.Length < _count ? intervals.Length : _count;
        int slot = (_total - 1) & (Capacity - 1);
        long time = times[slot];
        int n = 0;
        int span = 0;
        while (limit > 0 && time > sinceMs && !_first[slot])
        {
            int previous = (slot - 1) & (Capacity - 1);
            long earlier = times[previous];
            long interval = time - earlier;
            if (interval <= 0 || interval > IntervalMsMax)
            {
                break;
            }

            limit--;
            if (!_isTouched[slot] && !_isTouched[previous])
            {
                intervals[n] = (int)interval;
                heights[n] = _heights[slot];
                contrasts[n++] = _contrasts[slot];
                span += (int)interval;
            }

            slot = previous;
            time = earlier;
        }

        spanMs = span;
        return n;
    }

    /// <summary>Takes the oldest beat not yet taken.</summary>
    /// <returns>False when there is none.</returns>
    public bool TryTake(out long timeMs)
    {
        if (_untaken == 0)
        {
            timeMs = 0;
            return false;
        }

        timeMs = _timesMs[(_total - _untaken) & (Capacity - 1)];
        _untaken--;
        return true;
    }
}
