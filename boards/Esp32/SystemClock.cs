// The runtime's two clocks and the network time that sets one of them. Only EspClock judges what they say.

using System;
using nanoFramework.Networking;
using nanoFramework.Runtime.Native;

namespace Pulsegate.Boards.Esp32;

/// <summary>The clocks as the runtime has them.</summary>
public static class SystemClock
{
    private const string Server = "pool.ntp.org";

    /// <summary>Milliseconds since the start; 10 ms grain.</summary>
    public static long TickMs => Environment.TickCount64;

    /// <summary>What the system clock says, UTC in ms since 1970. Anything until it has been set.</summary>
    public static long UtcMs
        => (DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond;

    /// <summary>Sets the system clock.</summary>
    public static void Set(long utcMs)
        => Rtc.SetSystemTime(new DateTime(DateTime.UnixEpoch.Ticks + (utcMs * TimeSpan.TicksPerMillisecond)));

    /// <summary>Starts the background client of the network time, which sets the system clock now and then.
    /// Needs a network; may be called again.</summary>
    public static void StartSynchronising()
    {
        if (!Sntp.IsStarted)
        {
            Sntp.Server1 = Server;
            Sntp.Start();
        }
    }
}
