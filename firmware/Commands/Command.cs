// The backend's signed command, read on the device (docs/wire-format.md, 5). That it is genuine says nothing
// about whether it is for now: CommandRunner looks at boot, number and time.

using Pulsegate.Batch;
using Pulsegate.Platform;

namespace Pulsegate.Commands;

/// <summary>One verified command. The reader owns and reuses it.</summary>
public sealed class Command
{
    /// <summary>Longest text that is looked at, in bytes.</summary>
    public const int TextLengthMax = 512;

    /// <summary>Boot that it is for.</summary>
    public uint BootId;

    /// <summary>The backend's UTC in ms when it was signed.</summary>
    public long UtcMs;

    /// <summary>Its number, from 1; higher than that of any command before.</summary>
    public long Number;

    /// <summary>What to do, by <see cref="CommandCode"/> number; may be one that is not known here.</summary>
    public int Code;

    /// <summary>Alarm condition; -1 when it names none.</summary>
    public int Condition;

    /// <summary>Limit in the vital's stored unit, or seconds; -1 when it names none.</summary>
    public int Value;

    /// <summary>Alarm delay in seconds; -1 when it names none.</summary>
    public int DelaySeconds;

    private const int ArgumentMax = 1_000_000;
    private const int FixedKeyCount = 6;
    private readonly DownlinkText _text = new DownlinkText(TextLengthMax);

    /// <summary>Reads and verifies a command for a device.</summary>
    /// <returns>False for anything else; the fields are then without meaning.</returns>
    public bool TryParse(byte[] text, int length, string device, ISigner signer)
        => _text.TryOpen(text, length, device, Jws.CommandHeaderEnd, signer)
            && TryReadPayload(device) && _text.Payload.IsAtEnd;

    /// <summary>Takes over the fields of another.</summary>
    public void CopyFrom(Command other)
    {
        BootId = other.BootId;
        UtcMs = other.UtcMs;
        Number = other.Number;
        Code = other.Code;
        Condition = other.Condition;
        Value = other.Value;
        DelaySeconds = other.DelaySeconds;
    }

    // The map's keys come in rising order, each at most once; the arguments are those that the command needs.
    private bool TryReadPayload(string device)
    {
        Condition = -1;
        Value = -1;
        DelaySeconds = -1;
        CborReader reader = _text.Payload;
        if (!reader.TryReadMap(out int count) || !_text.TryReadStart(device)
            || !_text.TryReadKey(PayloadKey.BootId) || !reader.TryReadUnsigned(out ulong boot)
            || boot > uint.MaxValue
            || !_text.TryReadKey(PayloadKey.AckUtcMs) || !reader.TryReadInt(out UtcMs) || UtcMs < 0
            || !_text.TryReadKey(PayloadKey.CommandNumber) || !reader.TryReadInt(out Number) || Number < 1
            || !_text.TryReadKey(PayloadKey.CommandCode) || !reader.TryReadIntWithin(1, 255, out Code))
        {
            return false;
        }

        BootId = (uint)boot;
        switch (Code)
        {
            case CommandCode.SetAlarmLimit:
                return count == FixedKeyCount + 3
                    && TryReadArgument(PayloadKey.CommandCondition, out Condition)
                    && TryReadArgument(PayloadKey.CommandValue, out Value)
                    && TryReadArgument(PayloadKey.CommandDelaySeconds, out DelaySeconds);
            case CommandCode.SetCommitInterval:
                return count == FixedKeyCount + 1 && TryReadArgument(PayloadKey.CommandValue, out Value);
            default:
                return count == FixedKeyCount;
        }
    }

    private bool TryReadArgument(int key, out int value)
    {
        value = -1;
        return _text.TryReadKey(key) && _text.Payload.TryReadIntWithin(0, ArgumentMax, out value);
    }
}
