// A serial port or pseudo-terminal of this machine, raw. The line settings are made by stty (coreutils),
// which knows every terminal that the kernel knows.

using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Pulsegate.Field.Port;

/// <summary>An open port. One reader and one writer at a time.</summary>
public sealed class SerialPort : IDisposable
{
    /// <summary>Speed of stock images.</summary>
    public const int BaudDefault = 921600;

    private const int NameSizeMax = 128;
    private const string Multiplexer = "/dev/ptmx";
    private const string Look = "look for the board's with: ls /dev/ttyUSB* /dev/ttyACM*";

    // Longest time without the other side: a board that restarts is back by then.
    private static readonly TimeSpan HangUpLimit = TimeSpan.FromSeconds(5);

    private int _file;
    private long _hungUpAt;

    private SerialPort(int file, string path)
    {
        _file = file;
        Path = path;
    }

    /// <summary>Name of the port; of a pseudo-terminal, the name that the other side opens.</summary>
    public string Path { get; }

    /// <summary>Bytes that could not be written because nobody took what was there: a UART loses them as
    /// well.</summary>
    public long DroppedCount { get; private set; }

    /// <summary>Opens a port, alone: two programs on one port take each other's bytes.</summary>
    /// <exception cref="PortException">Missing, in use, not allowed, or not a terminal.</exception>
    public static SerialPort Open(string path) => Open(path, isAlone: true);

    /// <summary>Opens the other side of a pseudo-terminal, to keep it from hanging up while no program has
    /// it.</summary>
    /// <exception cref="PortException">It cannot be opened.</exception>
    public static SerialPort Keep(string path) => Open(path, isAlone: false);

    /// <summary>Opens a new pseudo-terminal from the board's side.</summary>
    /// <exception cref="PortException">The system has none.</exception>
    public static unsafe SerialPort CreatePseudoTerminal()
    {
        int file = NativeFile.Open(
            Multiplexer, NativeFile.ReadWrite | NativeFile.NoControllingTerminal | NativeFile.NonBlocking
                | NativeFile.ForUsAlone);
        byte* name = stackalloc byte[NameSizeMax];
        if (file < 0 || NativeFile.GrantTerminal(file) != 0 || NativeFile.UnlockTerminal(file) != 0
            || NativeFile.NameOfTerminal(file, name, NameSizeMax) != 0)
        {
            throw new PortException($"no pseudo-terminal: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        return new SerialPort(file, Marshal.PtrToStringUTF8((nint)name)!);
    }

    /// <summary>Waits for bytes and reads them.</summary>
    /// <returns>Bytes read; 0 when none came in time, or the other side of a pseudo-terminal is
    /// closed.</returns>
    /// <exception cref="PortException">The port has gone.</exception>
    public unsafe int Read(Span<byte> buffer, int timeoutMs)
    {
        var entry = new NativeFile.PollEntry { File = _file, Events = NativeFile.PollIn };
        if (NativeFile.Poll(ref entry, 1, timeoutMs) <= 0)
        {
            _hungUpAt = 0;
            return 0;
        }

        nint count = 0;
        if ((entry.Returned & NativeFile.PollIn) != 0)
        {
            fixed (byte* bytes = buffer)
            {
                count = NativeFile.Read(_file, bytes, buffer.Length);
            }
        }

        if (count > 0)
        {
            _hungUpAt = 0;
            return (int)count;
        }

        if (count == 0 || Marshal.GetLastPInvokeError() != NativeFile.TryAgain)
        {
            NoteHangUp(timeoutMs);
        }

        return 0;
    }

    /// <summary>Writes, as far as there is room; the rest is dropped and counted.</summary>
    public unsafe void Write(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            nint written = NativeFile.Write(_file, start, bytes.Length);
            DroppedCount += bytes.Length - Math.Max(0, written);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_file >= 0)
        {
            _ = NativeFile.Close(_file);
            _file = -1;
        }
    }

    private static SerialPort Open(string path, bool isAlone)
    {
        if (!System.IO.Path.Exists(path))
        {
            throw new PortException(
                $"there is no port {path}: plug the board in, then {Look}");
        }

        int file = NativeFile.Open(
            path, NativeFile.ReadWrite | NativeFile.NoControllingTerminal | NativeFile.NonBlocking
                | NativeFile.ForUsAlone);
        if (file < 0)
        {
            throw new PortException(Marshal.GetLastPInvokeError() switch
            {
                NativeFile.Busy => InUse(path),
                NativeFile.NotAllowed =>
                    $"{path} cannot be opened (permission denied): sudo usermod -aG dialout $USER, then log "
                        + $"in again",
                _ => $"{path} cannot be opened as a port ({Marshal.GetLastPInvokeErrorMessage()}): {Look}",
            });
        }

        var port = new SerialPort(file, path);
        try
        {
            if (isAlone)
            {
                port.TakeAlone();
            }

            port.MakeRaw();
            return port;
        }
        catch
        {
            port.Dispose();
            throw;
        }
    }

    // The other side is not there. A board that restarts may come back; its wait is not to become a spin.
    private void NoteHangUp(int timeoutMs)
    {
        _hungUpAt = _hungUpAt == 0 ? Stopwatch.GetTimestamp() : _hungUpAt;
        if (!System.IO.Path.Exists(Path) || Stopwatch.GetElapsedTime(_hungUpAt) > HangUpLimit)
        {
            throw new PortException($"{Path} has gone: plug the board in again");
        }

        Thread.Sleep(Math.Min(timeoutMs, 20));
    }

    // Programs that know no locks but make the terminal their own are met when it is opened.
    private void TakeAlone()
    {
        if (NativeFile.Lock(_file, NativeFile.LockAlone) != 0)
        {
            throw new PortException(InUse(Path));
        }
    }

    private void MakeRaw()
    {
        string[] arguments = ["-F", Path, BaudDefault.ToString(), "raw", "-echo", "clocal", "-hupcl",
            "-crtscts"];
        using Process? stty =
            Process.Start(new ProcessStartInfo("stty", arguments) { RedirectStandardError = true });
        string error = stty?.StandardError.ReadToEnd() ?? "stty is missing";
        stty?.WaitForExit();
        if (stty is not { ExitCode: 0 })
        {
            throw new PortException($"{Path} is no serial port ({error.Trim()}): {Look}");
        }
    }

    private static string InUse(string path)
        => $"{path} is in use by another program: end it (who: fuser {path})";
}
