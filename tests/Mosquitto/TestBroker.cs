// A real mosquitto on a free loopback port, started and killed by process id.

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Pulsegate.Provisioning;

namespace Pulsegate.Tests.Mosquitto;

/// <summary>One broker in its own temporary folder.</summary>
internal sealed class TestBroker : IDisposable
{
    private const string Executable = "/usr/sbin/mosquitto";
    private const int StartTimeoutMs = 60_000;
    private const int SignalStop = 19;
    private const int SignalContinue = 18;
    private readonly string _configFile;
    private Process? _process;

    private TestBroker(string folder, int port, string settings)
    {
        Folder = folder;
        Port = port;
        _configFile = Path.Combine(folder, "mosquitto.conf");
        File.WriteAllText(_configFile, "user root\nlistener " + port + " 127.0.0.1\n" + settings);
    }

    public string Folder { get; }

    public int Port { get; }

    /// <summary>A broker without TLS that anybody may use, except for the topics that the ACL lines leave
    /// out.</summary>
    public static TestBroker StartOpen(string acl = "topic readwrite #\n")
    {
        string folder = CreateFolder();
        string aclFile = Path.Combine(folder, "acl");
        File.WriteAllText(aclFile, acl);
        var broker = new TestBroker(
            folder, LoopbackPort.Find(), "allow_anonymous true\nacl_file " + aclFile + "\n");
        broker.Start();
        return broker;
    }

    /// <summary>A broker as the product uses it: TLS 1.2 at least, identity and client id from the
    /// certificate, topics by pattern. The caller owns the folder's authorities.</summary>
    public static TestBroker StartSecure(
        string folder, TestAuthority clients, (string CertificateFile, string KeyFile) server)
    {
        string aclFile = Path.Combine(folder, "acl");
        File.WriteAllText(
            aclFile,
            """
            user ingest
            topic read pg/1/#
            topic write pg/1/+/ack
            topic write pg/1/+/cmd
            pattern write pg/1/%u/vitals
            pattern write pg/1/%u/alarm
            pattern write pg/1/%u/event
            pattern write pg/1/%u/status
            pattern read pg/1/%u/ack
            pattern read pg/1/%u/cmd

            """);
        var broker = new TestBroker(
            folder,
            LoopbackPort.Find(),
            $"""
            allow_anonymous false
            cafile {clients.CaFile}
            certfile {server.CertificateFile}
            keyfile {server.KeyFile}
            require_certificate true
            use_identity_as_username true
            use_username_as_clientid true
            tls_version tlsv1.2
            acl_file {aclFile}

            """);
        broker.Start();
        return broker;
    }

    public static string CreateFolder() => Directory.CreateTempSubdirectory("pulsegate-test-").FullName;

    public void Start()
    {
        if (!File.Exists(Executable))
        {
            Assert.Inconclusive("mosquitto is not installed");
        }

        _process = Process.Start(new ProcessStartInfo(Executable, ["-c", _configFile])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        _process.ErrorDataReceived += (_, line) => Console.WriteLine(line.Data);   // shown with a failed test
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        var clock = Stopwatch.StartNew();
        while (!IsListening())
        {
            if (_process.HasExited || clock.ElapsedMilliseconds > StartTimeoutMs)
            {
                throw new InvalidOperationException("mosquitto did not start");
            }

            Thread.Sleep(10);
        }
    }

    /// <summary>kill -9.</summary>
    public void Kill()
    {
        if (_process != null)
        {
            _process.Kill();
            _process.WaitForExit();
            _process.Dispose();
            _process = null;
        }
    }

    public void Stall() => Signal(_process!.Id, SignalStop);

    public void Resume() => Signal(_process!.Id, SignalContinue);

    public void Dispose()
    {
        Kill();
        Directory.Delete(Folder, recursive: true);
    }

    private bool IsListening()
    {
        try
        {
            using var client = new TcpClient();
            client.Connect(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Signal(int processId, int signal);
}
