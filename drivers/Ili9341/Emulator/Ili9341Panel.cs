// The ILI9341 with its panel, command by command, on an emulated bus: it keeps the frame memory and tells
// what an eye would see.
// Source: ILI Technology, "ILI9341", version V1.11, 2011: 8.2 (commands), 8.2.29 (memory access control), 9.3
// (address counter).

using Pulsegate.Emulation;

namespace Iot.Device.Ili9341.Emulator;

/// <summary>An emulated panel. Not thread-safe: one owner, one thread.</summary>
public sealed class Ili9341Panel : IEmulatedSpiChip
{
    private const int Columns = 240, Pages = 320;      // of the glass, in portrait
    private const int ParameterCountMax = 4;

    private readonly int _dataCommandPin;
    private readonly ushort[] _memory = new ushort[Columns * Pages];
    private readonly byte[] _parameters = new byte[ParameterCountMax];
    private int _command;
    private int _parameterCount;
    private int _memoryAccess;
    private int _firstColumn;
    private int _lastColumn = Columns - 1;
    private int _firstPage;
    private int _lastPage = Pages - 1;
    private int _column;
    private int _page;
    private int _pixelHigh = -1;

    /// <summary>A panel whose D/CX is on a pin.</summary>
    public Ili9341Panel(int dataCommandPin)
    {
        _dataCommandPin = dataCommandPin;
        for (int i = 0; i < _memory.Length; i++)
        {
            _memory[i] = (ushort)(i * 40503);   // what was in the memory at power-up is anybody's guess
        }
    }

    /// <summary>True between sleep out and sleep in: without it the glass is dark.</summary>
    public bool IsAwake { get; private set; }

    /// <summary>True while the picture is on.</summary>
    public bool IsOn { get; private set; }

    /// <summary>Commands that this chip does not have, parameters that nobody asked for, pixels in a format
    /// that is not set: 0 unless the driver is wrong.</summary>
    public int MistakeCount { get; private set; }

    /// <summary>Pixels written since power-up.</summary>
    public long PixelCount { get; private set; }

    /// <summary>True when pixels are of 16 bits.</summary>
    public bool Is16Bit { get; private set; }

    /// <summary>What an eye sees in landscape, connector to the right: 5 bits of red, 6 of green, 5 of
    /// blue.</summary>
    /// <param name="x">0 to 319 from the left.</param>
    /// <param name="y">0 to 239 from the top.</param>
    public int ColorAt(int x, int y)
    {
        return IsAwake && IsOn ? _memory[(x * Columns) + y] : 0;
    }

    /// <inheritdoc/>
    public void Transfer(byte[] write, int writeCount, byte[] read)
    {
        if (!EmulatedPins.IsHigh(_dataCommandPin))
        {
            for (int i = 0; i < writeCount; i++)
            {
                Begin(write[i]);
            }

            return;
        }

        for (int i = 0; i < writeCount; i++)
        {
            if (_command == (int)Command.MemoryWrite)
            {
                TakePixelByte(write[i]);
            }
            else
            {
                TakeParameter(write[i]);
            }
        }
    }

    private static int ParameterCountOf(int command)
    {
        switch ((Command)command)
        {
            case Command.ColumnAddressSet:
            case Command.PageAddressSet:
                return 4;
            case Command.MemoryAccessControl:
            case Command.PixelFormatSet:
                return 1;
            default:
                return 0;
        }
    }

    private void Begin(int command)
    {
        _command = command;
        _parameterCount = 0;
        _pixelHigh = -1;
        switch ((Command)command)
        {
            case Command.SoftwareReset:
                IsAwake = false;
                IsOn = false;
                Is16Bit = false;
                _memoryAccess = 0;
                break;
            case Command.SleepOut:
                IsAwake = true;
                break;
            case Command.SleepIn:
                IsAwake = false;
                break;
            case Command.DisplayOn:
                IsOn = true;
                break;
            case Command.DisplayOff:
                IsOn = false;
                break;
            case Command.MemoryWrite:
                _column = _firstColumn;
                _page = _firstPage;
                break;
            case Command.Nop:
            case Command.NormalDisplayOn:
            case Command.DisplayInversionOff:
            case Command.DisplayInversionOn:
            case Command.ColumnAddressSet:
            case Command.PageAddressSet:
            case Command.MemoryAccessControl:
            case Command.PixelFormatSet:
                break;
            default:
                MistakeCount++;
                break;
        }
    }

    private void TakeParameter(byte value)
    {
        int count = ParameterCountOf(_command);
        if (_parameterCount >= count)
        {
            MistakeCount++;
            return;
        }

        _parameters[_parameterCount++] = value;
        if (_parameterCount == count)
        {
            TakeParameters();
        }
    }

    private void TakeParameters()
    {
        int first = (_parameters[0] << 8) | _parameters[1];
        int last = (_parameters[2] << 8) | _parameters[3];
        switch ((Command)_command)
        {
            case Command.ColumnAddressSet:
                _firstColumn = first;
                _lastColumn = last;
                MistakeCount += first > last || last >= (IsExchanged ? Pages : Columns) ? 1 : 0;
                break;
            case Command.PageAddressSet:
                _firstPage = first;
                _lastPage = last;
                MistakeCount += first > last || last >= (IsExchanged ? Columns : Pages) ? 1 : 0;
                break;
            case Command.MemoryAccessControl:
                _memoryAccess = _parameters[0];
                break;
            default:
                Is16Bit = _parameters[0] == 0x55;
                break;
        }
    }

    private bool IsExchanged => (_memoryAccess & 0x20) != 0;

    private void TakePixelByte(byte value)
    {
        if (_pixelHigh < 0)
        {
            _pixelHigh = value;
            return;
        }

        MistakeCount += Is16Bit ? 0 : 1;
        Put((_pixelHigh << 8) | value);
        _pixelHigh = -1;
        _column++;
        if (_column > _lastColumn)
        {
            _column = _firstColumn;
            _page = _page == _lastPage ? _firstPage : _page + 1;
        }
    }

    private void Put(int color)
    {
        int column = IsExchanged ? _page : _column;
        int page = IsExchanged ? _column : _page;
        if (column >= Columns || page >= Pages)
        {
            MistakeCount++;
            return;
        }

        column = (_memoryAccess & 0x40) != 0 ? Columns - 1 - column : column;
        page = (_memoryAccess & 0x80) != 0 ? Pages - 1 - page : page;
        bool isBlueFirst = (_memoryAccess & 0x08) != 0;   // the glass is wired blue, green, red
        _memory[(page * Columns) + column] = isBlueFirst
            ? (ushort)color : (ushort)(((color & 0x1F) << 11) | (color & 0x07E0) | (color >> 11));
        PixelCount++;
    }
}
