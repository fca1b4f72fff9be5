// ILI9341 display controller on SPI, 320 by 240 in landscape, 65 536 colours. Fills and pictures, nothing
// kept in RAM but one row.
// Source: ILI Technology, "ILI9341", version V1.11, 2011: 7.1.8 (4-line serial interface I), 8.2 (commands),
// 11 (power-on and reset timing). Not run on hardware yet.

using System;
using System.Device.Gpio;
using System.Device.Spi;

namespace Iot.Device.Ili9341;

/// <summary>
/// Driver for an ILI9341 panel. Not thread-safe: one owner, one thread. Allocates only in its constructor.
/// Waits for nothing but its transfers: after <see cref="Reset"/> let <see cref="ResetMs"/> pass, then
/// <see cref="Wake"/>, let <see cref="WakeMs"/> pass, then <see cref="Show"/>. SPI has no acknowledgement: a
/// panel that is not there looks the same.
/// </summary>
public sealed class Ili9341 : IDisposable
{
    /// <summary>Pixels from left to right, and from top to bottom.</summary>
    public const int Width = 320, Height = 240;

    /// <summary>Time from <see cref="Reset"/> to <see cref="Wake"/>, ms (8.2.2).</summary>
    public const int ResetMs = 120;

    /// <summary>Time from <see cref="Wake"/> to <see cref="Show"/>, ms (8.2.12).</summary>
    public const int WakeMs = 120;

    /// <summary>Fastest clock for writing, Hz: 100 ns a cycle by the data sheet (18.3.4). Most panels take
    /// four times as much; that is the owner's decision.</summary>
    public const int ClockFrequencyHz = 10_000_000;

    private const byte PixelFormat16Bit = 0b0_101_0_101;
    private const byte RowColumnExchange = 0b0010_0000;    // MV
    private const byte ColumnsReversed = 0b0100_0000;      // MX
    private const byte RowsReversed = 0b1000_0000;         // MY
    private const byte BlueGreenRed = 0b0000_1000;         // BGR: the usual panels are wired so
    private const int BytesPerPixel = 2;

    private readonly SpiDevice _spi;
    private readonly GpioPin _dataCommand;
    private readonly byte _memoryAccess;
    private readonly byte[] _row = new byte[Width * BytesPerPixel];
    private readonly byte[] _parameters = new byte[4];

    /// <summary>A driver; nothing is sent yet.</summary>
    /// <param name="spi">The panel's bus device, mode 0; owned and disposed of by the driver.</param>
    /// <param name="dataCommand">Pin D/CX, an output; owned and disposed of by the driver.</param>
    /// <param name="orientation">How the picture lies on the panel.</param>
    /// <exception cref="ArgumentException">One of them is null.</exception>
    public Ili9341(SpiDevice spi, GpioPin dataCommand, Ili9341Orientation orientation)
    {
        if (spi == null || dataCommand == null)
        {
            throw new ArgumentNullException();
        }

        _spi = spi;
        _dataCommand = dataCommand;
        _memoryAccess = orientation == Ili9341Orientation.Landscape
            ? (byte)(RowColumnExchange | BlueGreenRed)
            : (byte)(RowColumnExchange | ColumnsReversed | RowsReversed | BlueGreenRed);
    }

    /// <summary>Colour as the panel takes it: 5 bits of red, 6 of green, 5 of blue.</summary>
    /// <param name="red">0 to 255.</param>
    /// <param name="green">0 to 255.</param>
    /// <param name="blue">0 to 255.</param>
    public static int ColorOf(int red, int green, int blue)
    {
        return ((red & 0b1111_1000) << 8) | ((green & 0b1111_1100) << 3) | (blue >> 3);
    }

    /// <summary>Resets the panel; the picture is dark from here.</summary>
    public void Reset() => Send(Command.SoftwareReset, 0);

    /// <summary>Starts the panel's supply and oscillator.</summary>
    public void Wake() => Send(Command.SleepOut, 0);

    /// <summary>Sets format and orientation, fills the panel with black and switches the picture on: what the
    /// memory held at power-up, which is anybody's guess, is never seen. Blocks for the fill, 123 ms at
    /// 10 MHz.</summary>
    public void Show()
    {
        _parameters[0] = PixelFormat16Bit;
        Send(Command.PixelFormatSet, 1);
        _parameters[0] = _memoryAccess;
        Send(Command.MemoryAccessControl, 1);
        Fill(0, 0, Width, Height, 0);
        Send(Command.DisplayOn, 0);
    }

    /// <summary>Gives pixels in RAM one colour: one, then what there is once more, and again. Sends
    /// nothing.</summary>
    /// <param name="pixels">Two bytes a pixel, as <see cref="Draw"/> takes them.</param>
    /// <param name="byteCount">Bytes to write, from the first; 2 to its length.</param>
    /// <param name="color">Colour by <see cref="ColorOf"/>.</param>
    public static void Paint(byte[] pixels, int byteCount, int color)
    {
        pixels[0] = (byte)(color >> 8);
        pixels[1] = (byte)color;
        for (int done = BytesPerPixel; done < byteCount; done += done)
        {
            Array.Copy(pixels, 0, pixels, done, done + done > byteCount ? byteCount - done : done);
        }
    }

    /// <summary>Fills a rectangle; what lies outside the panel is left out. Blocks for its transfers: the
    /// whole panel is 153 600 bytes, 123 ms at 10 MHz.</summary>
    /// <param name="left">First column.</param>
    /// <param name="top">First row.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="color">Colour by <see cref="ColorOf"/>.</param>
    public void Fill(int left, int top, int width, int height, int color)
    {
        int right = left + width > Width ? Width : left + width;
        int bottom = top + height > Height ? Height : top + height;
        left = left < 0 ? 0 : left;
        top = top < 0 ? 0 : top;
        if (left >= right || top >= bottom)
        {
            return;
        }

        SetWindow(left, top, right - 1, bottom - 1);
        int leftBytes = (right - left) * (bottom - top) * BytesPerPixel;
        int chunkBytes = leftBytes < _row.Length ? leftBytes : _row.Length;
        Paint(_row, chunkBytes, color);
        for (; leftBytes > 0; leftBytes -= chunkBytes)
        {
            Write(_row, leftBytes < chunkBytes ? leftBytes : chunkBytes);
        }
    }

    /// <summary>Writes a picture, row by row from its top left.</summary>
    /// <param name="left">First column.</param>
    /// <param name="top">First row.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="pixels">Two bytes a pixel, the more significant first, colour as by
    /// <see cref="ColorOf"/>.</param>
    /// <exception cref="ArgumentException">It does not lie on the panel, or there are too few
    /// pixels.</exception>
    public void Draw(int left, int top, int width, int height, byte[] pixels)
    {
        int length = width * height * BytesPerPixel;
        if (left < 0 || top < 0 || width <= 0 || height <= 0 || left + width > Width || top + height > Height
            || pixels == null || pixels.Length < length)
        {
            throw new ArgumentException();
        }

        SetWindow(left, top, left + width - 1, top + height - 1);
        Write(pixels, length);
    }

    /// <summary>Switches the panel off and closes bus and pin.</summary>
    public void Dispose()
    {
        Send(Command.DisplayOff, 0);
        _spi.Dispose();
        _dataCommand.Dispose();
    }

    // From here the panel takes pixels, left to right and top to bottom.
    private void SetWindow(int left, int top, int right, int bottom)
    {
        PutRange(left, right);
        Send(Command.ColumnAddressSet, 4);
        PutRange(top, bottom);
        Send(Command.PageAddressSet, 4);
        Send(Command.MemoryWrite, 0);
    }

    private void PutRange(int first, int last)
    {
        _parameters[0] = (byte)(first >> 8);
        _parameters[1] = (byte)first;
        _parameters[2] = (byte)(last >> 8);
        _parameters[3] = (byte)last;
    }

    private void Send(Command command, int parameterCount)
    {
        _dataCommand.Write(PinValue.Low);
        _spi.WriteByte((byte)command);
        _dataCommand.Write(PinValue.High);
        if (parameterCount > 0)
        {
            Write(_parameters, parameterCount);
        }
    }

    private void Write(byte[] bytes, int count) => _spi.Write(new SpanByte(bytes, 0, count));
}
