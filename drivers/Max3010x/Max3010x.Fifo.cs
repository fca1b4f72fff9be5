// The FIFO of the MAX3010x: state and pointers in one short burst, all unread samples in one long one.
// Source: 19-7740, Rev 1, "FIFO (0x04-0x07)" and "Pseudo-Code Example of Reading Data from FIFO".

using System;
using System.Device.I2c;

namespace Iot.Device.Max3010x;

/// <content>The FIFO.</content>
public sealed partial class Max3010x
{
    // Interrupt Status 1 to FIFO Read Pointer lie side by side: flags, pointers and overflow count come from
    // one moment.
    private const int StatusByteCount = 7;
    private const int NoChannel = -1;

    private int _bytesPerSample;
    private int _redOffset;
    private int _infraredOffset;
    private int _greenOffset;
    private int _lostPending;     // not yet reported; a failure adds 63 at most, then none until cleared
    private bool _mustClearFifo;
    private bool _hasDelivered;   // since construction
    private bool _hasNewSample;   // NewSample or FifoAlmostFull was seen since the FIFO was last emptied
    private Max3010xInterrupts _events;

    /// <summary>Drains the FIFO: two transfers, of 8 and of at most 193 bytes (5 ms at 400 kHz for 32 red and
    /// infrared samples).</summary>
    /// <param name="red">At least 32 long; receives red counts, 0 to 262 143 at any pulse width (shorter
    /// widths leave the low bits 0). Null when not wanted.</param>
    /// <param name="infrared">The same for infrared.</param>
    /// <param name="count">Samples read, 0 to 32. 0 with true: none was there yet. 0 when false.</param>
    /// <param name="lostCount">At least so many samples are missing between the last one of the previous read
    /// and the first one after it: the first of this read or, when count is 0, of the next. The chip counts
    /// to 31, so more may be missing. 0 when false.</param>
    /// <returns>False when the chip did not answer, lost its supply or is not initialised. What was not read
    /// stays in the FIFO where that can be made sure of; else it is discarded and declared as lost by the
    /// next read.</returns>
    /// <exception cref="ArgumentException">An array is shorter than 32.</exception>
    public bool TryReadFifo(int[] red, int[] infrared, out int count, out int lostCount) =>
        TryReadFifo(red, infrared, null, out count, out lostCount);

    /// <summary>As the other overload, with the green channel that a multi-LED slot of a MAX30101
    /// gives.</summary>
    /// <param name="red">Red counts, or null.</param>
    /// <param name="infrared">Infrared counts, or null.</param>
    /// <param name="green">Green counts, or null.</param>
    /// <param name="count">Samples read, 0 to 32.</param>
    /// <param name="lostCount">At least so many samples are missing before the first one.</param>
    /// <returns>False on failure.</returns>
    /// <exception cref="ArgumentException">An array is shorter than 32.</exception>
    public bool TryReadFifo(int[] red, int[] infrared, int[] green, out int count, out int lostCount)
    {
        count = 0;
        lostCount = 0;
        CheckLength(red);
        CheckLength(infrared);
        CheckLength(green);
        if (!_isRunning)
        {
            return Fail(Max3010xError.NotInitialized, Register.ModeConfiguration);
        }

        if ((_mustClearFifo && !TryClearFifo()) ||
            !TryReadState(out int readPointer, out int available, out int overflowCount))
        {
            return false;
        }

        if (overflowCount != 0 && available != 0)
        {
            // Only a full FIFO can have overflowed, so the pointers should be equal. Either a sample arrived
            // between the bytes, or rollover moved one pointer alone: the order of the samples is not known,
            // so they are given up.
            _lostPending += FifoDepth + overflowCount;
            _mustClearFifo = true;
            return TakeLost(out lostCount);
        }

        if (available == 0 && (overflowCount != 0 || _hasNewSample))
        {
            available = FifoDepth;   // equal pointers: full, not empty
        }

        if (available == 0)
        {
            return TakeLost(out lostCount);
        }

        if (!TryRead(Register.FifoData, _fifo, available * _bytesPerSample))
        {
            RecoverFifo(readPointer, available, overflowCount);
            return false;
        }

        _hasNewSample = false;
        _hasDelivered = true;
        Unpack(_fifo, available, _bytesPerSample, _redOffset, red, _infraredOffset, infrared);
        if (green != null)
        {
            Unpack(_fifo, available, _bytesPerSample, _greenOffset, green, NoChannel, null);
        }

        count = available;

        // With rollover the samples before these were overwritten; without, those after were not taken in.
        bool isLossBefore = (_settings[(int)Register.FifoConfiguration] & Bits.Rollover) != 0;
        lostCount = isLossBefore ? _lostPending + overflowCount : _lostPending;
        _lostPending = isLossBefore ? 0 : overflowCount;
        return true;
    }

    /// <summary>What the FIFO reads saw since the last call of this method. No transfer.</summary>
    /// <returns>The events.</returns>
    public Max3010xInterrupts TakeInterrupts()
    {
        Max3010xInterrupts events = _events;
        _events = Max3010xInterrupts.None;
        return events;
    }

    /// <summary>Reads both status registers, which clears them and releases the INT pin.</summary>
    /// <param name="events">What they show and what the FIFO reads saw since this was last asked. None when
    /// false.</param>
    /// <returns>False when the chip did not answer, or lost its supply.</returns>
    public bool TryReadInterruptStatus(out Max3010xInterrupts events)
    {
        events = Max3010xInterrupts.None;
        if (!TryRead(Register.InterruptStatus1, _status, 2) || !TryNoteEvents())
        {
            return false;
        }

        events = TakeInterrupts();
        return true;
    }

    // Two channels in one pass. Counts are left-justified to 18 bits by the chip. Locals and arrays only:
    // this runs for every sample.
    internal static void Unpack(
        byte[] data, int count, int stride, int firstOffset, int[] first, int secondOffset, int[] second)
    {
        if (firstOffset == NoChannel || first == null)
        {
            firstOffset = secondOffset;
            first = second;
            second = null;
        }

        if (firstOffset == NoChannel || first == null)
        {
            return;
        }

        if (secondOffset == NoChannel || second == null)
        {
            for (int i = 0, at = firstOffset; i < count; i++, at += stride)
            {
                first[i] = ((data[at] << 16) | (data[at + 1] << 8) | data[at + 2]) & Bits.SampleMask;
            }

            return;
        }

        for (int i = 0, at = firstOffset, to = secondOffset; i < count; i++, at += stride, to += stride)
        {
            first[i] = ((data[at] << 16) | (data[at + 1] << 8) | data[at + 2]) & Bits.SampleMask;
            second[i] = ((data[to] << 16) | (data[to + 1] << 8) | data[to + 2]) & Bits.SampleMask;
        }
    }

    private bool TryReadState(out int readPointer, out int available, out int overflowCount)
    {
        bool isRead = TryRead(Register.InterruptStatus1, _status, StatusByteCount) && TryNoteEvents();
        readPointer = _status[(int)Register.FifoReadPointer] & Bits.PointerMask;
        available = (_status[(int)Register.FifoWritePointer] - readPointer) & Bits.PointerMask;
        overflowCount = _status[(int)Register.OverflowCounter] & Bits.PointerMask;
        return isRead;
    }

    private static void CheckLength(int[] samples)
    {
        if (samples != null && samples.Length < FifoDepth)
        {
            throw new ArgumentException("a sample array is 32 long or more");
        }
    }

    // A read that broke off may have taken samples out. Putting the read pointer back is the data sheet's way
    // to read them again; it is ambiguous when the FIFO was full, and too late when the bus was held for
    // long.
    private void RecoverFifo(int readPointer, int available, int overflowCount)
    {
        I2cTransferStatus status = _lastBusStatus;
        Max3010xError error = _lastError;
        if (error == Max3010xError.Bus && status == I2cTransferStatus.SlaveAddressNotAcknowledged)
        {
            return;   // nothing was read: the FIFO is as it was
        }

        bool canRewind = available < FifoDepth && status != I2cTransferStatus.ClockStretchTimeout;
        if (!canRewind || !TryWrite(Register.FifoReadPointer, readPointer))
        {
            _mustClearFifo = true;
            _lostPending += available + overflowCount;
        }

        _lastBusStatus = status;
        Fail(error, Register.FifoData);
    }

    private bool TryClearFifo()
    {
        // The status is read last: a flag left from before would make the empty FIFO look full.
        _mustClearFifo = true;
        if (!TryWrite(Register.FifoWritePointer, 0) || !TryWrite(Register.OverflowCounter, 0) ||
            !TryWrite(Register.FifoReadPointer, 0) || !TryRead(Register.InterruptStatus1, _status, 1))
        {
            return false;
        }

        _mustClearFifo = false;
        _hasNewSample = false;
        return !_isRunning || TryNotePower();
    }

    private bool TryNoteEvents()
    {
        _events |= (Max3010xInterrupts)(_status[0] | (_status[1] << 8));
        _hasNewSample |= (_status[0] & (Bits.NewSample | Bits.AlmostFull)) != 0;
        return !_isRunning || TryNotePower();
    }

    private bool TryNotePower()
    {
        if ((_status[0] & Bits.PowerReady) == 0)
        {
            return true;
        }

        _isRunning = false;
        return Fail(Max3010xError.PowerLost, Register.InterruptStatus1);
    }

    private bool TakeLost(out int lostCount)
    {
        lostCount = _lostPending;
        _lostPending = 0;
        return true;
    }

    private void LayOutSample(Max3010xConfiguration configuration)
    {
        // The flags appear in the status registers only for sources that are enabled.
        _settings[(int)Register.InterruptEnable1] =
            Bits.AlmostFull | Bits.NewSample | Bits.AmbientOverflow;
        _settings[(int)Register.InterruptEnable2] = Bits.DieTemperatureReady;
        _redOffset = NoChannel;
        _infraredOffset = NoChannel;
        _greenOffset = NoChannel;
        for (int slot = 0; slot < Bits.SlotCountMax; slot++)
        {
            Max3010xSlot led = configuration.SlotLed(slot);
            if (led == Max3010xSlot.Off)
            {
                break;
            }

            // A LED in two slots is reported from the first of them.
            int offset = slot * Bits.BytesPerChannel;
            bool isRed = led == (_isSwapped ? Max3010xSlot.Led2 : Max3010xSlot.Led1);
            bool isGreen = led == Max3010xSlot.Led3;
            _redOffset = isRed && _redOffset == NoChannel ? offset : _redOffset;
            _greenOffset = isGreen && _greenOffset == NoChannel ? offset : _greenOffset;
            _infraredOffset = !isRed && !isGreen && _infraredOffset == NoChannel ? offset : _infraredOffset;
            _bytesPerSample += Bits.BytesPerChannel;
            if (configuration.Mode == Max3010xMode.MultiLed)
            {
                int register = (int)Register.MultiLedControl1 + (slot / 2);
                _settings[register] |= (byte)((int)led << (slot % 2 * Bits.OddSlotShift));
            }
        }

        if (_bytesPerSample == 0)
        {
            throw new ArgumentException("the multi-LED mode needs Slot1");
        }
    }
}
