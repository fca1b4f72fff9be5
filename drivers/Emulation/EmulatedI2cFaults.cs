// The faults of one emulated chip, by plan: let so many transactions pass, then fail so many in one way.
// What the wires do (a bus held low) belongs to EmulatedI2cBus, not here.

using System;
using System.Device.I2c;

namespace Pulsegate.Emulation;

/// <summary>Plan of faults of an emulated chip. All off at construction.</summary>
public sealed class EmulatedI2cFaults
{
    /// <summary>True while the chip does not answer at its address (unplugged, no power).</summary>
    public bool IsAbsent;

    /// <summary>Transactions that still pass before <see cref="FailCount"/> begins to count down.</summary>
    public int SkipCount;

    /// <summary>How many transactions fail then; each failure takes one off. 0 is none, int.MaxValue
    /// all.</summary>
    public int FailCount;

    /// <summary>How they end. FullTransfer with a short <see cref="FailByteCount"/> is a controller that
    /// lies.</summary>
    public I2cTransferStatus FailStatus = I2cTransferStatus.SlaveAddressNotAcknowledged;

    /// <summary>Bytes of both phases that still move in a failing transaction; the chip acts on
    /// those.</summary>
    public int FailByteCount;

    /// <summary>True when a failing transaction throws, as the ESP32 port does for errors outside its status
    /// list.</summary>
    public bool Throws;

    /// <summary>Decides about the next transaction; the chip calls it once for each.</summary>
    /// <param name="totalByteCount">Bytes of both phases.</param>
    /// <param name="byteCount">Bytes that move: all, or those of the plan.</param>
    /// <returns>How the transaction ends.</returns>
    /// <exception cref="InvalidOperationException">Planned by <see cref="Throws"/>.</exception>
    public I2cTransferStatus Next(int totalByteCount, out int byteCount)
    {
        byteCount = 0;
        if (IsAbsent)
        {
            return I2cTransferStatus.SlaveAddressNotAcknowledged;
        }

        if (SkipCount > 0)
        {
            SkipCount--;
        }
        else if (FailCount > 0)
        {
            FailCount--;
            if (Throws)
            {
                throw new InvalidOperationException();
            }

            byteCount = FailByteCount < totalByteCount ? FailByteCount : totalByteCount;
            return FailStatus;
        }

        byteCount = totalByteCount;
        return I2cTransferStatus.FullTransfer;
    }
}
