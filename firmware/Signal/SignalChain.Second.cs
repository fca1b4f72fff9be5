// What the signal chain does once a second: rate, ratio, and whether they may be shown. Spread over the
// blocks of the second, so that no block has much to do.

namespace Pulsegate.Signal;

/// <content>The work of a second.</content>
public sealed partial class SignalChain
{
    /// <summary>
    /// Swing below which no rate is given, 0.01 %: the alias of a lamp on a thing without a pulse swings as
    /// much.
    /// </summary>
    public const int SwingCentiMin = 3;

    // A weaker pulse must rise faster than it falls, percent, as a lamp's alias does not.
    private const int WeakSwingCenti = 8, WeakShapeMin = 120;

    // Until then the first beats, found without a period, may be left out.
    private const int StartMs = 14_000;
    private const int SamplesPerSecond = 1000 / SampleMs;
    private const int RateAtSample = 35;
    private const int SecondStepsMax = 3;
    private const int LightStep = 1;
    private const int FastRatioMs = 4600;          // 4 s of beats, and 0.6 s in which they are decided

    // Rate and ratio in three blocks near the end of the second, the separation of sources in the others.
    private void Work(int count)
    {
        _secondSamples += count;
        if (_secondSteps == SecondStepsMax && _secondSamples >= RateAtSample + SamplesPerSecond)
        {
            // Nobody asked: this second's again.
            _secondSamples -= SamplesPerSecond;
            _secondSteps = 0;
        }

        bool isDue = _secondSamples >= RateAtSample && _secondSteps < SecondStepsMax;
        if (!isDue || _secondSteps == LightStep)
        {
            // Eight blocks of ten: it has seven steps in 0.96 s.
            _separator.Step();
        }

        if (isDue)
        {
            WorkSecond();
        }
    }

    private void WorkSecond()
    {
        if (_secondSteps == 0)
        {
            _rate.Update(_beats, _timeMs, _period.PeriodMs, _period.Confidence, RunningMs < StartMs);
        }
        else if (_secondSteps == LightStep)
        {
            _rate.Compare();
            // Not what may be motion yet: it may be a saturation that falls.
            bool isMoving = _separator.IsMixed || _separator.IsSeparating;
            _ratio.FollowMotion(isMoving);
            _ratio.UpdateNewest(_timeMs, RateEstimator.WindowMs);
        }
        else
        {
            _ratio.Update(_timeMs, IsRatioFast ? FastRatioMs : RateEstimator.WindowMs);
        }

        _secondSteps++;
    }

    /// <summary>Computes the vitals from what has been seen. Meant to be called once a second.</summary>
    public void Update()
    {
        _rateDeci = 0;
        _ratioMilli = 0;
        _perfusionCenti = 0;
        _swingCenti = 0;
        _quality = 0;
        bool isFinger = State == SignalState.Finger;
        while (isFinger && _secondSteps < SecondStepsMax)
        {
            WorkSecond();
        }

        _secondSteps = 0;
        _secondSamples = 0;
        if (!isFinger)
        {
            return;
        }

        _swingCenti = BandPass.ToCentiPercent(_ratio.Swing, _infraredFilter.LevelCounts);
        _perfusionCenti = _ratio.PerfusionCenti;
        int quality = _rate.Intervals == 0 ? 0 : _period.Confidence * _rate.Contrast / 100;
        _quality = _rate.RateDeci > 0 ? quality : quality / 2;
        int swing = _perfusionCenti > 0 ? _perfusionCenti : _swingCenti;
        int common = _separator.IsUnsettled ? 0 : _ratio.NewestRatioMilli;
        int ratio = _ratio.IsRedSteady ? -1 : common;
        bool isSeparated = _separator.IsSeparating;
        bool isAdmitted = _gate.Admits(
            _rate.RateDeci, _quality, swing, ratio, _detector.Shape, _rate.Unevenness, isSeparated);
        _separator.FollowResult(isAdmitted);
        isAdmitted &= swing >= SwingCentiMin && (swing >= WeakSwingCenti || _detector.Shape >= WeakShapeMin);
        _rateDeci = isAdmitted && !_separator.IsUnsettled
            ? SampleClock.Correct(_rate.RateDeci, ClockErrorPpm) : 0;
        // Where red and infrared have just ceased to move together the older beats say nothing of now.
        bool hasRatio = common > 0 && _separator.IsReady
            && _gate.AdmitsRatio(_rateDeci, _quality, _detector.Shape);
        _ratioMilli = hasRatio ? _ratio.RatioMilli : 0;
    }
}
