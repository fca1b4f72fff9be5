// Goal: a network that fails as networks do, in the test's hands. Method: a TCP relay on 127.0.0.1 between a
// client and a broker; what it does wrong is switched while connections run.

using System.Net;
using System.Net.Sockets;
using Pulsegate.Provisioning;

namespace Pulsegate.Tests.Trust;

/// <summary>What a wire does with the bytes of every connection.</summary>
internal enum WireFault
{
    /// <summary>Hands them on.</summary>
    None,

    /// <summary>Hands them on after <see cref="FaultyWire.DelayMs"/>.</summary>
    Late,

    /// <summary>Accepts connections and bytes and hands nothing on; later everything comes at once.</summary>
    Stalled,

    /// <summary>Throws all bytes away, and says nothing.</summary>
    Blackhole,

    /// <summary>As Blackhole, but only what the client sends.</summary>
    UpwardBlackhole,

    /// <summary>Accepts nobody.</summary>
    Refused,
}

/// <summary>One relay. Thread-safe.</summary>
internal sealed class FaultyWire : IDisposable
{
    private const int BufferSize = 4096;
    private const int PollMs = 2;
    private readonly Lock _gate = new();
    private readonly List<Socket> _open = [];
    private Socket? _listener;
    private volatile WireFault _fault;
    private volatile bool _isDisposed;
    private int _acceptedCount;
    private long _upBytesLeft = long.MaxValue;

    internal FaultyWire(int target)
    {
        Target = target;
        Listen(LoopbackPort.Find());
    }

    /// <summary>Port behind the wire, for connections from now on.</summary>
    internal int Target { get; set; }

    /// <summary>Where clients connect.</summary>
    internal int Port { get; private set; }

    internal int DelayMs { get; set; } = 2000;

    /// <summary>Connections accepted so far.</summary>
    internal int AcceptedCount => Volatile.Read(ref _acceptedCount);

    internal WireFault Fault
    {
        get => _fault;
        set
        {
            bool wasRefused = _fault == WireFault.Refused;
            _fault = value;
            if (value == WireFault.Refused && !wasRefused)
            {
                Close(ref _listener);
                Reset();
            }
            else if (value != WireFault.Refused && wasRefused)
            {
                Listen(Port);
            }
        }
    }

    /// <summary>Ends every connection with RST.</summary>
    internal void Reset()
    {
        lock (_gate)
        {
            foreach (Socket socket in _open)
            {
                try
                {
                    socket.LingerState = new LingerOption(true, 0);
                }
                catch (Exception e) when (e is SocketException or ObjectDisposedException)
                {
                    continue;   // it had ended by itself
                }

                socket.Dispose();
            }

            _open.Clear();
        }
    }

    /// <summary>After so many bytes more from clients everything is reset: in the middle of whatever passes
    /// then.</summary>
    internal void CutAfter(int byteCount) => Interlocked.Exchange(ref _upBytesLeft, byteCount);

    public void Dispose()
    {
        _isDisposed = true;
        Close(ref _listener);
        Reset();
    }

    private static void Close(ref Socket? socket)
    {
        socket?.Dispose();
        socket = null;
    }

    private void Listen(int port)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        listener.Listen();
        Port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        _listener = listener;
        _ = AcceptAll(listener);
    }

    private async Task AcceptAll(Socket listener)
    {
        try
        {
            while (true)
            {
                Socket client = await listener.AcceptAsync();
                Interlocked.Increment(ref _acceptedCount);
                var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                try
                {
                    client.NoDelay = true;
                    server.NoDelay = true;
                    await server.ConnectAsync(IPAddress.Loopback, Target);
                }
                catch (SocketException)
                {
                    client.Dispose();   // the broker is down, or the client has left
                    server.Dispose();
                    continue;
                }

                lock (_gate)
                {
                    _open.Add(client);
                    _open.Add(server);
                }

                _ = Relay(client, server, isUp: true);
                _ = Relay(server, client, isUp: false);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The listener was closed.
        }
    }

    private async Task Relay(Socket from, Socket to, bool isUp)
    {
        var buffer = new byte[BufferSize];
        try
        {
            int count;
            while ((count = await from.ReceiveAsync(buffer)) > 0)
            {
                if (_fault == WireFault.Late)
                {
                    await Task.Delay(DelayMs);
                }

                while (_fault == WireFault.Stalled && !_isDisposed)
                {
                    await Task.Delay(PollMs);
                }

                if (_fault == WireFault.Blackhole || (_fault == WireFault.UpwardBlackhole && isUp))
                {
                    continue;
                }

                long left = isUp ? Interlocked.Add(ref _upBytesLeft, -count) : 1;
                int passed = left < 0 ? (int)Math.Max(0, count + left) : count;
                for (int sent = 0; sent < passed;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, passed - sent));
                }

                if (left < 0)
                {
                    Interlocked.Exchange(ref _upBytesLeft, long.MaxValue);
                    Reset();
                }
            }

            // A half-closed side stays open to the other; both end when either is reset or the client goes.
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            from.Dispose();
            to.Dispose();
        }
    }
}
