using System.Runtime.InteropServices;

namespace Pulsegate.Field.Port;

/// <summary>The few calls of the C library that a port needs: .NET's file streams cannot wait for a terminal
/// with a limit.</summary>
internal static partial class NativeFile
{
    internal const int ReadWrite = 2, NoControllingTerminal = 0x100, NonBlocking = 0x800,
        ForUsAlone = 0x80000;   // O_CLOEXEC: a tool that is started does not keep the port open
    internal const short PollIn = 1;
    internal const int TryAgain = 11, NotAllowed = 13, Busy = 16;   // EAGAIN, EACCES, EBUSY
    internal const int LockAlone = 2 | 4;   // LOCK_EX | LOCK_NB

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true,
        StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    internal static partial int Lock(int file, int operation);

    [LibraryImport("libc", EntryPoint = "close")]
    internal static partial int Close(int file);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    internal static unsafe partial nint Read(int file, byte* buffer, nint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    internal static unsafe partial nint Write(int file, byte* buffer, nint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    internal static partial int Poll(ref PollEntry entry, nuint count, int timeoutMs);

    [LibraryImport("libc", EntryPoint = "grantpt", SetLastError = true)]
    internal static partial int GrantTerminal(int file);

    [LibraryImport("libc", EntryPoint = "unlockpt", SetLastError = true)]
    internal static partial int UnlockTerminal(int file);

    [LibraryImport("libc", EntryPoint = "ptsname_r", SetLastError = true)]
    internal static unsafe partial int NameOfTerminal(int file, byte* buffer, nint length);

    [StructLayout(LayoutKind.Sequential)]
    internal struct PollEntry
    {
        public int File;
        public short Events;
        public short Returned;
    }
}
