// The backend's signed command, read on the device (docs/wire-format.md, 5). That it is genuine says nothing
// about whether it is for now: CommandRunner looks at boot, number and time.

using System;
using Pulsegate.Batch;
using Pulsegate.Platform;

namespace Pulsegate.Commands;

/// <summary>One verified command. The reader owns and reuses it.</summary>
public sealed class Command
{
    /// <summary>Longest text that is looked at, in bytes.</summary>
    public const int TextLengthMax = LinkMessage.PayloadLengthMax;

    /// <summary>Most bytes of <see cref="Content"/>.</summary>
    public const int ContentLengthMax = 1280;

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

    /// <summary>Limit in the vital's stored unit, or seconds, or key version, or days since 1970; -1 when it
    /// names none.</summary>
    public int Value;

    /// <summary>Alarm delay in seconds; -1 when it names none.</summary>
    public int DelaySeconds;

    /// <summary>Wrapped keys or certificates; null when it brings none. Never changed once it is
    /// here.</summary>
    public byte[] Content;

    private const int ArgumentMax = 1_000_000;
    private const int FixedKeyCount = 6;
    private DownlinkText _text;   // while one is read: commands are rare, and it is large

    /// <summary>Reads and verifies a command for a device.</summary>
    /// <returns>False for anything else; the fields are then without meaning.</returns>
    public bool TryParse(byte[] text, int length, string device, ISigner signer)
    {
        _text = new DownlinkText(TextLengthMax);
        bool isRead = _text.TryOpen(text, length, device, Jws.CommandHeaderEnd, signer)
            && TryReadPayload(device) && _text.Payload.IsAtEnd;
        _text = null;
        return isRead;
    }

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
        Content = other.Content;
    }

    // The map's keys come in rising order, each at most once; the arguments are those that the command needs.
    private bool TryReadPayload(string device)
    {
        Condition = -1;
        Value = -1;
        DelaySeconds = -1;
        Content = null;
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
            case CommandCode.RotateKeys:
            case CommandCode.RenewCertificate:
                return count == FixedKeyCount + 2 && TryReadArgument(PayloadKey.CommandValue, out Value)
                    && TryReadContent();
            case CommandCode.SetAuthorities:
                return count == FixedKeyCount + 1 && TryReadContent();
            default:
                return count == FixedKeyCount;
        }
    }

    private bool TryReadContent()
    {
        CborReader reader = _text.Payload;
        if (!_text.TryReadKey(PayloadKey.CommandContent)
            || !reader.TryReadBytes(out int offset, out int length)
            || length > ContentLengthMax)
        {
            return false;
        }

        Content = new byte[length];
        Array.Copy(reader.Buffer, offset, Content, 0, length);
        return true;
    }

    private bool TryReadArgument(int key, out int value)
    {
        value = -1;
        return _text.TryReadKey(key) && _text.Payload.TryReadIntWithin(0, ArgumentMax, out value);
    }
}
