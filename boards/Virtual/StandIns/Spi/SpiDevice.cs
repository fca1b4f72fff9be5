// Stand-in for nanoFramework's SpiDevice. Transfers go to the emulated chip that the board registered under
// the bus id; with none they go nowhere, as on a bus with nothing wired to it.

using Pulsegate.Emulation;

namespace System.Device.Spi;

/// <summary>One device on an SPI bus.</summary>
public class SpiDevice : IDisposable
{
    private readonly byte[] _one = new byte[1];
    private readonly IEmulatedSpiChip _chip;
    private byte[] _write = new byte[0];   // grows once to the longest transfer

    /// <summary>Opens a device. Nothing is sent.</summary>
    public SpiDevice(SpiConnectionSettings settings)
    {
        ConnectionSettings = settings;
        _chip = EmulatedSpiBuses.Get(settings.BusId);
    }

    /// <summary>The settings given at construction.</summary>
    public SpiConnectionSettings ConnectionSettings { get; }

    /// <summary>Opens a device.</summary>
    public static SpiDevice Create(SpiConnectionSettings settings) => new SpiDevice(settings);

    /// <summary>Writes one byte.</summary>
    public void WriteByte(byte value)
    {
        _one[0] = value;
        Send(_one, 1);
    }

    /// <summary>Writes.</summary>
    public void Write(SpanByte buffer)
    {
        if (_write.Length < buffer.Length)
        {
            _write = new byte[buffer.Length];
        }

        buffer.CopyTo(new SpanByte(_write));
        Send(_write, buffer.Length);
    }

    /// <summary>Closes the device.</summary>
    public void Dispose() => Dispose(true);

    /// <summary>Closes the device.</summary>
    protected void Dispose(bool disposing)
    {
    }

    private void Send(byte[] bytes, int count)
    {
        if (_chip != null)
        {
            _chip.Transfer(bytes, count, null);
        }
    }
}
