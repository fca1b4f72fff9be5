// The virtual board as hardware: a flash, a USB port that is a pseudo-terminal, a reset line. What runs on it
// is what was flashed: without an image where its deployment partition is, nothing runs, as on a real one.

using System.Text;
using Pulsegate.Field.Flash;
using Pulsegate.Field.Port;
using Pulsegate.Field.Wire;
using Pulsegate.Provisioning;

namespace Pulsegate.Cli.Field.Virtual;

/// <summary>A board that is switched on. Dispose takes its power away.</summary>
internal sealed class VirtualBoard : IDisposable
{
    private const int ConsolePieceMax = 80;   // the runtime cuts its text there
    private const int PollMs = 20;
    private const int NoiseSeed = 7;
    private const uint CodeUsage = 0x20, ConfigurationUsage = 0x30, BlockSize = 0x10000, RuntimeSource =
        0x00010000;

    private readonly BoardFolder _board;
    private readonly FileStream _lock;
    private readonly SerialPort _port;
    private readonly SerialPort _keeper;   // without an open other side, a pseudo-terminal reports a hang-up
    private readonly Lock _gate = new();
    private readonly Thread _thread;
    private readonly Random _noise = new(NoiseSeed);
    private volatile bool _isStopping;
    private volatile bool _isHeard;        // a host has pinged in this boot
    private bool _isRestartDue = true;
    private ushort _sequence;
    private VirtualBoot? _boot;

    /// <summary>Switches a board on.</summary>
    public VirtualBoard(BoardFolder board)
    {
        _board = board;
        PrivateFile.CreateFolder(board.Path);   // keys lie in there, as in a unit's flash
        PrivateFile.CreateFolder(board.Drive);
        _lock = LockFolder(board);
        _port = SerialPort.CreatePseudoTerminal();
        _keeper = SerialPort.Keep(_port.Path);
        File.Delete(board.Port);
        File.CreateSymbolicLink(board.Port, _port.Path);
        _thread = new Thread(Run) { IsBackground = true, Name = "virtual USB" };
        _thread.Start();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isStopping = true;
        _thread.Join();
        _boot?.Dispose();
        _keeper.Dispose();
        _port.Dispose();
        File.Delete(_board.Port);
        _lock.Dispose();
    }

    // Two boards in one folder would write into one another's flash.
    private static FileStream LockFolder(BoardFolder board)
    {
        try
        {
            return File.Open(board.Lock, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        }
        catch (IOException)
        {
            throw new CommandException(
                $"the virtual board in {board.Path} is in use by another command: end it, or name another "
                    + "folder "
                + "with --folder");
        }
    }

    private void Run()
    {
        var reader = new WireReader();
        var buffer = new byte[2048];
        while (!_isStopping)
        {
            if (_isRestartDue || File.Exists(_board.Reset))
            {
                Restart();
            }

            int count = _port.Read(buffer, PollMs);
            if (count > 0 && !_board.Plays(BoardFolder.Silent))
            {
                reader.Append(buffer.AsSpan(0, count), Answer, _ => { });
            }
        }
    }

    private void Restart()
    {
        _isRestartDue = false;
        _boot?.Dispose();
        _boot = null;
        File.Delete(_board.Reset);
        _isHeard = false;
        Write("ESP-ROM:esp32s3-20210327\r\nrst:0x1 (POWERON),boot:0x8 (SPI_FAST_FLASH_BOOT)\r\n"u8);
        byte[] head = _board.Read(BoardFolder.DeploymentAddress, DeploymentImage.HeadSize);
        if (DeploymentImage.VirtualVersion(head) is { } version && !_board.Plays(BoardFolder.Mute))
        {
            _boot = new VirtualBoot(_board, version, Print);
        }
    }

    // The runtime drops what is printed before a host has pinged it.
    private void Print(string line)
    {
        if (!_isHeard)
        {
            return;
        }

        byte[] text = Encoding.UTF8.GetBytes(line + "\r\n");
        for (int at = 0; at < text.Length; at += ConsolePieceMax)
        {
            byte[] piece = text[at..Math.Min(text.Length, at + ConsolePieceMax)];
            Send(WireCommand.Message, 0, WireFlags.NonCritical | WireFlags.NoCaching, piece);
        }
    }

    private void Answer(WirePacket question)
    {
        switch (question.Command)
        {
            case WireCommand.Ping when !question.Flags.HasFlag(WireFlags.Reply):
                _isHeard = true;
                Reply(question, true, WireSession.Words(RuntimeSource, 0x100));
                break;
            case WireCommand.Reboot:
                _boot?.BeginStop();   // after the answer the boot before says who it was no more
                Reply(question, true, []);
                _isRestartDue = true;
                break;
            case WireCommand.FlashSectorMap:
                Reply(question, true, WireSession.Words(
                    0x10000, BlocksOf(0x1A0000), BlockSize, CodeUsage,
                    BoardFolder.DeploymentAddress, BlocksOf(BoardFolder.DeploymentSize), BlockSize,
                    FlashRegion.DeploymentUsage,
                    0x490000, BlocksOf(0x300000), BlockSize, ConfigurationUsage));
                break;
            case WireCommand.CheckMemory when question.Payload.Length == 8:
                uint address = BitConverter.ToUInt32(question.Payload);
                int length = (int)Math.Min(
                    BitConverter.ToUInt32(question.Payload, 4), BoardFolder.DeploymentSize);
                Reply(question, true, WireSession.Words(WireCrc.Of(_board.Read(address, length))));
                break;
            case WireCommand.QueryCapabilities when question.Payload.Length == 4:
                ReplyLibraries(question);
                break;
            default:
                Reply(question, false, []);
                break;
        }
    }

    private void ReplyLibraries(WirePacket question)
    {
        NativeLibrary library = _board.Plays(BoardFolder.OtherFirmware)
            ? DeploymentImage.VirtualLibrary with { Checksum = 0x8EFB9944, Version = "100.2.0.14" }
            : DeploymentImage.VirtualLibrary;
        uint query = BitConverter.ToUInt32(question.Payload) & 0xFF;
        Reply(
            question, query is NativeLibrary.CountQuery or NativeLibrary.ListQuery,
            query == NativeLibrary.CountQuery ? WireSession.Words(1) : library.ToEntry());
    }

    private static uint BlocksOf(uint size) => size / BlockSize;

    private void Reply(WirePacket question, bool isGood, byte[] payload)
        => Send(
            question.Command, question.Sequence,
            WireFlags.Reply | WireFlags.NonCritical | (isGood ? WireFlags.Ack : WireFlags.Nack), payload);

    // Stock images are built without CRCs.
    private void Send(uint command, ushort reply, WireFlags flags, byte[] payload)
    {
        lock (_gate)
        {
            byte[] bytes = new WirePacket(command, ++_sequence, reply, flags, payload)
                .ToBytes(isChecked: false);
            if (_board.Plays(BoardFolder.Noisy) && _noise.Next(8) == 0)
            {
                bytes = _noise.Next(2) == 0 ? bytes[..^1] : [.. "E (123) wifi: noise NFPKT\r\n"u8, .. bytes];
            }

            _port.Write(bytes);
        }
    }

    private void Write(ReadOnlySpan<byte> text)
    {
        lock (_gate)
        {
            _port.Write(text);
        }
    }
}
