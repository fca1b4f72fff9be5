using System.Net;
using System.Net.Sockets;

namespace Pulsegate.Provisioning;

/// <summary>Ports on 127.0.0.1 for brokers of our own.</summary>
public static class LoopbackPort
{
    // Below what Linux gives to outgoing connections (32768 and up): a port of those could become somebody's
    // local one while a broker is down for a moment, and a client that dials it could even meet itself.
    private const int PortMin = 20_000, PortMax = 32_000;

    private const int TryCountMax = 200;
    private static readonly Lock Gate = new();
    private static readonly HashSet<int> Given = [];

    /// <summary>A port that nobody listens on, and that this process was not given before.</summary>
    /// <exception cref="ProvisioningException">None was found.</exception>
    public static int Find()
    {
        lock (Gate)
        {
            for (int i = 0; i < TryCountMax; i++)
            {
                int port = Random.Shared.Next(PortMin, PortMax);
                if (!Given.Contains(port) && IsFree(port))
                {
                    Given.Add(port);
                    return port;
                }
            }
        }

        throw new ProvisioningException($"no free port on 127.0.0.1 from {PortMin} to {PortMax}");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var probe = new TcpListener(IPAddress.Loopback, port);
            probe.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
