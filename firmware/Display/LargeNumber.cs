// Three large digits that can be read from across a room, drawn bar by bar: only those that change.

namespace Pulsegate.Display;

/// <summary>A number of up to three digits, or two dashes for none. Allocates nothing after
/// construction.</summary>
public sealed class LargeNumber
{
    /// <summary>Digits, and pixels between two of them.</summary>
    public const int DigitCount = 3, Gap = 8;

    private const int BarCount = 7;
    private const int AllBars = (1 << BarCount) - 1;

    private readonly Canvas _canvas;
    private readonly int _left;
    private readonly int _top;
    private readonly int[] _wanted = new int[DigitCount];   // bars, a bit each
    private readonly int[] _shown = new int[DigitCount];
    private readonly int[] _known = new int[DigitCount];    // bars that are known to be as shown
    private int _ink;

    /// <summary>A number at a place.</summary>
    public LargeNumber(Canvas canvas, int left, int top)
    {
        _canvas = canvas;
        _left = left;
        _top = top;
    }

    /// <summary>Shows a number.</summary>
    /// <param name="value">0 to 999.</param>
    /// <param name="ink">Colour.</param>
    public void Show(int value, int ink)
    {
        SetInk(ink);
        SetBars(value > 99 ? (char)('0' + (value / 100)) : ' ', 0);
        SetBars(value > 9 ? (char)('0' + (value / 10 % 10)) : ' ', 1);
        SetBars((char)('0' + (value % 10)), 2);
    }

    /// <summary>Shows that there is no number.</summary>
    public void ShowNone(int ink)
    {
        SetInk(ink);
        SetBars(' ', 0);
        SetBars('-', 1);
        SetBars('-', 2);
    }

    /// <summary>What is on the panel is not known any more.</summary>
    public void Forget()
    {
        for (int i = 0; i < DigitCount; i++)
        {
            _known[i] = 0;
        }
    }

    /// <summary>Draws the first bar that is not as it ought to be.</summary>
    /// <returns>False when all are.</returns>
    public bool DrawNext()
    {
        for (int digit = 0; digit < DigitCount; digit++)
        {
            int wrong = ((_wanted[digit] ^ _shown[digit]) | ~_known[digit]) & AllBars;
            for (int bar = 0; wrong != 0; bar++, wrong >>= 1)
            {
                if ((wrong & 1) != 0)
                {
                    Draw(digit, bar);
                    return true;
                }
            }
        }

        return false;
    }

    private void Draw(int digit, int bar)
    {
        int bit = 1 << bar;
        bool isOn = (_wanted[digit] & bit) != 0;
        int left = _left + (digit * (Canvas.DigitWidth + Gap));
        _canvas.DrawBar(left, _top, bar, isOn ? _ink : Palette.Black);
        _shown[digit] = (_shown[digit] & ~bit) | (isOn ? bit : 0);
        _known[digit] |= bit;
    }

    private void SetBars(char character, int digit) => _wanted[digit] = Canvas.BarsOf(character);

    private void SetInk(int ink)
    {
        if (ink == _ink)
        {
            return;
        }

        _ink = ink;
        for (int digit = 0; digit < DigitCount; digit++)
        {
            _known[digit] &= ~_shown[digit];   // lit bars are of the old colour
        }
    }
}
