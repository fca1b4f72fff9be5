// The second page: which unit this is, how it is, and everything that is raised. Points of NEWS2 stand here,
// as information for somebody who knows what they are.

using Pulsegate.Alarms;
using Pulsegate.Vitals;

namespace Pulsegate.Display;

/// <summary>Information on the middle of the panel. Allocates nothing after construction.</summary>
internal sealed class InfoPage
{
    private const int Top = 26, RowHeight = 18, Margin = 4, RowLength = 26, RowCount = 8;
    private const int TitleRow = 5;   // the rows from here name what is raised
    private const int ResultLength = RowLength - 5;

    private readonly TextLine[] _lines = new TextLine[RowCount];
    private readonly UnitFacts _facts;

    /// <summary>A page that draws with a canvas.</summary>
    public InfoPage(Canvas canvas, UnitFacts facts)
    {
        _facts = facts;
        for (int i = 0; i < RowCount; i++)
        {
            _lines[i] = new TextLine(canvas, Margin, Top + (i * RowHeight), RowLength, 2);
        }
    }

    /// <summary>Takes what is to be seen.</summary>
    public void Show(Reading reading, AlarmSignal signal)
    {
        Row(0).Add("Unit ").Add(_facts.Device).End();
        Row(1).Add("Pulsegate ").Add(_facts.Version).End();
        ShowSelfTest(_facts.SelfTest);
        TextLine points = Row(3).Add("NEWS2 O2 ");
        AddPoints(points, reading, Vital.SpO2);
        AddPoints(points.Add(" pulse "), reading, Vital.PulseRate);
        AddPoints(points.Add(" temp "), reading, Vital.Temperature);
        points.End();
        ShowRaised(signal.Raised);
    }

    /// <summary>The panel's middle is black now.</summary>
    public void Forget()
    {
        for (int i = 0; i < RowCount; i++)
        {
            _lines[i].Forget();
        }
    }

    /// <summary>Draws the first glyph that is not as it ought to be. False when all are.</summary>
    public bool DrawNext() => TextLine.DrawNext(_lines);

    // Of names that find no room as many as do, whole, and that there are more.
    private void ShowSelfTest(string result)
    {
        TextLine line = Row(2).Add("Test ");
        if (result.Length <= ResultLength)
        {
            line.Add(result).End();
            return;
        }

        line.Add(result, 0, TextLine.BreakOf(result, ResultLength - 3, ',')).Add("...").End();
    }

    // Only of a number that was measured now: points of an old one would look like today's.
    private static void AddPoints(TextLine line, Reading reading, int vital)
    {
        if (!reading.IsFresh(vital))
        {
            line.Add('-');
            return;
        }

        int value = reading.Values[vital];
        line.AddNumber(
            vital == Vital.SpO2 ? News2.OfSpO2(value)
            : vital == Vital.PulseRate ? News2.OfPulseRate(value) : News2.OfTemperature(value),
            1);
    }

    private void ShowRaised(int raised)
    {
        int count = BitCount.Of(raised);
        TextLine title = Row(TitleRow - 1);
        title.Add(count == 0 ? "No alarm now" : "Alarms now: ");
        if (count > 0)
        {
            title.AddNumber(count, 1);
        }

        title.End();
        int row = AddTitles(TitleRow, raised & AlarmRules.HighConditions);
        row = AddTitles(row, raised & AlarmRules.MediumConditions);
        row = AddTitles(row, raised & ~(AlarmRules.HighConditions | AlarmRules.MediumConditions));
        for (; row < RowCount; row++)
        {
            Row(row).End();
        }
    }

    // The most urgent come first; what finds no row is counted above.
    private int AddTitles(int row, int conditions)
    {
        for (int condition = 0; conditions != 0 && row < RowCount; condition++, conditions >>= 1)
        {
            if ((conditions & 1) != 0)
            {
                Row(row++).Add(' ').Add(AlarmText.TitleOf(condition)).End();
            }
        }

        return row;
    }

    private TextLine Row(int row) => _lines[row].Begin(Palette.White, Palette.Black);
}
