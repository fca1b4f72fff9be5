// Auto- and cross-correlations of the two pulses at a few lags: what the separation of sources works on.

using System;

namespace Pulsegate.Signal;

/// <summary>
/// Collects every fourth sample of both channels (80 ms; the band-pass ends far below) in batches of 0.96 s
/// and correlates a batch with itself and what came before it, one lag a step, so that no block has much to
/// do.
/// </summary>
public sealed class LagCorrelator
{
    /// <summary>Lags, 0 to 0.88 s.</summary>
    public const int LagCount = 6;

    /// <summary>Samples of a batch.</summary>
    public const int BatchSize = 12;

    private const int Decimation = 4;
    private const int HistorySize = 2 * BatchSize;
    // Of what is correlated: sums over a batch stay inside 32 bits.
    private const int HighestBits = 12;
    private readonly int[] _lags = new int[] { 0, 1, 2, 4, 7, 11 };
    private readonly int[] _infrared = new int[HistorySize];
    private readonly int[] _red = new int[HistorySize];
    private readonly int[] _newInfrared = new int[BatchSize];
    private readonly int[] _newRed = new int[BatchSize];
    private readonly int[] _scaledInfrared = new int[HistorySize];
    private readonly int[] _scaledRed = new int[HistorySize];
    private readonly int[] _sums = new int[3 * LagCount];
    private int _skip;                             // samples to the next that counts
    private int _newCount;
    private int _newHighest;
    private int _highest;                          // magnitude in the history's newer half...
    private int _highestBefore;                    // ...and in the older
    private int _infrared1;                        // the last value taken...
    private int _infrared2;                        // ...and the one before it
    private int _red1;
    private int _red2;
    private int _step = LagCount;
    private bool _hasHistory;
    private int _shift;

    /// <summary>
    /// Sums of infrared squared, of infrared times red and of red squared, for each lag; of both orders the
    /// mean.
    /// </summary>
    public int[] Sums
    {
        get { return _sums; }
    }

    /// <summary>Bits that were taken off both channels, in filter units, before the sums.</summary>
    public int Shift => _shift;

    /// <summary>Forgets the past.</summary>
    public void Restart()
    {
        _skip = 0;
        _newCount = 0;
        _newHighest = 0;
        _step = LagCount;
        _hasHistory = false;
    }

    /// <summary>Takes a block.</summary>
    /// <param name="red">Red pulse, filter units.</param>
    /// <param name="infrared">Infrared pulse, filter units.</param>
    /// <param name="count">Samples in the block.</param>
    /// <param name="levelRatio">Infrared level over red level, Q8, at most 1 024: puts red on infrared's
    /// level.</param>
    public void Process(int[] red, int[] infrared, int count, int levelRatio)
    {
        int i = _skip;
        for (; i < count; i += Decimation)
        {
            Take(infrared[i], ((red[i] >> 4) * levelRatio) >> 4);
        }

        _skip = i - count;
    }

    /// <summary>Does the next of the steps that a batch is worked off in.</summary>
    /// <returns>True when <see cref="Sums"/> of a batch have just been completed.</returns>
    public bool Step()
    {
        int step = _step;
        if (step >= LagCount)
        {
            return false;
        }

        _step = step + 1;
        if (step == 0)
        {
            Scale();
        }

        Correlate(step);
        return step == LagCount - 1;
    }

    // Differences over 160 ms: slow wander of the level, at a ratio of its own, weighs little against the
    // pulse.
    private void Take(int newInfrared, int newRed)
    {
        int infrared = newInfrared - _infrared2, red = newRed - _red2;
        _infrared2 = _infrared1;
        _infrared1 = newInfrared;
        _red2 = _red1;
        _red1 = newRed;
        int x = infrared < 0 ? -infrared : infrared;
        int y = red < 0 ? -red : red;
        x = x > y ? x : y;
        _newHighest = x > _newHighest ? x : _newHighest;
        _newInfrared[_newCount] = infrared;
        _newRed[_newCount] = red;
        if (++_newCount == BatchSize)
        {
            BeginBatch();
        }
    }

    // What is left of a batch when the next is full is left out: it happens only with very uneven blocks.
    private void BeginBatch()
    {
        Array.Copy(_infrared, BatchSize, _infrared, 0, BatchSize);
        Array.Copy(_red, BatchSize, _red, 0, BatchSize);
        Array.Copy(_newInfrared, 0, _infrared, BatchSize, BatchSize);
        Array.Copy(_newRed, 0, _red, BatchSize, BatchSize);
        _highestBefore = _highest;
        _highest = _newHighest;
        _newHighest = 0;
        _newCount = 0;
        _step = _hasHistory ? 0 : LagCount;
        _hasHistory = true;
    }

    // To numbers whose products fit.
    private void Scale()
    {
        int highest = _highest > _highestBefore ? _highest : _highestBefore;
        int shift = 0;
        while (highest >> shift >= 1 << HighestBits)
        {
            shift++;
        }

        _shift = shift;
        int[] infrared = _infrared, red = _red, scaledInfrared = _scaledInfrared, scaledRed = _scaledRed;
        for (int i = 0; i < HistorySize; i++)
        {
            scaledInfrared[i] = infrared[i] >> shift;
            scaledRed[i] = red[i] >> shift;
        }
    }

    private void Correlate(int index)
    {
        int[] x = _scaledInfrared, y = _scaledRed;
        int xx = 0, xy = 0, yy = 0;
        for (int n = BatchSize, m = BatchSize - _lags[index]; n < HistorySize; n++, m++)
        {
            int x0 = x[n], y0 = y[n], x1 = x[m], y1 = y[m];
            xx += x0 * x1;
            xy += ((x0 * y1) + (y0 * x1)) >> 1;
            yy += y0 * y1;
        }

        _sums[3 * index] = xx;
        _sums[(3 * index) + 1] = xy;
        _sums[(3 * index) + 2] = yy;
    }
}
