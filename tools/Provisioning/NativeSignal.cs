// .NET can kill a process but not ask it to end.

using System.Runtime.InteropServices;

namespace Pulsegate.Provisioning;

internal static class NativeSignal
{
    /// <summary>kill(2): 0 when the signal was sent.</summary>
    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    internal static extern int Send(int processId, int signal);
}
