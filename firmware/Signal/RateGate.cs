// Whether a computed pulse rate may be shown. Motion can be as regular as a pulse; what gives it away is that
// it comes all at once.

namespace Pulsegate.Signal;

/// <summary>
/// Once a second admits a rate or refuses it: by quality, with less asked to go on than to begin; by its
/// past, as a heart does not jump from one second to the next; and by the swing of the light, which motion
/// raises at once and warmth only slowly.
/// </summary>
public sealed class RateGate
{
    /// <summary>Quality from which a rate is shown.</summary>
    public const int QualityBegin = 30;

    /// <summary>Quality down to which a rate goes on being shown while it does not jump.</summary>
    public const int QualityHold = 20;

    /// <summary>Quality below which no oxygen saturation is given.</summary>
    public const int RatioQualityMin = 50;

    private const int JumpShare = 12;          // percent: more is another rate
    private const int MemorySeconds = 20;      // a rate shown this long ago is not compared with
    private const int SteadySeconds = 3;       // another rate is believed when it has stayed so long
    // Swing over usual swing, tenths, from which it is motion whatever the ratio says.
    private const int WildTenths = 50;
    private const int RaisedTenths = 14;       // the same, where the ratio has changed as well
    private const int RatioShare = 25;           // percent: more is another ratio, unless the beats are
    private const int SameShapeShare = 90;       // of no less of the usual shape, percent,
    private const int SameRise = 3;              // and no more uneven than usual by this, percent
    private const int ShapeShare = 75;          // percent of the usual shape: less is another one
    private const int RiseShift = 5;           // the usual swing follows upward in 32 s...
    private const int MotionRiseShift = 8;   // ...in 256 s while it is motion...
    private const int FallShift = 3;           // ...and downward in 8 s
    // A swinging hand rises as fast as it falls, and no two of its swings are alike. Likeness to a pulse is
    // rise over fall less twice the unevenness, percent.
    private const int ShapeMin = 108;
    private const int LikenessBegin = 100;
    private const int LikenessSlow = 112;      // of 37 to 65 /min: a slow pulse is the steepest
    private const int SlowestDeci = 370, SlowDeci = 650;
    private const int LikenessSlack = 15;      // less is asked to go on
    private const int FastDeci = 1700;         // a filtered pulse above it rises as fast as it falls, too:
    private const int FastShape = 117;         // then this stands for the shape
    private const int EvenQuality = 60;        // below it the beats must not be
    private const int UnevennessMax = 25;      // as uneven as noise is, percent
    private const int UnevennessRise = 8;      // percent: more is other than usual
    private const int UsualShift = 4;          // what is usual follows in 16 s, while a rate is shown
    private const int AgitatedSecondsMax = 60;
    private const int RatioShapeMin = 114;     // of a less steep pulse no ratio counts,
    private const int RatioFastDeci = 1500;    // below this rate
    private const int SureRateDeci = 1200;
    private const int CalmSecondsMax = 300;    // so long is compared with the rate in calm
    private const int StartSeconds = 10;       // the first rate is not asked to last...
    private const int GoodSecondsMin = 2;      // ...and another than shown before must be good so long
    private int _seconds;                      // since the restart, up to StartSeconds
    private int _goodSeconds;
    private int _agitatedSeconds;
    private int _previous;
    private int _steadySeconds;
    private int _shown;
    private int _sinceShownSeconds;
    private int _calm;                         // rate shown last, swing and evenness as usual
    private int _calmSwing;                    // of shown seconds alone, 0.01 % in Q6
    private int _sinceCalmSeconds;
    private int _usualSwing;                   // 0.01 % in Q6; 0 when not known
    private int _usualShape;                   // percent in Q6; 0 when not known
    private int _usualUnevenness;              // percent in Q6
    private int _usualRatio;                   // thousandths in Q6; 0 when not known
    private bool _isAgitated;
    private bool _isUnusual;                   // beats less even or less steep: not the pulse alone

    /// <summary>True when the swing is so much above the usual that it is not the pulse's.</summary>
    public bool IsAgitated => _isAgitated;

    /// <summary>Forgets the past: another finger.</summary>
    public void Restart()
    {
        _previous = 0;
        _steadySeconds = 0;
        _shown = 0;
        _calm = 0;
        _calmSwing = 0;
        _usualSwing = 0;
        _usualRatio = 0;
        _usualShape = 0;
        _usualUnevenness = 0;
        _isAgitated = false;
        _isUnusual = false;
        _agitatedSeconds = 0;
        _seconds = 0;
        _goodSeconds = 0;
    }

    /// <summary>
    /// Judges the rate of this second. To be called once a second, with 0 where there is none.
    /// </summary>
    /// <param name="rateDeci">Rate, 0.1 /min.</param>
    /// <param name="quality">Quality, 0 to 100.</param>
    /// <param name="swingCenti">Swing of the light, 0.01 %; 0 when not known.</param>
    /// <param name="ratioMilli">Ratio of red and infrared in the newest beats, thousandths; 0 when they do
    /// not move together, -1 where red has no pulse.</param>
    /// <param name="shape">Steepest rise over steepest fall of the beats, percent; 0 when not known.</param>
    /// <param name="unevenness">By how much beats differ from one to the next, percent.</param>
    /// <param name="isSeparated">True while motion is subtracted: the swing is not the pulse's alone.</param>
    /// <returns>True when it may be shown.</returns>
    public bool Admits(int rateDeci, int quality, int swingCenti, int ratioMilli, int shape, int unevenness,
        bool isSeparated)
    {
        bool isUneven = unevenness > (_usualUnevenness >> 6) + UnevennessRise;
        bool isLessSteep = shape > 0 && shape * 100 < (_usualShape >> 6) * ShapeShare;
        _isUnusual = _usualSwing > 0 && (isUneven || isLessSteep);
        bool isCalm = !isUneven && swingCenti <= (_calmSwing >> 6) * RaisedTenths / 10;
        bool isForeign = ratioMilli < 0 && IsForeign(rateDeci, isCalm);
        if (isSeparated)
        {
            _isAgitated = false;
        }
        else
        {
            bool isSame = ratioMilli > 0 && IsNear(rateDeci, _shown)
                && shape * 100 > (_usualShape >> 6) * SameShapeShare
                && unevenness <= (_usualUnevenness >> 6) + SameRise;
            Follow(swingCenti, ratioMilli, isSame);
        }

        // What stays so while the light swings too much may be the hand.
        _steadySeconds = rateDeci > 0 && !_isAgitated && IsNear(rateDeci, _previous) ? _steadySeconds + 1 : 0;
        _previous = rateDeci;
        _sinceShownSeconds++;
        _seconds = _seconds > StartSeconds ? _seconds : _seconds + 1;
        bool isKnown = _shown > 0 && _sinceShownSeconds <= MemorySeconds;
        bool isNear = isKnown && IsNear(rateDeci, _shown);
        int needed = isNear && _sinceShownSeconds == 1 ? QualityHold : QualityBegin;
        bool isJump = isKnown && !isNear && _steadySeconds < SteadySeconds;
        // A heart that races moves red and infrared as one; a hand that shakes does not.
        isJump |= !isNear && rateDeci > SureRateDeci && ratioMilli == 0
            && (_usualRatio > 0 || !isSeparated);
        bool isNoise = quality < EvenQuality && unevenness > UnevennessMax;
        int likeness = (rateDeci < FastDeci && shape > 0 ? shape : FastShape) - (2 * unevenness);
        int alike = rateDeci > SlowestDeci && rateDeci < SlowDeci ? LikenessSlow : LikenessBegin;
        bool isSwing = shape > 0 && shape < ShapeMin && rateDeci < FastDeci;
        bool isUnlike = isSwing || likeness < (needed == QualityHold ? alike - LikenessSlack : alike);
        if (rateDeci <= 0 || quality < needed || isJump || isForeign || _isAgitated || isNoise || isUnlike)
        {
            _goodSeconds = 0;
            return false;
        }

        _goodSeconds++;
        if (_goodSeconds < GoodSecondsMin && !isNear && _seconds > StartSeconds)
        {
            return false;
        }

        Learn(swingCenti, ratioMilli, shape, unevenness);
        _calm = isCalm ? rateDeci : _calm;
        _sinceCalmSeconds = isCalm ? 0 : _sinceCalmSeconds;
        _shown = rateDeci;
        _sinceShownSeconds = 0;
        return true;
    }

    /// <summary>Judges whether the ratio of red and infrared may be used, where a rate is shown.</summary>
    /// <param name="rateDeci">Shown rate, 0.1 /min.</param>
    /// <param name="quality">Quality, 0 to 100.</param>
    /// <param name="shape">Steepest rise over steepest fall of the beats, percent; 0 when not known.</param>
    public bool AdmitsRatio(int rateDeci, int quality, int shape)
    {
        bool isSwing = shape < RatioShapeMin && rateDeci < RatioFastDeci;
        return rateDeci > 0 && quality >= RatioQualityMin && !isSwing && !_isUnusual;
    }

    // What is usual, of a second that is shown.
    private void Learn(int swingCenti, int ratioMilli, int shape, int unevenness)
    {
        _usualSwing = _usualSwing == 0 ? FixedPoint.Clamp(swingCenti, 0, 10_000) << 6 : _usualSwing;
        // Where red and infrared have no ratio in common there is nothing to get used to.
        _usualRatio = ratioMilli > 0 ? Approach(_usualRatio, ratioMilli << 6) : _usualRatio;
        _usualShape = Approach(_usualShape, shape << 6);
        _usualUnevenness = Approach(_usualUnevenness, unevenness << 6);
        _calmSwing = Approach(_calmSwing, FixedPoint.Clamp(swingCenti, 0, 10_000) << 6);
    }

    // Motion swings the light more than the pulse did, and at another ratio of red and infrared, or at two at
    // once. Beats of the rate, evenness and shape that they had, at one ratio, are the same pulse: the
    // saturation has changed.
    private void Follow(int swingCenti, int ratioMilli, bool isSame)
    {
        int swing = FixedPoint.Clamp(swingCenti, 0, 10_000) << 6;
        if (swing == 0 || _usualSwing == 0)
        {
            return;
        }

        int ratio = FixedPoint.Clamp(ratioMilli, 0, 10_000) << 6;
        int change = ratio > _usualRatio ? ratio - _usualRatio : _usualRatio - ratio;
        bool isOtherRatio = _usualRatio > 0 && change > _usualRatio / 100 * RatioShare;
        bool isOther = (isOtherRatio && !isSame) || _isUnusual;
        // The same pulse at the same ratio is no motion, however much it has grown: a hand that has warmed
        // up.
        _isAgitated = (isOtherRatio || !isSame)
            && swing > _usualSwing / 10 * (isOther ? RaisedTenths : WildTenths);
        _agitatedSeconds = _isAgitated ? _agitatedSeconds + 1 : 0;
        if (_agitatedSeconds > AgitatedSecondsMax)
        {
            // It has become the usual.
            _agitatedSeconds = 0;
            _isAgitated = false;
            _usualSwing = swing;
            _usualRatio = ratio > 0 ? ratio : _usualRatio;
        }

        int riseShift = _isAgitated ? MotionRiseShift : RiseShift;
        _usualSwing += (swing - _usualSwing) >> (swing > _usualSwing ? riseShift : FallShift);
    }

    // One channel alone has no ratio that gives a hand away: another rate than in calm, while it swings more
    // or its beats are less even than usual, is the hand's. (A heart that races has less steep beats, too.)
    private bool IsForeign(int rateDeci, bool isCalm)
    {
        _sinceCalmSeconds++;
        return _calm > 0 && !isCalm && _sinceCalmSeconds < CalmSecondsMax && !IsNear(rateDeci, _calm);
    }

    private static int Approach(int usual, int value)
    {
        return usual == 0 ? value : usual + ((value - usual) >> UsualShift);
    }

    private static bool IsNear(int rate, int other)
    {
        int change = rate > other ? rate - other : other - rate;
        return change * 100 <= other * JumpShare;
    }
}
