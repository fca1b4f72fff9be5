// The face of the unit, 320 by 240: two large numbers with their doubt in words, a bar that beats, what is
// going on and what to do. Only what has changed is drawn, a little each step, so that it never holds the
// loop up.

using Pulsegate.Alarms;
using Pulsegate.Platform;
using Pulsegate.Vitals;

namespace Pulsegate.Display;

/// <summary>
/// Lays one second of vitals and the state of the alarms out on a panel. Call <see cref="Show"/> with each
/// reading and whenever an alarm changes, <see cref="Step"/> every 100 ms. Allocates nothing after
/// construction. Not thread-safe.
/// </summary>
public sealed class Screen
{
    /// <summary>Glyphs and bars drawn in one step at most: about 7 KB to the panel.</summary>
    public const int DrawCountMax = 8;

    /// <summary>Rows filled in one step at most: 10 KB to the panel.</summary>
    public const int FillRowCountMax = 16;

    /// <summary>Steps for which the information is shown before the numbers come back by themselves:
    /// 30 s.</summary>
    public const int InfoStepCount = 300;

    private const int Width = 320, Height = 240, Margin = 4;
    private const int PageTop = 24, BannerTop = 176, BannerHeight = Height - BannerTop;
    private const int RowLength = 26, MoreLength = RowLength - AlarmText.HintRowLength;

    private readonly Canvas _canvas;
    private readonly IClock _clock;
    private readonly int _utcOffsetMinutes;
    private readonly VitalsPage _vitals;
    private readonly InfoPage _infoPage;
    private readonly PulseMeter _meter = new PulseMeter();
    private readonly TextLine _status;
    private readonly TextLine _title;
    private readonly TextLine _hint;
    private readonly TextLine _hintRest;
    private readonly TextLine _more;
    private readonly TextLine[] _lines;
    private int _pageRows = BannerTop - PageTop;
    private int _infoStepsLeft;
    private byte _lightPriority;
    private bool _isPulseFresh;
    private int _bannerColor;
    private int _bannerRows = BannerHeight;

    /// <summary>A screen over a panel that has just been switched on: black.</summary>
    /// <param name="canvas">What it draws with.</param>
    /// <param name="clock">Time of day.</param>
    /// <param name="utcOffsetMinutes">What the local clock is ahead of UTC, minutes.</param>
    /// <param name="facts">What the information page tells of the unit.</param>
    public Screen(Canvas canvas, IClock clock, int utcOffsetMinutes, UnitFacts facts)
    {
        _canvas = canvas;
        _clock = clock;
        _utcOffsetMinutes = utcOffsetMinutes;
        _vitals = new VitalsPage(canvas);
        _infoPage = new InfoPage(canvas, facts);
        _status = new TextLine(canvas, Margin, 4, RowLength, 2);
        _title = new TextLine(canvas, Margin, BannerTop + 3, AlarmText.TitleLengthMax, 3);
        _hint = new TextLine(canvas, Margin, BannerTop + 29, AlarmText.HintRowLength, 2);
        _hintRest = new TextLine(canvas, Margin, BannerTop + 46, AlarmText.HintRowLength, 2);
        _more = new TextLine(
            canvas, Margin + (AlarmText.HintRowLength * Font.CellWidth * 2), BannerTop + 29, MoreLength, 2);
        _lines = new[] { _title, _hint, _hintRest, _more, _status };
    }

    /// <summary>Height of the beating bar, 0 to 100; -1 while there is no pulse to be shown.</summary>
    public int PulseLevel { get; set; } = -1;

    /// <summary>True when all is drawn.</summary>
    public bool IsDrawn { get; private set; }

    /// <summary>True while the information stands where the numbers were.</summary>
    public bool IsInfo => _infoStepsLeft > 0;

    /// <summary>Takes the newest sample of the pulse wave, for the bar; it stands empty while no rate is
    /// measured.</summary>
    /// <param name="counts">Pulsatile light, rising with the blood's volume.</param>
    public void TakePulse(int counts)
    {
        if (!_isPulseFresh)
        {
            _meter.Restart();
        }

        PulseLevel = _isPulseFresh ? _meter.Take(counts) : -1;
    }

    /// <summary>The button for information: shows it for <see cref="InfoStepCount"/> steps, or goes back. An
    /// alarm of medium or high priority that begins brings the numbers back at once.</summary>
    public void ToggleInfo() => TurnTo(IsInfo ? 0 : InfoStepCount);

    /// <summary>Takes what is to be seen.</summary>
    public void Show(Reading reading, AlarmSignal signal, bool isConnected)
    {
        _isPulseFresh = reading.IsFresh(Vital.PulseRate);
        if (IsInfo && signal.LightPriority > _lightPriority
            && signal.LightPriority >= (byte)AlarmPriority.Medium)
        {
            TurnTo(0);
        }

        _lightPriority = signal.LightPriority;
        _vitals.Show(reading);
        _infoPage.Show(reading, signal);
        ShowStatus(signal, isConnected);
        ShowBanner(reading, signal);
        IsDrawn = false;
    }

    /// <summary>Draws a little of what has changed.</summary>
    public void Step()
    {
        if (_infoStepsLeft == 1)
        {
            TurnTo(0);
        }
        else if (_infoStepsLeft > 0)
        {
            _infoStepsLeft--;
        }

        if (_pageRows < BannerTop - PageTop)
        {
            int rows = BannerTop - PageTop - _pageRows;
            rows = rows > FillRowCountMax ? FillRowCountMax : rows;
            _canvas.Fill(0, PageTop + _pageRows, Width, rows, Palette.Black);
            _pageRows += rows;
            return;
        }

        if (!IsInfo)
        {
            _vitals.DrawBar(PulseLevel);
        }

        if (_bannerRows < BannerHeight)
        {
            _canvas.Fill(0, BannerTop + _bannerRows, Width, FillRowCountMax, _bannerColor);
            _bannerRows += FillRowCountMax;
            return;
        }

        if (IsDrawn)
        {
            return;
        }

        int count = 0;
        while (count < DrawCountMax && DrawNext())
        {
            count++;
        }

        IsDrawn = count < DrawCountMax;
    }

    // An alarm's words first.
    private bool DrawNext()
    {
        return TextLine.DrawNext(_lines) || (IsInfo ? _infoPage.DrawNext() : _vitals.DrawNext());
    }

    private void TurnTo(int infoSteps)
    {
        _infoStepsLeft = infoSteps;
        _pageRows = 0;
        _vitals.Forget();
        _infoPage.Forget();
        IsDrawn = false;
    }

    private void ShowStatus(AlarmSignal signal, bool isConnected)
    {
        _status.Begin(Palette.White, Palette.Black);
        int minutes = LocalTime.MinuteOfDay(_clock, _utcOffsetMinutes);
        if (minutes < 0)
        {
            _status.Add("--:--");
        }
        else
        {
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

    private void ShowBanner(Reading reading, AlarmSignal signal)
    {
        int paper = PaperOf(signal.LightPriority);
        int ink = signal.LightPriority == (byte)AlarmPriority.Medium
            || signal.LightPriority == (byte)AlarmPriority.Low
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
        int raisedCount = BitCount.Of(signal.Raised);
        if (raisedCount > 1)
        {
            _more.Add('+').AddNumber(raisedCount - 1, 1);
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
            ? AlarmText.HintOf(signal.Condition)
            : StatusText.HintOf((ReadingStatus)reading.Statuses[
                reading.HasValue(Vital.PulseRate) ? Vital.SpO2 : Vital.PulseRate]);
    }

    // Two lines, broken at the last space that fits.
    private void ShowHint(string hint, int ink, int paper)
    {
        int end = TextLine.BreakOf(hint, AlarmText.HintRowLength, ' ');
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
