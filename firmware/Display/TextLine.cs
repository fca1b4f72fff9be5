// One line of text on the screen: what it ought to say, what it says, and one glyph a step between the two.

using System;

namespace Pulsegate.Display;

/// <summary>A line of a fixed number of glyphs. Allocates nothing after construction.</summary>
public sealed class TextLine
{
    private const char Unknown = '\0';

    private readonly Canvas _canvas;
    private readonly int _left;
    private readonly int _top;
    private readonly int _scale;
    private readonly char[] _wanted;
    private readonly char[] _shown;
    private int _length;
    private int _checked;   // glyphs from the left that are as they ought to be
    private int _ink;
    private int _paper;

    /// <summary>A line at a place.</summary>
    /// <param name="canvas">What it draws with.</param>
    /// <param name="left">Left edge.</param>
    /// <param name="top">Upper edge.</param>
    /// <param name="length">Glyphs; longer text is cut.</param>
    /// <param name="scale">Magnification, 1 to <see cref="Canvas.ScaleMax"/>.</param>
    public TextLine(Canvas canvas, int left, int top, int length, int scale)
    {
        _canvas = canvas;
        _left = left;
        _top = top;
        _scale = scale;
        _wanted = new char[length];
        _shown = new char[length];
    }

    /// <summary>Draws the first glyph of some lines that is not as it ought to be.</summary>
    /// <returns>False when all are.</returns>
    public static bool DrawNext(TextLine[] lines)
    {
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].DrawNext())
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Where to break a text so that no word is cut.</summary>
    /// <param name="words">The text.</param>
    /// <param name="length">Glyphs that fit.</param>
    /// <param name="separator">What stands between words.</param>
    /// <returns>The end of what fits: the text's own, or the last separator; 0 where there is none.</returns>
    public static int BreakOf(string words, int length, char separator)
    {
        if (words.Length <= length)
        {
            return words.Length;
        }

        while (length > 0 && words[length] != separator)
        {
            length--;
        }

        return length;
    }

    /// <summary>Begins a new text.</summary>
    public TextLine Begin(int ink, int paper)
    {
        _length = 0;
        _checked = 0;
        if (ink != _ink || paper != _paper)
        {
            _ink = ink;
            _paper = paper;
            Array.Clear(_shown, 0, _shown.Length);
        }

        return this;
    }

    /// <summary>Adds words.</summary>
    public TextLine Add(string words)
    {
        for (int i = 0; i < words.Length; i++)
        {
            Add(words[i]);
        }

        return this;
    }

    /// <summary>Adds a part of some words.</summary>
    public TextLine Add(string words, int start, int end)
    {
        for (int i = start; i < end; i++)
        {
            Add(words[i]);
        }

        return this;
    }

    /// <summary>Adds one glyph.</summary>
    public TextLine Add(char glyph)
    {
        if (_length < _wanted.Length)
        {
            _wanted[_length++] = glyph;
        }

        return this;
    }

    /// <summary>Adds a number.</summary>
    /// <param name="value">Value; below 0 with a sign.</param>
    /// <param name="digitCountMin">Zeros are put before it up to so many digits.</param>
    public TextLine AddNumber(int value, int digitCountMin)
    {
        if (value < 0)
        {
            Add('-');
            value = -value;
        }

        int divisor = 1;
        for (int count = 1; count < digitCountMin || value / divisor >= 10; count++)
        {
            divisor *= 10;
        }

        for (; divisor > 0; divisor /= 10)
        {
            Add((char)('0' + (value / divisor % 10)));
        }

        return this;
    }

    /// <summary>Ends the text: the rest of the line is empty.</summary>
    public void End()
    {
        while (_length < _wanted.Length)
        {
            _wanted[_length++] = ' ';
        }
    }

    /// <summary>What is on the panel is not known any more.</summary>
    public void Forget()
    {
        _checked = 0;
        Array.Clear(_shown, 0, _shown.Length);
    }

    /// <summary>Draws the first glyph that is not as it ought to be.</summary>
    /// <returns>False when all are.</returns>
    public bool DrawNext()
    {
        while (_checked < _wanted.Length)
        {
            int i = _checked++;
            char wanted = _wanted[i];
            if (wanted != _shown[i] && wanted != Unknown)
            {
                _canvas.DrawGlyph(
                    _left + (i * Font.CellWidth * _scale), _top, wanted, _scale, _ink, _paper);
                _shown[i] = wanted;
                return true;
            }
        }

        return false;
    }
}
