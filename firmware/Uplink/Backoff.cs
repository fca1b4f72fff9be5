// When to try the broker again: exponential, with jitter, so that a fleet that lost its broker together does
// not come back together. Seeded, so that a run can be repeated; it is no source of secrets.

namespace Pulsegate.Uplink;

/// <summary>Waiting times between connection attempts. Not thread-safe.</summary>
internal sealed class Backoff
{
    /// <summary>Shortest wait after a failure, in ms.</summary>
    public const int DelayMsMin = 1000;

    /// <summary>Longest wait after a failure, in ms.</summary>
    public const int DelayMsMax = 5 * 60 * 1000;

    private const uint FnvOffset = 2166136261;   // FNV-1a, 32 bits: spreads similar device ids
    private const uint FnvPrime = 16777619;

    private uint _random;
    private int _ceilingMs = DelayMsMin;

    /// <summary>A generator of its own for each unit and each boot.</summary>
    public Backoff(string device, uint bootId)
    {
        uint hash = FnvOffset;
        for (int i = 0; i < device.Length; i++)
        {
            hash = (hash ^ device[i]) * FnvPrime;
        }

        hash = (hash ^ bootId) * FnvPrime;
        _random = hash == 0 ? FnvOffset : hash;   // zero would stay zero
    }

    /// <summary>The wait before the first attempt of a boot: 0 to <see cref="DelayMsMin"/>, for a street
    /// whose power came back.</summary>
    public int FirstDelayMs() => Next(DelayMsMin);

    /// <summary>The wait after one more failure: between half of a ceiling and the ceiling, which doubles
    /// from 2 s up to <see cref="DelayMsMax"/>, and is not above <paramref name="ceilingMsMax"/> this
    /// time.</summary>
    public int NextDelayMs(int ceilingMsMax)
    {
        _ceilingMs = _ceilingMs >= DelayMsMax / 2 ? DelayMsMax : 2 * _ceilingMs;
        int half = (_ceilingMs < ceilingMsMax ? _ceilingMs : ceilingMsMax) / 2;
        return half + Next(half);
    }

    /// <summary>A connection has proved itself: start again from the shortest wait.</summary>
    public void Reset() => _ceilingMs = DelayMsMin;

    // 0 to max, both included. Xorshift32 (Marsaglia 2003).
    private int Next(int max)
    {
        uint x = _random;
        x ^= x << 13;
        x ^= x >> 17;
        x ^= x << 5;
        _random = x;
        return (int)(x % (uint)(max + 1));
    }
}
