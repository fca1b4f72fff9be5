// The line between an emulated chip and the bus it sits on. Written in the device subset, so that driver and
// emulator also run together on the real nanoCLR.

using System.Device.I2c;

namespace Pulsegate.Emulation;

/// <summary>A chip model that answers at register level.</summary>
public interface IEmulatedI2cChip
{
    /// <summary>
    /// One I2C transaction: a write phase (may be empty), then a read phase after a repeated start (may be
    /// empty).
    /// </summary>
    /// <param name="nowMicroseconds">Time of the transaction on the board's clock; never goes back.</param>
    /// <param name="write">Bytes from the controller; only the first <paramref name="writeCount"/>
    /// count.</param>
    /// <param name="writeCount">Bytes in the write phase.</param>
    /// <param name="read">Filled by the chip.</param>
    /// <param name="readCount">Bytes asked for in the read phase.</param>
    /// <param name="transferred">Bytes moved in both phases.</param>
    /// <returns>How the transaction ended.</returns>
    I2cTransferStatus Transfer(
        long nowMicroseconds, byte[] write, int writeCount, byte[] read, int readCount, out int transferred);
}
