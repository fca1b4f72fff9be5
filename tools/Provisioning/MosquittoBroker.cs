// A mosquitto of our own, started on our configuration and stopped by its process id.

using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Pulsegate.Provisioning;

/// <summary>One running broker. Dispose stops it.</summary>
public sealed class MosquittoBroker : IDisposable
{
    /// <summary>Where Debian puts the broker.</summary>
    public const string Executable = "/usr/sbin/mosquitto";

    private const string SessionLauncher = "/usr/bin/setsid";   // util-linux: part of every Debian

    private const int StartLimitMs = 30_000;
    private const int StopLimitMs = 5_000;
    private const int PollMs = 10;
    private const string RunningMark = " running";   // "mosquitto version 2.0.11 running": listeners are open
    private const int SignalTerminate = 15;

    private readonly Process _process;
    private bool _isDisposed;

    private MosquittoBroker(Process process, int port)
    {
        _process = process;
        Port = port;
    }

    /// <summary>Port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>Process id.</summary>
    public int ProcessId => _process.Id;

    /// <summary>True until the process has ended.</summary>
    public bool IsRunning => !_isDisposed && !_process.HasExited;

    /// <summary>Writes the configuration, starts the broker, and returns when it accepts connections (at most
    /// 30 s).</summary>
    /// <exception cref="ProvisioningException">mosquitto is missing, the port is in use, or the broker ended
    /// at once; one line with its own reason.</exception>
    public static MosquittoBroker Start(BrokerConfiguration configuration)
    {
        if (!File.Exists(Executable))
        {
            throw new ProvisioningException($"there is no {Executable}: apt-get install mosquitto");
        }

        configuration.Save();
        RequireFreePort(configuration.Port);
        DeleteLog(configuration.LogPath);

        // A session of its own: Ctrl-C on the terminal is for the one who started the broker, who stops it
        // last.
        var start = new ProcessStartInfo(SessionLauncher, [Executable, "-c", configuration.ConfigurationPath])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new ProvisioningException($"cannot start {Executable}: {e.Message}", e);
        }

        var broker = new MosquittoBroker(process, configuration.Port);
        try
        {
            broker.WaitUntilAccepting(configuration.LogPath);
        }
        catch
        {
            broker.Dispose();
            throw;
        }

        return broker;
    }

    /// <summary>Ends the broker cleanly (SIGTERM, so that it saves its sessions), by force after 5
    /// s.</summary>
    public void Stop()
    {
        if (IsRunning)
        {
            _ = NativeSignal.Send(_process.Id, SignalTerminate);
            if (!_process.WaitForExit(StopLimitMs))
            {
                Kill();
            }
        }
    }

    /// <summary>Ends the broker as a power cut would (SIGKILL), and waits until it is gone.</summary>
    public void Kill()
    {
        if (IsRunning)
        {
            _process.Kill();
            _process.WaitForExit();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Stop();
        _isDisposed = true;
        _process.Dispose();
    }

    private static void RequireFreePort(int port)
    {
        try
        {
            using var probe = new TcpListener(IPAddress.Loopback, port);
            probe.Start();
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new ProvisioningException($"port {port} on 127.0.0.1 is in use by another program", e);
        }
        catch (SocketException e)
        {
            throw new ProvisioningException($"cannot listen on 127.0.0.1:{port}: {e.Message}", e);
        }
    }

    // Its own log says when it runs; a connection alone could be another program that took the port
    // meanwhile.
    private void WaitUntilAccepting(string logPath)
    {
        var elapsed = Stopwatch.StartNew();
        while (elapsed.ElapsedMilliseconds < StartLimitMs)
        {
            if (_process.HasExited)
            {
                throw new ProvisioningException($"mosquitto did not start: {FirstError(logPath)}");
            }

            bool runs = ReadLog(logPath).Any(line => line.EndsWith(RunningMark, StringComparison.Ordinal));
            if (runs && Accepts())
            {
                return;
            }

            Thread.Sleep(PollMs);
        }

        throw new ProvisioningException(
            $"mosquitto did not accept connections within {StartLimitMs / 1000} s");
    }

    private bool Accepts()
    {
        try
        {
            using var probe = new TcpClient();
            probe.Connect(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private string FirstError(string logPath)
    {
        string printed = _process.StandardError.ReadToEnd();
        string? line = printed.Split('\n').Concat(ReadLog(logPath)).FirstOrDefault(l => l.Contains("Error"));
        int at = line?.IndexOf("Error", StringComparison.Ordinal) ?? -1;
        return at < 0 ? $"exit code {_process.ExitCode}" : line![at..].Trim();
    }

    private static string[] ReadLog(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (IOException)
        {
            return [];   // not there yet
        }
    }

    private static void DeleteLog(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ProvisioningException($"cannot write {path}: {e.Message}", e);
        }
    }
}
