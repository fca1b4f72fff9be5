// One emulated I2C bus: up to 8 chips by address, a clock that moves only when told, and the faults that
// belong to the wires. The I2cDevice stand-in sends every transaction here by bus id.

using System;
using System.Device.I2c;

namespace Pulsegate.Emulation;

/// <summary>An emulated I2C bus. Not thread-safe: one owner, one thread.</summary>
public sealed class EmulatedI2cBus
{
    /// <summary>Most chips on one bus.</summary>
    public const int ChipCountMax = 8;

    private readonly IEmulatedI2cChip[] _chips = new IEmulatedI2cChip[ChipCountMax];
    private readonly int[] _addresses = new int[ChipCountMax];
    private int _chipCount;

    /// <summary>Now, on the board's clock, in microseconds; the owner moves it forward.</summary>
    public long NowMicroseconds;

    /// <summary>True while SDA or SCL is held low: every transaction ends in ClockStretchTimeout.</summary>
    public bool IsStuck;

    /// <summary>Transactions so far, including failed ones.</summary>
    public int TransactionCount;

    /// <summary>Puts a chip on the bus.</summary>
    /// <exception cref="ArgumentException">The address is taken, or the bus is full.</exception>
    public void Attach(int address, IEmulatedI2cChip chip)
    {
        if (_chipCount == ChipCountMax || Find(address) != null)
        {
            throw new ArgumentException("I2C address is taken or the bus is full");
        }

        _addresses[_chipCount] = address;
        _chips[_chipCount++] = chip;
    }

    /// <summary>Runs one transaction against the chip at an address; no chip there means no
    /// acknowledgement.</summary>
    public I2cTransferStatus Transfer(
        int address, byte[] write, int writeCount, byte[] read, int readCount, out int transferred)
    {
        transferred = 0;
        TransactionCount++;
        if (IsStuck)
        {
            return I2cTransferStatus.ClockStretchTimeout;
        }

        IEmulatedI2cChip chip = Find(address);
        if (chip == null)
        {
            return I2cTransferStatus.SlaveAddressNotAcknowledged;
        }

        return chip.Transfer(NowMicroseconds, write, writeCount, read, readCount, out transferred);
    }

    private IEmulatedI2cChip Find(int address)
    {
        for (int i = 0; i < _chipCount; i++)
        {
            if (_addresses[i] == address)
            {
                return _chips[i];
            }
        }

        return null;
    }
}
