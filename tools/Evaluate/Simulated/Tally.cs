// What was shown against what was true, counted over one run or many.

namespace Pulsegate.Evaluate.Simulated;

/// <summary>Counts of seconds and sums of errors.</summary>
public sealed class Tally
{
    private const double DesaturationBelow = 90;
    private const double SaturatedFrom = 96;
    private int _seconds;
    private int _rateShown;
    private int _rateWithinOne;
    private int _rateWithinFive;
    private int _spO2Shown;
    private double _spO2SquareSum;
    private double _rateSquareSum;
    private double _f1Sum;
    private int _f1Count;

    /// <summary>Seconds in which a rate is shown, of all that count; 0 when none counts.</summary>
    public double RateShown => Share(_rateShown, _seconds);

    /// <summary>Seconds in which a saturation is shown, of all that count.</summary>
    public double SpO2Shown => Share(_spO2Shown, _seconds);

    /// <summary>Root mean square error of the shown saturations, percent.</summary>
    public double SpO2Error => _spO2Shown == 0 ? 0 : Math.Sqrt(_spO2SquareSum / _spO2Shown);

    /// <summary>Root mean square error of the shown rates, /min.</summary>
    public double RateError => _rateShown == 0 ? 0 : Math.Sqrt(_rateSquareSum / _rateShown);

    /// <summary>Share of the shown rates within 1 /min of the truth; 1 when none was shown.</summary>
    public double WithinOne => _rateShown == 0 ? 1 : Share(_rateWithinOne, _rateShown);

    /// <summary>Share of the shown rates within 5 /min of the truth; 1 when none was shown.</summary>
    public double WithinFive => _rateShown == 0 ? 1 : Share(_rateWithinFive, _rateShown);

    /// <summary>Seconds in which a saturation below 90 % is shown and the truth is 96 % or more.</summary>
    public int FalseDesaturations { get; private set; }

    /// <summary>Seconds without a finger in which a number is still shown.</summary>
    public int ShownWithoutFinger { get; private set; }

    /// <summary>Beat F1, mean of the runs.</summary>
    public double BeatF1 => _f1Count == 0 ? 0 : _f1Sum / _f1Count;

    /// <summary>Counts one run.</summary>
    public static Tally Of(SimulatedScene scene, ReplayRecord replay)
    {
        var tally = new Tally();
        double until = replay.Seconds[^1].Seconds - 2;      // a beat comes up to 2 s late
        bool IsScored(double t) => t < until && scene.IsBeatCounted(t);
        double[] found = [.. replay.Beats.Where(IsScored)];
        double[] truth = [.. scene.Finger.BeatTimesSeconds.Where(IsScored)];
        BeatScore beats = BeatScore.Best(found, truth, -0.2, 0.8, 0.02);
        if (scene.ClockErrorPpm != 0)
        {
            // Beat times may be on the chip's clock: where they are, the truth is put on it too.
            double pace = 1 + (scene.ClockErrorPpm / 1e6);
            BeatScore onChip = BeatScore.Best(found, [.. truth.Select(t => t * pace)], -0.2, 0.8, 0.02);
            beats = onChip.F1 > beats.F1 ? onChip : beats;
        }

        Func<double, double?> rate = RateScore.FromBeats(scene.Finger.BeatTimesSeconds, beats.LagSeconds, []);
        tally._f1Sum = beats.F1;
        tally._f1Count = 1;
        foreach (ShownSecond second in replay.Seconds)
        {
            if (scene.IsCounted(second.Seconds) && rate(second.Seconds) is { } trueRate)
            {
                tally.Count(second, trueRate, scene.TrueSpO2(second.Seconds));
            }

            tally.ShownWithoutFinger +=
                scene.IsAbsent(second.Seconds) && (second.Rate.HasValue || second.SpO2.HasValue) ? 1 : 0;
        }

        return tally;
    }

    /// <summary>Adds another tally to this one.</summary>
    public void Add(Tally other)
    {
        _seconds += other._seconds;
        _rateShown += other._rateShown;
        _rateWithinOne += other._rateWithinOne;
        _rateWithinFive += other._rateWithinFive;
        _spO2Shown += other._spO2Shown;
        _spO2SquareSum += other._spO2SquareSum;
        _rateSquareSum += other._rateSquareSum;
        _f1Sum += other._f1Sum;
        _f1Count += other._f1Count;
        FalseDesaturations += other.FalseDesaturations;
        ShownWithoutFinger += other.ShownWithoutFinger;
    }

    private void Count(ShownSecond second, double trueRate, double trueSpO2)
    {
        _seconds++;
        if (second.Rate is { } rate)
        {
            double error = Math.Abs(rate - trueRate);
            _rateShown++;
            _rateWithinOne += error <= 1 ? 1 : 0;
            _rateWithinFive += error <= 5 ? 1 : 0;
            _rateSquareSum += error * error;
        }

        if (second.SpO2 is { } spO2)
        {
            _spO2Shown++;
            _spO2SquareSum += (spO2 - trueSpO2) * (spO2 - trueSpO2);
            FalseDesaturations += spO2 < DesaturationBelow && trueSpO2 >= SaturatedFrom ? 1 : 0;
        }
    }

    private static double Share(int part, int whole) => whole == 0 ? 0 : (double)part / whole;
}
