// Glyphs and digits on the panel. One glyph is painted in RAM and sent at once; large digits are bars that
// are filled, as on a clock.

using System;
using Iot.Device.Ili9341;

namespace Pulsegate.Display;

/// <summary>What the screen's parts draw with. Allocates nothing after construction.</summary>
public sealed class Canvas
{
    /// <summary>Largest magnification of a glyph.</summary>
    public const int ScaleMax = 3;

    /// <summary>Width, height and thickness of the bars of a large digit, pixels.</summary>
    public const int DigitWidth = 44, DigitHeight = 84, BarThickness = 10;

    private readonly Ili9341 _panel;
    private readonly byte[] _glyph = new byte[Font.CellWidth * ScaleMax * Font.CellHeight * ScaleMax * 2];

    /// <summary>A canvas over a panel that is shown.</summary>
    public Canvas(Ili9341 panel)
    {
        _panel = panel;
    }

    /// <summary>Bars of the digits 0 to 9, bit 0 the top one, then clockwise, bit 6 the middle one; of a
    /// minus sign; of nothing.</summary>
    public static int BarsOf(char character)
    {
        switch (character)
        {
            case '0': return 0b011_1111;
            case '1': return 0b000_0110;
            case '2': return 0b101_1011;
            case '3': return 0b100_1111;
            case '4': return 0b110_0110;
            case '5': return 0b110_1101;
            case '6': return 0b111_1101;
            case '7': return 0b000_0111;
            case '8': return 0b111_1111;
            case '9': return 0b110_1111;
            case '-': return 0b100_0000;
            default: return 0;
        }
    }

    /// <summary>Fills a rectangle.</summary>
    public void Fill(int left, int top, int width, int height, int color)
    {
        _panel.Fill(left, top, width, height, color);
    }

    /// <summary>Draws one glyph in its cell of 6 by 8 points.</summary>
    public void DrawGlyph(int left, int top, char character, int scale, int ink, int paper)
    {
        byte[] pixels = _glyph;
        int width = Font.CellWidth * scale;
        int height = Font.CellHeight * scale;
        int rowBytes = width * 2, pointBytes = scale * 2;
        Ili9341.Paint(pixels, rowBytes * height, paper);
        byte high = (byte)(ink >> 8);
        byte low = (byte)ink;
        for (int column = 0; column < Font.GlyphWidth; column++)
        {
            // The upper row of each point; the others are copies of it.
            int at = column * pointBytes;
            for (int bits = Font.ColumnOf(character, column); bits != 0; bits >>= 1, at += rowBytes * scale)
            {
                for (int i = (bits & 1) != 0 ? 0 : pointBytes; i < pointBytes; i += 2)
                {
                    pixels[at + i] = high;
                    pixels[at + i + 1] = low;
                }
            }
        }

        for (int row = 0; row < height; row++)
        {
            int upper = row / scale * scale;
            if (row != upper)
            {
                Array.Copy(pixels, upper * rowBytes, pixels, row * rowBytes, rowBytes);
            }
        }

        _panel.Draw(left, top, width, height, pixels);
    }

    /// <summary>Draws one bar of a large digit.</summary>
    /// <param name="left">Left edge of the digit.</param>
    /// <param name="top">Its upper edge.</param>
    /// <param name="bar">0 to 6, as in <see cref="BarsOf"/>.</param>
    /// <param name="color">Colour.</param>
    public void DrawBar(int left, int top, int bar, int color)
    {
        const int HalfHeight = DigitHeight / 2;
        const int Length = HalfHeight - (BarThickness * 3 / 2);
        int right = left + DigitWidth - BarThickness;
        int upper = top + BarThickness;
        int lower = top + HalfHeight + (BarThickness / 2);
        const int Across = DigitWidth - (BarThickness * 2);
        switch (bar)
        {
            case 0:
                Fill(left + BarThickness, top, Across, BarThickness, color);
                break;
            case 1:
                Fill(right, upper, BarThickness, Length, color);
                break;
            case 2:
                Fill(right, lower, BarThickness, Length, color);
                break;
            case 3:
                Fill(left + BarThickness, top + DigitHeight - BarThickness, Across, BarThickness, color);
                break;
            case 4:
                Fill(left, lower, BarThickness, Length, color);
                break;
            case 5:
                Fill(left, upper, BarThickness, Length, color);
                break;
            default:
                Fill(left + BarThickness, top + HalfHeight - (BarThickness / 2), Across, BarThickness, color);
                break;
        }
    }
}
