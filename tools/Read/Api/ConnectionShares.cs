// How many connections one address may hold: with all of them in one hand, idle, nobody else gets in.

using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Pulsegate.Read.Api;

/// <summary>Counts the connections of each address. Thread-safe.</summary>
internal sealed class ConnectionShares(int connectionsPerAddressMax)
{
    private const int NetworkBytes = 8;   // of IPv6: a /64 is one household's or one server's
    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, int> _held = [];

    /// <summary>Ends a connection at once that is one too many of its address.</summary>
    internal ConnectionDelegate Guard(ConnectionDelegate next) => async connection =>
    {
        IPAddress address = Network((connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None);
        if (!TryTake(address))
        {
            connection.Abort();
            return;
        }

        try
        {
            await next(connection);
        }
        finally
        {
            GiveBack(address);
        }
    };

    private static IPAddress Network(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        byte[] bytes = address.GetAddressBytes();
        Array.Clear(bytes, NetworkBytes, bytes.Length - NetworkBytes);
        return new IPAddress(bytes);
    }

    private bool TryTake(IPAddress address)
    {
        lock (_gate)
        {
            int held = _held.GetValueOrDefault(address);
            if (held >= connectionsPerAddressMax)
            {
                return false;
            }

            _held[address] = held + 1;
            return true;
        }
    }

    private void GiveBack(IPAddress address)
    {
        lock (_gate)
        {
            if (--_held[address] == 0)
            {
                _held.Remove(address);
            }
        }
    }
}
