// A conversation with one unit: asks and waits for the answer, and hears the unit's lines meanwhile. The
// runtime sends no text before it has been pinged, and forgets that at every restart: so a ping goes out each
// second.

using System.Diagnostics;
using Pulsegate.Field.Lines;
using Pulsegate.Field.Port;

namespace Pulsegate.Field.Wire;

/// <summary>Packets and lines over an open port. For one thread; owns the port.</summary>
public sealed class WireSession : IDisposable
{
    /// <summary>Most lines that wait to be taken; the oldest goes first.</summary>
    public const int LineCountMax = 1024;

    /// <summary>Time between two pings, ms.</summary>
    public const int PingMs = 1000;

    /// <summary>A packet that does not go on for this long is given up, ms: as the runtime's own side
    /// does.</summary>
    public const int PartialMsMax = 2000;

    private const uint HostSource = 0x00010002;
    private const int PollMs = 50;

    private readonly SerialPort _port;
    private readonly WireReader _reader = new();
    private readonly LineAssembler _messages = new();
    private readonly LineAssembler _noise = new();
    private readonly Queue<UnitLineText> _lines = new();
    private readonly byte[] _buffer = new byte[4096];
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private ushort _sequence;
    private long _nextPingMs;
    private long _lastByteMs;
    private (uint Command, ushort Sequence) _awaited;
    private WirePacket? _reply;

    /// <summary>A session over a port.</summary>
    public WireSession(SerialPort port) => _port = port;

    /// <summary>Answers to pings so far: the runtime is there.</summary>
    public long AnswerCount { get; private set; }

    /// <summary>Lines of the unit that were damaged or cut.</summary>
    public long DamagedLineCount { get; private set; }

    /// <summary>Opens a port and a session over it.</summary>
    /// <exception cref="PortException">The port cannot be opened.</exception>
    public static WireSession Open(string port) => new(SerialPort.Open(port));

    /// <summary>Waits for the unit's next line.</summary>
    /// <returns>Null when none came in time.</returns>
    /// <exception cref="PortException">The port has gone.</exception>
    public UnitLineText? TakeLine(TimeSpan limit)
    {
        long endMs = _clock.ElapsedMilliseconds + (long)limit.TotalMilliseconds;
        do
        {
            if (_lines.TryDequeue(out UnitLineText? line))
            {
                return line;
            }

            Pump();
        }
        while (_clock.ElapsedMilliseconds < endMs);
        return null;
    }

    /// <summary>True when the runtime answers a ping in time.</summary>
    public bool IsAnswering(TimeSpan limit) => Ask(WireCommand.Ping, Words(HostSource, 0), limit) is { };

    /// <summary>Asks for something.</summary>
    /// <returns>The answer, which may refuse; null when none came in time.</returns>
    public WirePacket? Ask(uint command, byte[] payload, TimeSpan limit)
    {
        _reply = null;
        _awaited = (command, Send(command, payload));
        long endMs = _clock.ElapsedMilliseconds + (long)limit.TotalMilliseconds;
        while (_clock.ElapsedMilliseconds < endMs)
        {
            Pump();
            if (_reply is { } reply)
            {
                return reply;
            }
        }

        return null;
    }

    /// <summary>Little-endian words, as most payloads are.</summary>
    public static byte[] Words(params uint[] words)
    {
        var bytes = new byte[words.Length * sizeof(uint)];
        for (int i = 0; i < words.Length; i++)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(
                bytes.AsSpan(i * sizeof(uint)), words[i]);
        }

        return bytes;
    }

    /// <summary>Restarts the whole unit.</summary>
    /// <returns>False when it did not answer.</returns>
    public bool TryReboot(TimeSpan limit)
    {
        _lines.Clear();
        bool isAccepted = Ask(WireCommand.Reboot, Words(0), limit) is { IsAccepted: true };
        _lines.Clear();   // what was said before the restart is of the boot before
        return isAccepted;
    }

    /// <inheritdoc/>
    public void Dispose() => _port.Dispose();

    private void Pump()
    {
        long nowMs = _clock.ElapsedMilliseconds;
        if (nowMs >= _nextPingMs)
        {
            _nextPingMs = nowMs + PingMs;
            Send(WireCommand.Ping, Words(HostSource, 0));
        }

        int count = _port.Read(_buffer, PollMs);
        nowMs = _clock.ElapsedMilliseconds;
        if (count > 0)
        {
            _lastByteMs = nowMs;
            _reader.Append(_buffer.AsSpan(0, count), OnPacket, OnNoise);
        }
        else if (_reader.HasPartial && nowMs - _lastByteMs > PartialMsMax)
        {
            _reader.DropPartial(OnPacket, OnNoise);
        }
    }

    private ushort Send(uint command, byte[] payload)
    {
        _sequence = (ushort)(_sequence == ushort.MaxValue ? 1 : _sequence + 1);
        _port.Write(new WirePacket(command, _sequence, 0, WireFlags.None, payload).ToBytes(isChecked: true));
        return _sequence;
    }

    private void OnPacket(WirePacket packet)
    {
        if (packet.Command == WireCommand.Message && !packet.Flags.HasFlag(WireFlags.Reply))
        {
            foreach (byte b in packet.Payload)
            {
                OnLine(_messages.Append(b));
            }
        }
        else if (packet.Flags.HasFlag(WireFlags.Reply))
        {
            AnswerCount++;
            if ((packet.Command, packet.ReplySequence) == _awaited)
            {
                _reply = packet;
            }
        }
    }

    private void OnNoise(byte b) => OnLine(_noise.Append(b));

    private void OnLine(string? text)
    {
        if (text is null || !text.Contains("#pg ", StringComparison.Ordinal))
        {
            return;
        }

        if (UnitLineText.Parse(text) is not { } line)
        {
            DamagedLineCount++;
            return;
        }

        if (_lines.Count == LineCountMax)
        {
            _lines.Dequeue();
        }

        _lines.Enqueue(line);
    }
}
