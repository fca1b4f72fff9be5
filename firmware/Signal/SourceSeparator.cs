// Tells the pulse from motion by their ratios of red and infrared. Arterial blood alone has one ratio at
// every lag; with motion there are two, and what has the higher one can be subtracted away.

namespace Pulsegate.Signal;

/// <summary>
/// Finds the ratios of two sources mixed in both channels and mixes the channels so that the one with the
/// higher ratio vanishes: venous blood and loose contact move red more than arterial blood does. With x
/// infrared and y red, each source alone gives correlations (xx, xy, yy) = (1, R, R²) times its own at every
/// lag, so yy = (R1 + R2) xy - R1 R2 xx, which is solved by least squares over eight lags. Work is spread: a
/// batch of 0.96 s is correlated during the ten blocks that follow, one lag each.
/// </summary>
public sealed class SourceSeparator
{
    private const int LagCount = LagCorrelator.LagCount;
    // Infrared level over red level, Q8: keeps red inside 32 bits.
    private const int LevelRatioMax = 1024;
    // Each batch counts alike: its power is scaled to 15 to 16 bits.
    private const int PowerBits = 16;
    private const int BatchesRemembered = 8;
    private const int ReadyBatches = 5;
    // Red that infrared does not explain, parts per million of its power and of the level: less is noise, or
    // one ratio that changes. A saturation that falls from 97 % by 1 % a second leaves 400 where a batch has
    // many beats, up to 1 100 where it has two; above 800 a shaking hand is taken for a saturation.
    private const int UnexplainedMin = 800;
    private const int UnexplainedLevelMin = 40;
    // Thousandths. The ratio of what moves veins or contact; two ratios nearer than the gap cannot be told
    // apart.
    private const int LowMin = 250, HighMin = 650, HighMax = 2500, GapMin = 180;
    // Share of infrared's power that is motion, thousandths: less does no harm, more leaves nothing to find.
    private const int ShareMin = 100, ShareMax = 997;
    private const int BiasPercent = 18;            // of the ratio, from which motion spoils the saturation
    private const int MixturesMin = 2, MixturesMax = 4;   // more batches with two ratios than without
    private const int TrustMin = 3;                // batches that must say the same
    private const int FailedSecondsMax = 10;
    private const int RejectedBatches = 30;
    private const int One = 256;                   // weights are in Q8
    private readonly LagCorrelator _correlator = new LagCorrelator();
    private readonly int[] _mean = new int[3 * LagCount];
    private bool _hasSums;
    private int _batches;
    private int _infraredLevel = 1;
    private int _mixtures;
    private int _trust;
    private int _rejected;
    private int _failedSeconds;
    private int _targetInfrared = One;
    private int _targetRed;
    private int _infraredWeight = One;
    private int _redWeight;
    private bool _isReady;
    private bool _isMixed;
    private bool _isUnsettled;

    /// <summary>True when enough has been seen to say whether there is a second source: 6 s.</summary>
    public bool IsReady => _isReady;

    /// <summary>True while a second source spoils the ratio of red and infrared.</summary>
    public bool IsMixed => _isMixed;

    /// <summary>True while motion is seen and not yet subtracted: beats may be its own.</summary>
    public bool IsUnsettled => _isUnsettled;

    /// <summary>True while motion is being subtracted.</summary>
    public bool IsSeparating
    {
        get { return (_targetRed | _redWeight) != 0; }
    }

    /// <summary>Forgets the past.</summary>
    public void Restart()
    {
        _correlator.Restart();
        _batches = 0;
        _hasSums = false;
        _trust = 0;
        _mixtures = 0;
        _isReady = false;
        _isMixed = false;
        _isUnsettled = false;
        SetTarget(One, 0);
        _infraredWeight = One;
        _redWeight = 0;
    }

    /// <summary>The light was changed: what is left of that in the pulses is no second source.</summary>
    public void Break()
    {
        _correlator.Restart();
    }

    /// <summary>
    /// What is subtracted must leave a pulse within ten seconds, or it is not subtracted for half a minute.
    /// Once a second.
    /// </summary>
    /// <param name="isShown">True when a rate was found.</param>
    public void FollowResult(bool isShown)
    {
        _failedSeconds = IsSeparating && !isShown ? _failedSeconds + 1 : 0;
        if (_failedSeconds >= FailedSecondsMax)
        {
            _failedSeconds = 0;
            _rejected = RejectedBatches;
            _trust = 0;
            SetTarget(One, 0);
        }
    }

    /// <summary>Takes a block of both pulses and gives the one to look for beats in.</summary>
    /// <param name="red">Red pulse, filter units.</param>
    /// <param name="infrared">Infrared pulse, filter units.</param>
    /// <param name="count">Samples in the block.</param>
    /// <param name="redLevel">Red level, counts.</param>
    /// <param name="infraredLevel">Infrared level, counts.</param>
    /// <param name="mixed">Receives the pulse without the motion, on infrared's scale, when there is motion
    /// to subtract.</param>
    /// <returns><paramref name="mixed"/>, or <paramref name="infrared"/> itself.</returns>
    public int[] Process(int[] red, int[] infrared, int count, int redLevel, int infraredLevel, int[] mixed)
    {
        int levelRatio = FixedPoint.Divide((long)infraredLevel << 8, redLevel);
        levelRatio = levelRatio > LevelRatioMax ? LevelRatioMax : levelRatio;
        _infraredLevel = infraredLevel;
        _correlator.Process(red, infrared, count, levelRatio);
        if (!IsSeparating)
        {
            return infrared;
        }

        Mix(red, infrared, mixed, count, levelRatio);
        return mixed;
    }

    private void Mix(int[] red, int[] infrared, int[] mixed, int count, int levelRatio)
    {
        // Half of the way a block, so that no step looks like a beat.
        _infraredWeight += (_targetInfrared - _infraredWeight) / 2;
        _redWeight += (_targetRed - _redWeight) / 2;
        if (_targetRed == 0 && _redWeight == 1)
        {
            _redWeight = 0;
        }

        int own = _infraredWeight, other = (_redWeight * levelRatio) >> 8;
        for (int i = 0; i < count; i++)
        {
            mixed[i] = (((infrared[i] >> 6) * own) - ((red[i] >> 6) * other)) >> 2;
        }
    }

    private void SetTarget(int infraredWeight, int redWeight)
    {
        _targetInfrared = infraredWeight;
        _targetRed = redWeight;
    }

    /// <summary>Does a share of the work: one lag, or all that follows the last. Once a block.</summary>
    public void Step()
    {
        if (_hasSums)
        {
            _hasSums = false;
            Solve();
            return;
        }

        _hasSums = _correlator.Step();
    }

    private void Solve()
    {
        _batches = _batches < BatchesRemembered ? _batches + 1 : BatchesRemembered;
        int[] mean = _mean, batch = _correlator.Sums;
        int shift = 0;
        while ((batch[0] >> shift) + (batch[2] >> shift) >= 1 << PowerBits)
        {
            shift++;
        }

        long xyxy = 0, xyxx = 0, xxxx = 0, xyyy = 0, xxyy = 0;
        for (int i = 0; i < 3 * LagCount; i += 3)
        {
            // The first batch replaces what was remembered before a restart.
            int xx = mean[i] += ((batch[i] >> shift) - mean[i]) / _batches;
            int xy = mean[i + 1] += ((batch[i + 1] >> shift) - mean[i + 1]) / _batches;
            int yy = mean[i + 2] += ((batch[i + 2] >> shift) - mean[i + 2]) / _batches;
            xyxy += (long)xy * xy;
            xyxx += (long)xy * xx;
            xxxx += (long)xx * xx;
            xyyy += (long)xy * yy;
            xxyy += (long)xx * yy;
        }

        // 28 bits, so that products of two and ten bits more fit.
        while ((xyxy | xxxx | (xyyy < 0 ? -xyyy : xyyy)) >> 27 != 0)
        {
            xyxy >>= 1;
            xyxx >>= 1;
            xxxx >>= 1;
            xyyy >>= 1;
            xxyy >>= 1;
        }

        long unit = ((xyxy * xxxx) - (xyxx * xyxx)) / 1000;
        int sum = FixedPoint.Divide((xyyy * xxxx) - (xxyy * xyxx), unit);
        int product = FixedPoint.Divide((xyyy * xyxx) - (xxyy * xyxy), unit);
        Judge(sum, product);
    }

    // The two ratios are the roots of R² - sum R + product, all in thousandths.
    private void Judge(int sum, int product)
    {
        int xx = _mean[0], xy = _mean[1], yy = _mean[2];
        _isReady = _batches >= ReadyBatches;
        _isMixed = false;
        int low = 0, high = 0, share = 0;
        bool isMixture = IsMixture(_correlator.Sums);
        _mixtures = FixedPoint.Clamp(_mixtures + (isMixture ? 1 : -1), 0, MixturesMax);
        bool isUsual = sum > 0 && sum < 10_000 && product > 0 && product < 25_000 && xx > 0 && yy > 0;
        int discriminant = isUsual ? (sum * sum) - (4000 * product) : 0;
        if (discriminant > 0 && _mixtures >= MixturesMin)
        {
            int root = Root(discriminant);
            low = (sum - root) / 2;
            high = (sum + root) / 2;
            int all = FixedPoint.Divide(xy * 1000L, xx);
            share = FixedPoint.Divide((all - low) * 1000, high - low);
            _isMixed = _batches >= TrustMin && (all - low) * 100 > all * BiasPercent;
        }

        _rejected = _rejected > 0 ? _rejected - 1 : 0;
        bool isMotion = low >= LowMin && high >= HighMin && high <= HighMax && high - low >= GapMin
            && share >= ShareMin && share <= ShareMax && _rejected == 0;
        _trust = FixedPoint.Clamp(_trust + (isMotion ? 1 : -1), 0, TrustMin);
        _isUnsettled = isMotion && _trust < TrustMin && _targetRed == 0;
        if (isMotion && _trust >= TrustMin)
        {
            // high x infrared - red, on the scale that the pulse has in infrared.
            SetTarget(high * One / (high - low), 1000 * One / (high - low));
        }
        else if (_trust == 0)
        {
            SetTarget(One, 0);
        }
    }

    // A batch by itself: a ratio that changes from one second to the next is no mixture.
    private bool IsMixture(int[] sums)
    {
        int xx = sums[0], xy = sums[1], yy = sums[2];
        if (xx <= 0 || yy <= 0)
        {
            return false;
        }

        int unexplained = 1_000_000 - FixedPoint.Divide((long)xy * xy / xx * 1_000_000, yy);
        if (unexplained < UnexplainedMin)
        {
            return false;
        }

        // Root mean square, in counts, against the level.
        int square = FixedPoint.Divide((long)yy * unexplained, LagCorrelator.BatchSize * 1_000_000L);
        long counts = ((long)Root(square) << _correlator.Shift) / BandPass.UnitsPerCount;
        return counts * 1_000_000 >= (long)UnexplainedLevelMin * _infraredLevel;
    }

    private static int Root(int value)
    {
        int root = 0;
        for (int bit = 1 << 15; bit > 0; bit >>= 1)
        {
            int next = root | bit;
            if (next <= 46_340 && next * next <= value)
            {
                root = next;
            }
        }

        return root;
    }
}
