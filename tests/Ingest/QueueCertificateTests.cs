// Goal: the queue's password is told to the right server alone, and one that says nothing keeps nobody.
// Method: servers in the queue's place with certificates that are wrong in one thing each, which count what
// they are told after the handshake.

using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Pulsegate.Ingest;
using Pulsegate.Ingest.Queue;
using Pulsegate.Provisioning;
using Pulsegate.Tests.Mosquitto;
using Pulsegate.Tests.Trust;

namespace Pulsegate.Tests.Ingest;

[TestClass]
public sealed class QueueCertificateTests
{
    private const int HeaderSize = 8;   // AMQP 0-9-1, 4.2.2: the first that a client says
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);
    private readonly TemporaryFolder _folder = new();
    private readonly DateTimeOffset _now = DateTimeOffset.UtcNow;
    private CertificateAuthority _authority = null!;

    [TestInitialize]
    public void Prepare()
    {
        _authority = NewAuthority();
        File.WriteAllText(_folder["ca.pem"], _authority.CertificatePem);
        PrivateFile.Write(_folder["password"], Encoding.ASCII.GetBytes("secret"));
    }

    [TestCleanup]
    public void Cleanup()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    [TestMethod]
    public void TheRightServer_IsSpokenTo()
    {
        (string told, _) = Meet(_authority.IssueServer(null, _now.AddDays(-1), _now.AddDays(1)), "127.0.0.1");
        Assert.AreEqual("AMQP\0\0\u0009\u0001", told);
    }

    [TestMethod]
    public void AServerOfAnotherAuthority_IsToldNothing()
    {
        using CertificateAuthority other = NewAuthority();   // of the same name, with another key
        ExpectNothing(
            other.IssueServer(null, _now.AddDays(-1), _now.AddDays(1)), "127.0.0.1",
            "127.0.0.1: its certificate is not of the authority in " + _folder["ca.pem"]);
    }

    [TestMethod]
    public void AServerOfAnotherName_IsToldNothing() => ExpectNothing(
        _authority.IssueServer("rabbit.example", _now.AddDays(-1), _now.AddDays(1)), "127.0.0.2",
        "127.0.0.2: its certificate is for another name");

    [TestMethod]
    public void AUnitsCertificateInAServersHands_IsToldNothing() => ExpectNothing(
        _authority.IssueClient("ward-a", _now.AddDays(-1), _now.AddDays(1)), "127.0.0.1",
        "127.0.0.1: its certificate is for another name");

    [TestMethod]
    public void AServerWhoseCertificateHasEnded_IsToldNothing() => ExpectNothing(
        _authority.IssueServer(null, _now.AddDays(-2), _now.AddDays(-1)), "127.0.0.1",
        "127.0.0.1: its certificate has ended, or has not begun");

    [TestMethod]
    public async Task AServerThatSaysNothing_IsLeftWhenAsked()
    {
        using var server = new HostileServer(Hostility.SilentFromTheStart, null);
        using var stop = new CancellationTokenSource();
        Task connect = Task.Run(() => Address("127.0.0.1", server.Port).Connect("test", stop.Token));
        TestWait.For(() => server.AcceptedCount > 0, "a connection");
        await stop.CancelAsync();
        Assert.AreSame(connect, await Task.WhenAny(connect, Task.Delay(Limit)), "still there");
        Assert.IsFalse(connect.IsCompletedSuccessfully);
    }

    private CertificateAuthority NewAuthority()
        => CertificateAuthority.Create("Test", _now.AddYears(-1), _now.AddYears(1));

    private QueueAddress Address(string host, int port) => QueueAddress.Parse(
        $"amqps://{host}:{port}", "user", _folder["password"],
        new QueueCertificates(_folder["ca.pem"], "", ""));

    private void ExpectNothing(IssuedCertificate certificate, string host, string reason)
    {
        (string told, Exception why) = Meet(certificate, host);
        Assert.AreEqual("", told);
        Assert.IsInstanceOfType<IngestException>(why);
        Assert.AreEqual(reason, why.Message);
    }

    // What a server with that certificate is told after the handshake, and what the client says of it.
    private (string Told, Exception Why) Meet(IssuedCertificate certificate, string host)
    {
        using var listener = new TcpListener(IPAddress.Parse(host), 0);
        listener.Start();
        using var limit = new CancellationTokenSource(Limit);
        Task<string> server = Task.Run(() => Serve(listener, certificate, limit.Token));
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        Exception why = Assert.Throws<Exception>(
            () => Task.Run(() => Address(host, port).Connect("test", limit.Token)).GetAwaiter().GetResult());
        return (server.GetAwaiter().GetResult(), why);
    }

    private static async Task<string> Serve(
        TcpListener listener, IssuedCertificate issued, CancellationToken stop)
    {
        using TcpClient client = await listener.AcceptTcpClientAsync(stop);
        using var certificate = X509Certificate2.CreateFromPem(issued.CertificatePem, issued.KeyPem);
        await using var secure = new SslStream(client.GetStream());
        var told = new byte[HeaderSize];
        try
        {
            await secure.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions { ServerCertificate = certificate }, stop);
            int count = await secure.ReadAtLeastAsync(told, HeaderSize, throwOnEndOfStream: false, stop);
            return Encoding.Latin1.GetString(told, 0, count);
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            return "";   // it has left, as it should
        }
    }
}
