// The first page: two large numbers with their doubt in words, the bar that beats, temperature and signal.

using Pulsegate.Vitals;

namespace Pulsegate.Display;

/// <summary>Vitals on the middle of the panel. Allocates nothing after construction.</summary>
internal sealed class VitalsPage
{
    private const int Margin = 4, NumberTop = 48, PulseLeft = 170, DoubtTop = 136, InfoTop = 156;
    private const int RowLength = 26, DoubtLength = 12;

    private readonly LargeNumber _oxygen;
    private readonly LargeNumber _pulse;
    private readonly PulseBar _bar;
    private readonly TextLine _oxygenLabel;
    private readonly TextLine _pulseLabel;
    private readonly TextLine _oxygenDoubt;
    private readonly TextLine _pulseDoubt;
    private readonly TextLine _info;
    private readonly TextLine[] _lines;

    /// <summary>A page that draws with a canvas.</summary>
    public VitalsPage(Canvas canvas)
    {
        _oxygen = new LargeNumber(canvas, 2, NumberTop);
        _pulse = new LargeNumber(canvas, PulseLeft, NumberTop);
        _bar = new PulseBar(canvas, 156, NumberTop, 8, Canvas.DigitHeight);
        _oxygenLabel = new TextLine(canvas, Margin, 28, DoubtLength, 2);
        _pulseLabel = new TextLine(canvas, PulseLeft, 28, DoubtLength, 2);
        _oxygenDoubt = new TextLine(canvas, Margin, DoubtTop, DoubtLength, 2);
        _pulseDoubt = new TextLine(canvas, PulseLeft, DoubtTop, DoubtLength, 2);
        _info = new TextLine(canvas, Margin, InfoTop, RowLength, 2);
        _lines = new[] { _oxygenDoubt, _pulseDoubt, _info, _oxygenLabel, _pulseLabel };
        _oxygenLabel.Begin(Palette.Blue, Palette.Black).Add("Oxygen %").End();
        _pulseLabel.Begin(Palette.Green, Palette.Black).Add("Pulse /min").End();
    }

    /// <summary>Takes what is to be seen.</summary>
    public void Show(Reading reading)
    {
        ShowNumber(_oxygen, _oxygenDoubt, reading, Vital.SpO2, Palette.Blue);
        ShowNumber(_pulse, _pulseDoubt, reading, Vital.PulseRate, Palette.Green);
        ShowInfo(reading);
    }

    /// <summary>Draws the bar, which never waits.</summary>
    /// <param name="level">0 to 100; below 0 for none.</param>
    public void DrawBar(int level) => _bar.Draw(level);

    /// <summary>The panel's middle is black now.</summary>
    public void Forget()
    {
        _oxygen.Forget();
        _pulse.Forget();
        _bar.Forget();
        for (int i = 0; i < _lines.Length; i++)
        {
            _lines[i].Forget();
        }
    }

    /// <summary>Draws the first thing that is not as it ought to be. False when all is.</summary>
    public bool DrawNext()
    {
        return _oxygen.DrawNext() || _pulse.DrawNext() || TextLine.DrawNext(_lines);
    }

    private static void ShowNumber(LargeNumber number, TextLine doubt, Reading reading, int vital, int ink)
    {
        var status = (ReadingStatus)reading.Statuses[vital];
        if (!reading.HasValue(vital))
        {
            number.ShowNone(Palette.Grey);
        }
        else
        {
            number.Show((reading.Values[vital] + 5) / 10, status == ReadingStatus.Stale ? Palette.Grey : ink);
        }

        doubt.Begin(Palette.White, Palette.Black);
        if (status == ReadingStatus.Stale)
        {
            doubt.AddNumber(reading.AgesMs[vital] / 1000, 1).Add(" s ago");
        }
        else
        {
            doubt.Add(StatusText.Of(status));
        }

        doubt.End();
    }

    private void ShowInfo(Reading reading)
    {
        _info.Begin(Palette.White, Palette.Black);
        if (reading.HasValue(Vital.Temperature))
        {
            int tenths = (reading.Values[Vital.Temperature] + 5) / 10;
            _info.AddNumber(tenths / 10, 1).Add('.').AddNumber(tenths % 10, 1);
        }
        else
        {
            _info.Add("--.-");
        }

        _info.Add(Font.Degree).Add("C   signal ");
        if (reading.HasValue(Vital.Quality))
        {
            _info.AddNumber(reading.Values[Vital.Quality], 1).Add(" %");
        }
        else
        {
            _info.Add("--");
        }

        _info.End();
    }
}
