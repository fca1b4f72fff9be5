// The emulated sample FIFO: 32 samples of up to four channels, pointers equal when empty and when full.
// Source: 19-7740, Rev 1, "FIFO (0x04-0x07)". Two points the data sheet leaves open are decided here: with
// rollover a full FIFO moves its read pointer along and counts what it overwrote; reading an empty FIFO
// repeats old data and moves nothing.

namespace Iot.Device.Max3010x.Emulator;

/// <summary>The FIFO memory with its pointers and overflow counter.</summary>
internal sealed class Max30102Fifo
{
    private readonly int[] _samples = new int[Max3010x.FifoDepth * Bits.SlotCountMax];
    private int _byteIndex;      // within the sample that is being read out
    private int _readSlot;       // where that sample lies

    /// <summary>Where the next sample goes.</summary>
    public int WritePointer;

    /// <summary>Where the next sample to be read lies.</summary>
    public int ReadPointer;

    /// <summary>Samples lost since one was read; stays at 31.</summary>
    public int OverflowCount;

    /// <summary>Samples not read yet, 0 to 32.</summary>
    public int UnreadCount;

    /// <summary>Empty, as at power-up.</summary>
    public void Clear()
    {
        WritePointer = 0;
        ReadPointer = 0;
        OverflowCount = 0;
        UnreadCount = 0;
        _byteIndex = 0;
    }

    /// <summary>A pointer was written: what is unread follows from the distance, and equal means
    /// empty.</summary>
    public void SetPointers(int writePointer, int readPointer)
    {
        WritePointer = writePointer;
        ReadPointer = readPointer;
        UnreadCount = (writePointer - readPointer) & Bits.PointerMask;
        _byteIndex = 0;
    }

    /// <summary>A new transaction starts at the first byte of the next sample.</summary>
    public void BeginTransaction() => _byteIndex = 0;

    /// <summary>Takes one sample in; false when it is lost because the FIFO is full and does not roll
    /// over.</summary>
    public bool Push(int[] channels, bool isRollover)
    {
        if (UnreadCount == Max3010x.FifoDepth)
        {
            OverflowCount = OverflowCount < Bits.OverflowCountMax ? OverflowCount + 1 : OverflowCount;
            if (!isRollover)
            {
                return false;
            }

            ReadPointer = (ReadPointer + 1) & Bits.PointerMask;
            UnreadCount--;
        }

        int at = WritePointer * Bits.SlotCountMax;
        for (int i = 0; i < Bits.SlotCountMax; i++)
        {
            _samples[at + i] = channels[i];
        }

        WritePointer = (WritePointer + 1) & Bits.PointerMask;
        UnreadCount++;
        return true;
    }

    /// <summary>The next byte of FIFO_DATA. The read pointer moves at the first byte of each sample, as the
    /// data sheet says.</summary>
    public byte ReadByte(int channelCount)
    {
        if (_byteIndex == 0)
        {
            _readSlot = ReadPointer;
            if (UnreadCount > 0)
            {
                ReadPointer = (ReadPointer + 1) & Bits.PointerMask;
                UnreadCount--;
                OverflowCount = 0;
            }
        }

        int channel = _byteIndex / Bits.BytesPerChannel;
        int shift = 8 * (Bits.BytesPerChannel - 1 - (_byteIndex % Bits.BytesPerChannel));
        _byteIndex++;
        if (_byteIndex >= channelCount * Bits.BytesPerChannel)
        {
            _byteIndex = 0;
        }

        return (byte)(_samples[(_readSlot * Bits.SlotCountMax) + channel] >> shift);
    }
}
