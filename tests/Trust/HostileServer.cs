// Goal: a server that is not what it should be, in the ways that networks have. Method: a TCP listener on
// 127.0.0.1 that does one thing to everybody who connects.

using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Pulsegate.Tests.Trust;

/// <summary>What a server does to a client.</summary>
internal enum Hostility
{
    /// <summary>Accepts, and says nothing.</summary>
    SilentFromTheStart,

    /// <summary>A captive portal without TLS: answers with a web page.</summary>
    WebPage,

    /// <summary>Bytes that are nothing.</summary>
    Noise,

    /// <summary>Finishes TLS, and says nothing.</summary>
    SilentAfterTls,

    /// <summary>A captive portal with TLS: a web page behind the handshake.</summary>
    WebPageBehindTls,

    /// <summary>Accepts the session, and says nothing more.</summary>
    SilentAfterConnect,

    /// <summary>Accepts session and subscriptions, and acknowledges nothing.</summary>
    SilentAfterSubscribe,

    /// <summary>Accepts the session and ends it.</summary>
    ClosesAfterConnect,
}

/// <summary>One such server. Packets: MQTT 5, 2.1.4, 3.2, 3.9.</summary>
internal sealed class HostileServer : IDisposable
{
    private const byte Connect = 1;
    private const byte Subscribe = 8;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Hostility _hostility;
    private readonly X509Certificate2? _certificate;
    private readonly CancellationTokenSource _end = new();
    private int _acceptedCount;

    /// <summary>Listens.</summary>
    /// <param name="hostility">What to do.</param>
    /// <param name="certificate">Certificate for those that speak TLS.</param>
    internal HostileServer(Hostility hostility, X509Certificate2? certificate)
    {
        _hostility = hostility;
        _certificate = certificate;
        _listener.Start();
        _ = AcceptAll();
    }

    internal int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    internal int AcceptedCount => Volatile.Read(ref _acceptedCount);

    public void Dispose()
    {
        _end.Cancel();
        _listener.Dispose();
    }

    /// <summary>Reads one packet: type and body.</summary>
    internal static async Task<(int Type, byte[] Body)> ReadPacket(Stream stream, CancellationToken end)
    {
        var one = new byte[1];
        await stream.ReadExactlyAsync(one, end);
        int type = one[0] >> 4;
        int length = 0;
        for (int shift = 0; shift < 28; shift += 7)
        {
            await stream.ReadExactlyAsync(one, end);
            length |= (one[0] & 0x7F) << shift;
            if (one[0] < 0x80)
            {
                break;
            }
        }

        var body = new byte[length];
        await stream.ReadExactlyAsync(body, end);
        return (type, body);
    }

    private async Task AcceptAll()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_end.Token);
                Interlocked.Increment(ref _acceptedCount);
                _ = Treat(client);
            }
        }
        catch (Exception e)
            when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task Treat(TcpClient client)
    {
        using (client)
        {
            try
            {
                await Treat(client.GetStream());
            }
            catch (Exception e) when (
                e is IOException or SocketException or OperationCanceledException or AuthenticationException)
            {
                // The client has left, as it should.
            }
        }
    }

    private async Task Treat(NetworkStream stream)
    {
        switch (_hostility)
        {
            case Hostility.SilentFromTheStart:
                await Swallow(stream);
                return;
            case Hostility.WebPage:
                await stream.WriteAsync(WebPage, _end.Token);
                return;
            case Hostility.Noise:
                var noise = new byte[4096];
                new Random(5).NextBytes(noise);
                await stream.WriteAsync(noise, _end.Token);
                await Swallow(stream);
                return;
        }

        await using var secure = new SslStream(stream);
        await secure.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _end.Token);
        if (_hostility == Hostility.WebPageBehindTls)
        {
            await secure.WriteAsync(WebPage, _end.Token);
        }
        else if (_hostility != Hostility.SilentAfterTls)
        {
            await Serve(secure);
        }

        if (_hostility != Hostility.ClosesAfterConnect)
        {
            await Swallow(secure);
        }
    }

    private async Task Serve(Stream stream)
    {
        (int type, byte[] body) = await ReadPacket(stream, _end.Token);
        Assert.AreEqual(Connect, type);
        // CONNACK: success, no properties
        await stream.WriteAsync(new byte[] { 0x20, 3, 0, 0, 0 }, _end.Token);
        if (_hostility != Hostility.SilentAfterSubscribe)
        {
            return;
        }

        (type, body) = await ReadPacket(stream, _end.Token);
        Assert.AreEqual(Subscribe, type);
        // SUBACK: both granted
        await stream.WriteAsync(new byte[] { 0x90, 5, body[0], body[1], 0, 1, 1 }, _end.Token);
    }

    private async Task Swallow(Stream stream)
    {
        var buffer = new byte[4096];
        while (await stream.ReadAsync(buffer, _end.Token) > 0)
        {
        }
    }

    private static ReadOnlyMemory<byte> WebPage { get; } =
        "HTTP/1.1 302 Found\r\nLocation: http://portal.example/login\r\nContent-Length: 0\r\n\r\n"u8.ToArray();
}
