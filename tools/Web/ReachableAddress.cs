using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Pulsegate.Web;

/// <summary>What others type to reach a page.</summary>
internal static class ReachableAddress
{
    /// <summary>The address itself; for "any address of this machine", the first that is not loopback, if there
    /// is one.</summary>
    internal static Uri Of(Uri served)
    {
        IPAddress? own = IPAddress.TryParse(served.Host, out IPAddress? address)
            && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)) ? Own() : null;
        return own is null ? served : new UriBuilder(served) { Host = own.ToString() }.Uri;
    }

    /// <summary>The first IPv4 address of this machine that others reach; null for none.</summary>
    internal static IPAddress? Own() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(one => one.OperationalStatus == OperationalStatus.Up)
        .SelectMany(one => one.GetIPProperties().UnicastAddresses)
        .Select(one => one.Address)
        .FirstOrDefault(
            one => one.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(one));
}
