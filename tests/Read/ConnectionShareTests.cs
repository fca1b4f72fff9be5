// Goal: one address that holds connections and says nothing keeps nobody else out. Method: idle sockets from
// one loopback address, requests from another; waits on what the server does, never on time.

using System.Net;
using System.Net.Sockets;
using System.Text;
using Pulsegate.Read;

namespace Pulsegate.Tests.Read;

[TestClass]
public sealed class ConnectionShareTests
{
    private const int Share = 3;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);   // only a defect reaches it
    private static readonly IPAddress Other = IPAddress.Parse("127.0.0.2");

    [TestMethod]
    public async Task WhoHoldsHisShare_KeepsNobodyElseOut_AndGetsItBack()
    {
        using var fixture = new ReadFixture();
        await using ReadServer server = await ReadServer.StartAsync(
            fixture.Options with { ConnectionsPerAddressMax = Share });
        int port = server.Address.Port;
        Socket[] held = [.. Enumerable.Range(0, Share).Select(_ => Connect(IPAddress.Loopback, port))];
        try
        {
            // Each must be counted, and not only accepted by the kernel.
            foreach (Socket socket in held)
            {
                Assert.AreEqual("HTTP/1.1 200", Ask(socket));
            }

            Assert.AreEqual("", Answer(IPAddress.Loopback, port), "one too many");
            Assert.AreEqual("HTTP/1.1 200", Answer(Other, port));
            held[0].Dispose();
            Assert.IsTrue(SpinWait.SpinUntil(() => Answer(IPAddress.Loopback, port).Length > 0, Limit));
        }
        finally
        {
            Array.ForEach(held, socket => socket.Dispose());
        }
    }

    private static string Answer(IPAddress from, int port)
    {
        using Socket socket = Connect(from, port);
        return Ask(socket);
    }

    private static Socket Connect(IPAddress from, int port)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp)
        {
            ReceiveTimeout = (int)Limit.TotalMilliseconds,
        };
        socket.Bind(new IPEndPoint(from, 0));
        socket.Connect(IPAddress.Loopback, port);
        return socket;
    }

    // The beginning of what is answered; nothing where the connection is ended instead.
    private static string Ask(Socket socket)
    {
        try
        {
            socket.Send(Encoding.ASCII.GetBytes("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"));
            byte[] answer = new byte[4096];
            int length = socket.Receive(answer);
            return length < 12 ? "" : Encoding.ASCII.GetString(answer, 0, 12);
        }
        catch (SocketException e)
            when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown)
        {
            return "";
        }
    }
}
