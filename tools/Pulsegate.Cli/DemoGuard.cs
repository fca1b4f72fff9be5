// Cleans up after a demo that was killed: a process that is killed cannot stop its broker or remove its keys.

using System.Diagnostics;

namespace Pulsegate.Cli;

/// <summary>A shell that waits at the other end of a pipe. When the pipe ends without the word that the demo
/// ended by itself, it stops the broker and removes the throw-away folder.</summary>
internal sealed class DemoGuard : IDisposable
{
    // A session of its own, so that Ctrl-C on the terminal does not end the guard before the demo.
    private const string SessionLauncher = "/usr/bin/setsid";
    private const string Done = "done";

    // The broker is killed outright: asked politely it would save its sessions into the folder that goes.
    private const string Script = $"""
        broker=
        while read -r word; do
          [ "$word" = {Done} ] && exit 0
          broker=$word
        done
        [ -n "$broker" ] && kill -9 "$broker"
        [ -n "$1" ] && rm -rf -- "$1"
        """;

    private readonly Process _shell;

    /// <summary>Begins to watch over this process.</summary>
    /// <param name="throwAwayFolder">What to remove; empty for nothing.</param>
    public DemoGuard(string throwAwayFolder)
    {
        _shell = Process.Start(
            new ProcessStartInfo(SessionLauncher, ["/bin/sh", "-c", Script, "guard", throwAwayFolder])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
    }

    /// <summary>Names the broker that must not outlive the demo.</summary>
    public void WatchBroker(int processId)
    {
        _shell.StandardInput.WriteLine(processId);
        _shell.StandardInput.Flush();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _shell.StandardInput.WriteLine(Done);
        _shell.StandardInput.Close();
        _shell.WaitForExit();
        _shell.Dispose();
    }
}
