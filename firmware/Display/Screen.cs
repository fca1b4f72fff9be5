// The face of the unit, 320 by 240: two large numbers with their doubt in words, a bar that beats, what is going
// on and what to do. Only what has changed is drawn, a little each step, so that it never holds the loop up.

using Pulsegate.Alarms;
using Pulsegate.Platform;
using Pulsegate.Vitals;

namespace Pulsegate.Display;

/// <summary>
/// Lays one second of vitals and the state of the alarms out on a panel. Call <see cref="Show"/> with each reading
/// and whenever an alarm changes, <see cref="Step"/> every 100 ms. Allocates nothing after construction. Not
/// thread-safe.
/// </summary>
public sealed class Screen
{
    /// <summary>Glyphs and bars drawn in one step at most: about 7 KB to the panel.</summary>
    public const int DrawCountMax = 8;

    /// <summary>Rows filled in one step at most: 10 KB to the panel.</summary>
    public const int FillRowCountMax = 16;

    private const int Width = 320, Height = 240, Margin = 4;
    private const int NumberTop = 48, PulseLeft = 170, DoubtTop = 136, InfoTop = 156;
    private const int BannerTop = 176, BannerHeight = Height - BannerTop;
    private const int RowLength = 26, DoubtLength = 12, MoreLength = RowLength - AlarmText.HintRowLength;
    private const int MinuteMs = 60000, MinutesADay = 24 * 60;

    private readonly Canvas _canvas;
    private readonly IClock _clock;
    private readonly int _utcOffsetMinutes;
    private readonly LargeNumber _oxygen;
    private readonly LargeNumber _pulse;
    private readonly PulseBar _bar;
    private readonly TextLine _status;
    private readonly TextLine _oxygenLabel;
    private readonly TextLine _pulseLabel;
    private readonly TextLine _oxygenDoubt;
    private readonly TextLine _pulseDoubt;
    private readonly TextLine _info;
    private readonly TextLine _title;
    private readonly TextLine _hint;
    private readonly TextLine _hintRest;
    private readonly TextLine _more;
    private readonly TextLine[] _lines;
    private int _clearedRows;
    private int _bannerColor;
    private int _bannerRows = BannerHeight;

    /// <summary>A screen over a panel that has just been switched on: its picture is random yet.</summary>
    /// <param name="canvas">What it draws with.</param>
    /// <param name="clock">Time of day.</param>
    /// <param name="utcOffsetMinutes">What the local clock is ahead of UTC, minutes.</param>
    public Screen(Canvas canvas, IClock clock, int utcOffsetMinutes)
    {
        _canvas = canvas;
        _clock = clock;
        _utcOffsetMinutes = utcOffsetMinutes;
        _oxygen = new LargeNumber(canvas, 2, NumberTop);
        _pulse = new LargeNumber(canvas, PulseLeft, NumberTop);
        _bar = new PulseBar(canvas, 156, NumberTop, 8, Canvas.DigitHeight);
        _status = new TextLine(canvas, Margin, 4, RowLength, 2);
        _oxygenLabel = new TextLine(canvas, Margin, 28, DoubtLength, 2);
        _pulseLabel = new TextLine(canvas, PulseLeft, 28, DoubtLength, 2);
        _oxygenDoubt = new TextLine(canvas, Margin, DoubtTop, DoubtLength, 2);
        _pulseDoubt = new TextLine(canvas, PulseLeft, DoubtTop, DoubtLength, 2);
        _info = new TextLine(canvas, Margin, InfoTop, RowLength, 2);
        _title = new TextLine(canvas, Margin, BannerTop + 3, AlarmText.TitleLengthMax, 3);
        _hint = new TextLine(canvas, Margin, BannerTop + 29, AlarmText.HintRowLength, 2);
        _hintRest = new TextLine(canvas, Margin, BannerTop + 46, AlarmText.HintRowLength, 2);
        _more = new TextLine(
            canvas, Margin + (AlarmText.HintRowLength * Font.CellWidth * 2), BannerTop + 29, MoreLength, 2);
        _lines = new[]
        {
            _title, _hint, _hintRest, _more, _status, _oxygenDoubt, _pulseDoubt, _info, _oxygenLabel, _pulseLabel,
        };
        _oxygenLabel.Begin(Palette.Blue, Palette.Black).Add("Oxygen %").End();
        _pulseLabel.Begin(Palette.Green, Palette.Black).Add("Pulse /min").End();
    }

    /// <summary>Height of the beating bar, 0 to 100; -1 while there is no pulse to be shown.</summary>
    public int PulseLevel { get; set; } = -1;

    /// <summary>True when all is drawn.</summary>
    public bool IsDrawn { get; private set; }

    /// <summary>Takes what is to be seen.</summary>
    public void Show(Reading reading, AlarmSignal signal, bool isConnected)
    {
        ShowNumber(_oxygen, _oxygenDoubt, reading, Vital.SpO2, Palette.Blue);
        ShowNumber(_pulse, _pulseDoubt, reading, Vital.PulseRate, Palette.Green);
        ShowStatus(signal, isConnected);
        ShowInfo(reading);
        ShowBanner(reading, signal);
        IsDrawn = false;
    }

    /// <summary>Draws a little of what has changed.</summary>
    public void Step()
    {
        if (_clearedRows < Height)
        {
            _canvas.Fill(0, _clearedRows, Width, FillRowCountMax, Palette.Black);
            _clearedRows += FillRowCountMax;
            return;
        }

        _bar.Draw(PulseLevel);
        if (_bannerRows < BannerHeight)
        {
            _canvas.Fill(0, BannerTop + _bannerRows, Width, FillRowCountMax, _bannerColor);
            _bannerRows += FillRowCountMax;
            return;
        }

        int count = 0;
        while (count < DrawCountMax && DrawNext())
        {
            count++;
        }

        IsDrawn = count < DrawCountMax;
    }

    private bool DrawNext()
    {
        if (_oxygen.DrawNext() || _pulse.DrawNext())
        {
            return true;
        }

        for (int i = 0; i < _lines.Length; i++)
        {
            if (_lines[i].DrawNext())
            {
                return true;
            }
        }

        return false;
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

    private void ShowStatus(AlarmSignal signal, bool isConnected)
    {
        _status.Begin(Palette.White, Palette.Black);
        if (_clock.Quality == TimeQuality.Unsynced)
        {
            _status.Add("--:--");
        }
        else
        {
            int minutes = (int)(((_clock.UtcMs / MinuteMs) + _utcOffsetMinutes) % MinutesADay);
            _status.AddNumber(minutes / 60, 2).Add(':').AddNumber(minutes % 60, 2);
        }

        _status.Add(isConnected ? " connected" : " OFFLINE");
        if (signal.IsAudioPaused)
        {
            int seconds = (signal.PauseLeftMs + 999) / 1000;
            _status.Add(" MUTE ").AddNumber(seconds / 60, 1).Add(':').AddNumber(seconds % 60, 2);
        }

        _status.End();
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

    private void ShowBanner(Reading reading, AlarmSignal signal)
    {
        int paper = PaperOf(signal.LightPriority);
        int ink = signal.LightPriority == (byte)AlarmPriority.Medium || signal.LightPriority == (byte)AlarmPriority.Low
            ? Palette.Black : Palette.White;
        if (paper != _bannerColor)
        {
            _bannerColor = paper;
            _bannerRows = 0;
            _title.Forget();
            _hint.Forget();
            _hintRest.Forget();
            _more.Forget();
        }

        bool isAlarm = signal.Condition >= 0;
        _title.Begin(ink, paper).Add(isAlarm ? AlarmText.TitleOf(signal.Condition) : "").End();
        ShowHint(HintOf(reading, signal), ink, paper);
        _more.Begin(ink, paper);
        if (signal.RaisedCount > 1)
        {
            _more.Add('+').AddNumber(signal.RaisedCount - 1, 1);
        }

        _more.End();
    }

    private static string HintOf(Reading reading, AlarmSignal signal)
    {
        if (signal.IsLatched)
        {
            return "It is over. Press the button SEEN.";
        }

        return signal.Condition >= 0
            ? AlarmText.HintOf(signal.Condition) : StatusText.HintOf((ReadingStatus)reading.Statuses[Vital.PulseRate]);
    }

    // Two lines, broken at the last space that fits.
    private void ShowHint(string hint, int ink, int paper)
    {
        int end = hint.Length;
        if (end > AlarmText.HintRowLength)
        {
            end = AlarmText.HintRowLength;
            while (hint[end] != ' ')
            {
                end--;
            }
        }

        _hint.Begin(ink, paper).Add(hint, 0, end).End();
        _hintRest.Begin(ink, paper).Add(hint, end == hint.Length ? end : end + 1, hint.Length).End();
    }

    private static int PaperOf(byte priority)
    {
        switch ((AlarmPriority)priority)
        {
            case AlarmPriority.High: return Palette.Red;
            case AlarmPriority.Medium: return Palette.Yellow;
            case AlarmPriority.Low: return Palette.Cyan;
            default: return Palette.Black;
        }
    }
}
