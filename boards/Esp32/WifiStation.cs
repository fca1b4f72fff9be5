// The Wi-Fi side of the link. Name and password are stored in the board's own network configuration by
// provisioning, not here.

using System;
using System.Net.NetworkInformation;
using System.Threading;
using nanoFramework.Networking;

namespace Pulsegate.Boards.Esp32;

/// <summary>Wi-Fi as a station. Called from the uplink's thread only.</summary>
public sealed class WifiStation
{
    /// <summary>Longest wait for an address, ms: half of what the uplink allows a connection. Other threads
    /// run meanwhile.</summary>
    public const int ConnectTimeoutMs = 15000;

    private const string NoAddress = "0.0.0.0";

    /// <summary>Why the last attempt failed, one short line; empty when there is nothing to say.</summary>
    public string LastError { get; private set; } = "";

    /// <summary>True while the station has an address.</summary>
    public bool IsUp
    {
        get
        {
            NetworkInterface[] interfaces = NetworkInterface.GetAllNetworkInterfaces();
            for (int i = 0; i < interfaces.Length; i++)
            {
                string address = interfaces[i].IPv4Address;
                if (interfaces[i].NetworkInterfaceType == NetworkInterfaceType.Wireless80211
                    && address != null && address.Length > 0 && address != NoAddress)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Connects with the stored settings when there is no address. Blocks up to
    /// <see cref="ConnectTimeoutMs"/>.</summary>
    public bool TryConnect()
    {
        LastError = "";
        if (IsUp)
        {
            return true;
        }

        try
        {
            // The helper keeps state from an earlier attempt and throws on it; a reset before each one is its
            // documented way out.
            WifiNetworkHelper.Reset();
            using (var timeout = new CancellationTokenSource(ConnectTimeoutMs))
            {
                if (WifiNetworkHelper.Reconnect(false, 0, timeout.Token))
                {
                    return true;
                }
            }

            LastError = "Wi-Fi: no connection";
        }
        catch (Exception exception)
        {
            // The library throws several kinds, plain Exception among them, for a radio that does not start.
            LastError = "Wi-Fi: " + exception.Message;
        }

        return false;
    }
}
