// Goal: a disk that is really full. Method: a file system of its own in memory, mounted below a temporary
// folder, and a file that takes whatever room is left. Needs the right to mount.

using System.Diagnostics;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Pulsegate.Tests.Ingest;

internal sealed class SmallDisk : IDisposable
{
    private const int BlockSize = 4096;
    private const int UnmountAttemptsMax = 600;
    private const int UnmountPauseMs = 100;
    private readonly TemporaryFolder _folder = new();

    /// <summary>Mounts it; the test is skipped where that is not allowed.</summary>
    internal SmallDisk(int megabytes)
    {
        // A server that runs as another user has to get through.
        const UnixFileMode passable = UnixFileMode.UserRead | UnixFileMode.UserWrite
            | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        File.SetUnixFileMode(_folder.Path, passable);
        Directory.CreateDirectory(Path);
        string refusal = Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m,mode=755", "none", Path);
        if (refusal.Length > 0)
        {
            _folder.Dispose();
            Assert.Inconclusive($"no file system can be mounted here: {refusal}");
        }
    }

    /// <summary>Where it is mounted.</summary>
    internal string Path => _folder["disk"];

    private string Filler => System.IO.Path.Combine(Path, "filler");

    /// <summary>Takes all room that is left; again, what has become free since.</summary>
    internal void Fill()
    {
        using var filler = new FileStream(Filler, FileMode.Append, FileAccess.Write, FileShare.None, 0);
        byte[] block = new byte[BlockSize];
        try
        {
            while (true)
            {
                filler.Write(block);
            }
        }
        catch (IOException)
        {
            // Full: that was the aim.
        }
    }

    /// <summary>Gives the room back.</summary>
    internal void Free() => File.Delete(Filler);

    public void Dispose()
    {
        // Children of a server that was killed may still be ending.
        for (int attempt = 1; Run("umount", Path).Length > 0 && attempt < UnmountAttemptsMax; attempt++)
        {
            Thread.Sleep(UnmountPauseMs);
        }

        _folder.Dispose();
    }

    // What it complains of; empty when it went well.
    private static string Run(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                RedirectStandardError = true,
            })!;
            string error = process.StandardError.ReadToEnd().Trim().ReplaceLineEndings(" ");
            process.WaitForExit();
            return process.ExitCode == 0 ? "" : $"{program}: {error}";
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return $"{program}: {e.Message}";
        }
    }
}
