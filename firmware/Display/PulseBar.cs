// The bar that rises and falls with the pulse wave: a plethysmogram without a scale. It stands still and
// empty where there is no pulse: it never makes one up.

namespace Pulsegate.Display;

/// <summary>A bar of which only what has changed is drawn.</summary>
public sealed class PulseBar
{
    private readonly Canvas _canvas;
    private readonly int _left;
    private readonly int _top;
    private readonly int _width;
    private readonly int _height;
    private int _shown;   // lit rows, of a place that is black at first

    /// <summary>A bar at a place.</summary>
    public PulseBar(Canvas canvas, int left, int top, int width, int height)
    {
        _canvas = canvas;
        _left = left;
        _top = top;
        _width = width;
        _height = height;
    }

    /// <summary>Draws a level.</summary>
    /// <param name="level">0 to 100; below 0 for none.</param>
    public void Draw(int level)
    {
        int rows = level < 0 ? 0 : (level > 100 ? 100 : level) * _height / 100;
        if (rows < _shown)
        {
            Fill(_shown, rows, Palette.Black);
        }
        else if (rows > _shown)
        {
            Fill(rows, _shown, Palette.Green);
        }

        _shown = rows;
    }

    /// <summary>Its place is black now.</summary>
    public void Forget() => _shown = 0;

    // Rows are counted from the bottom.
    private void Fill(int upper, int lower, int color)
    {
        _canvas.Fill(_left, _top + _height - upper, _width, upper - lower, color);
    }
}
