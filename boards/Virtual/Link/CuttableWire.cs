// The network between a unit and its broker, which somebody can cut: a TCP relay on 127.0.0.1. A cut ends the
// connections at once and lets none begin, as an access point does that loses its power.

using System.Net;
using System.Net.Sockets;

namespace Pulsegate.Virtual.Link;

/// <summary>One wire. Thread-safe. Dispose cuts it for good.</summary>
public sealed class CuttableWire : IDisposable
{
    /// <summary>Most connections at a time; further ones are closed at once.</summary>
    public const int ConnectionCountMax = 4;

    private const int BufferSize = 4096;
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly int _targetPort;
    private readonly Lock _gate = new();
    private readonly List<Socket> _open = [];
    private bool _isCut;

    /// <summary>A whole wire to a port of 127.0.0.1.</summary>
    public CuttableWire(int targetPort)
    {
        _targetPort = targetPort;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _ = AcceptAll();
    }

    /// <summary>Where the unit connects.</summary>
    public int Port { get; }

    /// <summary>True while nothing passes.</summary>
    public bool IsCut
    {
        get
        {
            lock (_gate)
            {
                return _isCut;
            }
        }

        set
        {
            lock (_gate)
            {
                _isCut = value;
                if (value)
                {
                    _open.ForEach(socket => socket.Dispose());
                    _open.Clear();
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _listener.Dispose();
        IsCut = true;
    }

    private async Task AcceptAll()
    {
        try
        {
            while (true)
            {
                _ = Connect(await _listener.AcceptAsync());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task Connect(Socket client)
    {
        var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            client.NoDelay = true;
            server.NoDelay = true;
            if (TryKeep(client, server))
            {
                await server.ConnectAsync(IPAddress.Loopback, _targetPort);
                await Task.WhenAny(Relay(client, server), Relay(server, client));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The broker is down, or the wire was cut meanwhile.
        }

        client.Dispose();
        server.Dispose();
        lock (_gate)
        {
            _open.Remove(client);
            _open.Remove(server);
        }
    }

    private bool TryKeep(Socket client, Socket server)
    {
        lock (_gate)
        {
            if (_isCut || _open.Count >= 2 * ConnectionCountMax)
            {
                return false;
            }

            _open.Add(client);
            _open.Add(server);
            return true;
        }
    }

    private static async Task Relay(Socket from, Socket to)
    {
        var buffer = new byte[BufferSize];
        try
        {
            int count;
            while ((count = await from.ReceiveAsync(buffer)) > 0)
            {
                for (int sent = 0; sent < count;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent));
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // One side has gone: Connect closes the other.
        }
    }
}
