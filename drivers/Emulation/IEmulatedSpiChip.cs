// The line between an emulated chip and the SPI bus it sits on. In the device subset, as everything here.

namespace Pulsegate.Emulation;

/// <summary>A chip model that takes what is written to it.</summary>
public interface IEmulatedSpiChip
{
    /// <summary>One transfer, chip select low from its first byte to its last.</summary>
    /// <param name="write">Bytes from the controller; only the first <paramref name="writeCount"/>
    /// count.</param>
    /// <param name="writeCount">Bytes written.</param>
    /// <param name="read">What the controller reads meanwhile; null when it does not listen. Filled by the
    /// chip.</param>
    void Transfer(byte[] write, int writeCount, byte[] read);
}
