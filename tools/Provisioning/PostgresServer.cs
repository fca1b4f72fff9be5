// A PostgreSQL of our own in a temporary folder, on a socket in that folder and nowhere else. Never the
// machine's cluster. Binaries: Debian package postgresql.

using System.Diagnostics;

namespace Pulsegate.Provisioning;

/// <summary>One running server. Dispose stops it and removes its folder.</summary>
public sealed class PostgresServer : IDisposable
{
    /// <summary>Name of the one database, and of its owner.</summary>
    public const string DatabaseName = "pulsegate";

    private const string VersionsFolder = "/usr/lib/postgresql";
    private const int VersionMin = 15;
    private const int StartAttemptsMax = 60;   // after a kill, the server's children have to end first
    private const int AttemptMs = 1000;
    private const int PollMs = 20;
    private const int StopLimitMs = 20_000;
    private const int LogLinesMax = 50;
    private const int SignalFastShutdown = 2;
    private static readonly string[] RunAs = ["postgres", "nobody"];

    private readonly string[] _settings;
    private readonly Queue<string> _log = new();
    private Process? _process;

    private PostgresServer(string folder, string[] settings)
    {
        Folder = folder;
        _settings = settings;
    }

    /// <summary>Folder of data and socket.</summary>
    public string Folder { get; }

    /// <summary>Address for <c>ingest --database</c>.</summary>
    public string Address => AddressOf(DatabaseName);

    /// <summary>Process id; 0 while it does not run.</summary>
    public int ProcessId => _process is { HasExited: false } running ? running.Id : 0;

    /// <summary>Where its programs are (psql, pg_dump); null when PostgreSQL 15 or later is not
    /// installed.</summary>
    public static string? FindPrograms() => !Directory.Exists(VersionsFolder) ? null
        : Directory.GetDirectories(VersionsFolder)
            .Select(folder
                => (Folder: folder, Version: int.TryParse(Path.GetFileName(folder), out int v) ? v : 0))
            .Where(found => found.Version >= VersionMin && File.Exists($"{found.Folder}/bin/postgres"))
            .OrderByDescending(found => found.Version).Select(found
                => $"{found.Folder}/bin").FirstOrDefault();

    /// <summary>Makes a server and starts it (a few seconds).</summary>
    /// <param name="settings">Settings of the server, name=value.</param>
    /// <exception cref="ProvisioningException">Not installed, or it does not start; one line.</exception>
    public static PostgresServer Start(params string[] settings)
        => StartIn(Directory.CreateTempSubdirectory("pulsegate-pg-").FullName, settings);

    /// <summary>Makes a server in a folder, which exists and is empty and whose path the server's user may
    /// enter, and starts it.</summary>
    /// <param name="folder">The folder; from now on the server's, removed with it.</param>
    /// <param name="settings">Settings of the server, name=value.</param>
    /// <exception cref="ProvisioningException">Not installed, or it does not start; one line.</exception>
    public static PostgresServer StartIn(string folder, params string[] settings)
    {
        string programs = FindPrograms()
            ?? throw new ProvisioningException("PostgreSQL 15 is not installed: apt-get install postgresql");
        var server = new PostgresServer(folder, settings);
        try
        {
            if (Environment.IsPrivilegedProcess)
            {
                Run("/bin/chown", User(), folder);
            }

            // Trust: the folder is closed to others, and there is no other way to the socket.
            Run([.. AsUser(), $"{programs}/initdb", "-D", $"{folder}/data", "-U", DatabaseName, "-A", "trust",
                "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions"]);
            server.Restart();
            server.CreateDatabase(DatabaseName);
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Makes an empty database; its address.</summary>
    /// <exception cref="ProvisioningException">It cannot be made; one line.</exception>
    public string CreateDatabase(string name)
    {
        Run([.. AsUser(), $"{FindPrograms()}/createdb", "-h", Folder, "-U", DatabaseName, name]);
        return AddressOf(name);
    }

    /// <summary>Address of a database of this server.</summary>
    public string AddressOf(string database) => $"postgres://{DatabaseName}@/{database}?host={Folder}";

    /// <summary>Starts it again after <see cref="Stop"/> or <see cref="Kill"/>, and waits until it takes
    /// connections (at most a minute).</summary>
    public void Restart()
    {
        for (int attempt = 0; attempt < StartAttemptsMax; attempt++)
        {
            Launch();
            var elapsed = Stopwatch.StartNew();
            while (!_process!.HasExited && elapsed.ElapsedMilliseconds < StartAttemptsMax * AttemptMs)
            {
                if (Accepts())
                {
                    return;
                }

                Thread.Sleep(PollMs);
            }

            Thread.Sleep(AttemptMs);
        }

        throw new ProvisioningException($"PostgreSQL does not start: {LastLine()}");
    }

    /// <summary>Ends it cleanly, without waiting for its clients.</summary>
    public void Stop()
    {
        if (ProcessId != 0)
        {
            _ = NativeSignal.Send(ProcessId, SignalFastShutdown);
            if (!_process!.WaitForExit(StopLimitMs))
            {
                Kill();
            }
        }
    }

    /// <summary>Ends it as a crash would (SIGKILL); its children end by themselves.</summary>
    public void Kill()
    {
        if (ProcessId != 0)
        {
            _process!.Kill();
            _process.WaitForExit();
        }
    }

    /// <summary>Sends a signal to the server process.</summary>
    public void Signal(int signal) => _ = NativeSignal.Send(ProcessId, signal);

    /// <inheritdoc/>
    public void Dispose()
    {
        Stop();
        _process?.Dispose();
        _process = null;
        for (int attempt = 0; Directory.Exists(Folder) && attempt < StartAttemptsMax; attempt++)
        {
            try
            {
                Directory.Delete(Folder, recursive: true);
            }
            catch (IOException)
            {
                Thread.Sleep(PollMs);   // a child of a killed server is still ending
            }
        }
    }

    private void Launch()
    {
        _process?.Dispose();
        string[] arguments =
        [
            .. AsUser(), $"{FindPrograms()}/postgres", "-D", $"{Folder}/data", "-k", Folder, "-c",
            "listen_addresses=",
            .. _settings.SelectMany(setting => (string[])["-c", setting]),
        ];

        // A session of its own: Ctrl-C on the terminal is for the one who started it, who stops it last.
        var start = new ProcessStartInfo("/usr/bin/setsid", arguments)
        {
            RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = "/",
        };
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
    }

    private void Keep(string? line)
    {
        lock (_log)
        {
            _log.Enqueue(line ?? "");
            while (_log.Count > LogLinesMax)
            {
                _log.Dequeue();
            }
        }
    }

    private string LastLine()
    {
        lock (_log)
        {
            return _log.LastOrDefault(line => line.Length > 0) ?? "it says nothing";
        }
    }

    private bool Accepts() => TryRun(
        [$"{FindPrograms()}/pg_isready", "-q", "-h", Folder, "-U", DatabaseName, "-d", "postgres"], out _);

    private static string[] AsUser() => Environment.IsPrivilegedProcess
        ? ["/usr/bin/setpriv", $"--reuid={User()}", $"--regid={GroupOf(User())}", "--clear-groups", "--"]
        : [];

    // The server refuses to run as root.
    private static string User() => Array.Find(RunAs, name => File.ReadLines("/etc/passwd").Any(
        line => line.StartsWith(name + ":", StringComparison.Ordinal)))
        ?? throw new ProvisioningException("there is neither a user postgres nor a user nobody");

    private static string GroupOf(string user) => File.ReadLines("/etc/passwd")
        .First(line => line.StartsWith(user + ":", StringComparison.Ordinal)).Split(':')[3];

    private static void Run(params string[] command)
    {
        if (!TryRun(command, out string output))
        {
            throw new ProvisioningException(
                $"{Path.GetFileName(command[^1])}: {output.Trim().ReplaceLineEndings(" ")}");
        }
    }

    private static bool TryRun(string[] command, out string output)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = "/",
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        output = process.StandardOutput.ReadToEnd() + errors.Result;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
