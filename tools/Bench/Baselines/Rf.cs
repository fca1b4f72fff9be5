// The method published with the MAX30102_by_RF project, written anew in the device subset: the usual
// replacement for RD117's. For comparison only; the firmware has no part of it. Method: blocks of 4 s at 25
// samples a second. Mean and straight line taken off both channels; red and infrared must correlate by 0.8;
// the period is found by climbing the autocorrelation from the last period, and must reach half of its value
// at lag 0; the ratio is that of root mean squares. Rates of 40 to 180 /min.

namespace Pulsegate.Bench.Baselines;

/// <summary>RF's method. Allocates nothing after construction.</summary>
public sealed class Rf : IBaseline
{
    private const int SampleRateHz = 25;
    private const int WindowSize = 4 * SampleRateHz;
    private const int LagMin = SampleRateHz * 60 / 180;
    private const int LagMax = SampleRateHz * 60 / 40;
    private const float CorrelationMin = 0.8f;
    private const float AutocorrelationMin = 0.5f;
    private const float RatioMin = 0.02f;
    private const float RatioMax = 1.84f;
    private readonly float[] _red = new float[WindowSize];
    private readonly float[] _infrared = new float[WindowSize];
    private int _filled;
    private int _lag;
    private float _redMean;
    private float _infraredMean;

    /// <inheritdoc/>
    public int RateDeci { get; private set; }

    /// <inheritdoc/>
    public int RatioMilli { get; private set; }

    /// <inheritdoc/>
    public int BeatCount => 0;

    /// <inheritdoc/>
    public int BeatAgeSamples(int index) => 0;

    /// <inheritdoc/>
    public void Process(int[] red, int[] infrared, int offset)
    {
        for (int i = 0; i < SampleRateHz; i++)
        {
            _red[_filled + i] = red[offset + i];
            _infrared[_filled + i] = infrared[offset + i];
        }

        _filled += SampleRateHz;
        if (_filled == WindowSize)
        {
            _filled = 0;
            Evaluate();
        }
    }

    // What a block gives is shown for the 4 s of the next one.
    private void Evaluate()
    {
        RateDeci = 0;
        RatioMilli = 0;
        _redMean = Detrend(_red);
        _infraredMean = Detrend(_infrared);
        float redPower = Product(_red, _red, 0);
        float infraredPower = Product(_infrared, _infrared, 0);
        if (redPower <= 0 || infraredPower <= 0)
        {
            _lag = 0;
            return;
        }

        float correlation = Product(_red, _infrared, 0) / (float)Math.Sqrt(redPower * infraredPower);
        if (correlation < CorrelationMin)
        {
            _lag = 0;
            return;
        }

        _lag = Climb(_lag > 0 ? _lag : FirstLag(infraredPower));
        if (_lag > 0 && Autocorrelation(_lag) < AutocorrelationMin * infraredPower / WindowSize)
        {
            _lag = 0;
        }

        if (_lag == 0)
        {
            return;
        }

        RateDeci = 600 * SampleRateHz / _lag;
        float ratio = (float)Math.Sqrt(redPower / infraredPower) * _infraredMean / _redMean;
        RatioMilli = ratio > RatioMin && ratio < RatioMax ? (int)(ratio * 1000) : 0;
    }

    // Takes mean and straight line off; gives the mean.
    private static float Detrend(float[] x)
    {
        float sum = 0;
        for (int i = 0; i < WindowSize; i++)
        {
            sum += x[i];
        }

        float mean = sum / WindowSize;
        float middle = (WindowSize - 1) / 2f;
        float slope = 0;
        float squares = 0;
        for (int i = 0; i < WindowSize; i++)
        {
            float t = i - middle;
            slope += t * (x[i] - mean);
            squares += t * t;
        }

        slope /= squares;
        for (int i = 0; i < WindowSize; i++)
        {
            x[i] -= mean + (slope * (i - middle));
        }

        return mean;
    }

    private static float Product(float[] x, float[] y, int lag)
    {
        float sum = 0;
        for (int i = 0; i < WindowSize - lag; i++)
        {
            sum += x[i] * y[i + lag];
        }

        return sum;
    }

    private float Autocorrelation(int lag) => Product(_infrared, _infrared, lag) / (WindowSize - lag);

    // From the shortest lag up, two at a time: past the fall from lag 0, then until the autocorrelation is
    // high enough.
    private int FirstLag(float power)
    {
        float enough = AutocorrelationMin * power / WindowSize;
        int lag = LagMin;
        float value = Autocorrelation(lag);
        float next = value;
        while (next >= enough && next <= value && lag <= LagMax)
        {
            value = next;
            lag += 2;
            next = Autocorrelation(lag);
        }

        while (next < enough && lag <= LagMax)
        {
            lag += 2;
            next = Autocorrelation(lag);
        }

        return lag <= LagMax ? lag : 0;
    }

    // To the left while it rises, else to the right; 0 when that leaves the range.
    private int Climb(int lag)
    {
        if (lag == 0)
        {
            return 0;
        }

        float value = Autocorrelation(lag);
        int at = lag;
        float left = Autocorrelation(at - 1);
        while (left > value && at > LagMin)
        {
            at--;
            value = left;
            left = Autocorrelation(at - 1);
        }

        if (at < lag)
        {
            return at > LagMin ? at : 0;
        }

        float right = Autocorrelation(at + 1);
        while (right > value && at < LagMax)
        {
            at++;
            value = right;
            right = Autocorrelation(at + 1);
        }

        return at < LagMax ? at : 0;
    }
}
