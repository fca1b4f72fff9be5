// What the backend may tell a unit to do. The numbers are part of the wire format and never change.

namespace Pulsegate.Commands;

/// <summary>Commands.</summary>
public static class CommandCode
{
    /// <summary>Set limit and delay of an alarm condition, within its safe bounds. Kept over
    /// restarts.</summary>
    public const int SetAlarmLimit = 1;

    /// <summary>Set the seconds between two sealed batches. Kept over restarts.</summary>
    public const int SetCommitInterval = 2;

    /// <summary>Blink and beep, so that somebody at the bedside sees which unit it is.</summary>
    public const int Identify = 3;

    /// <summary>Send a health message now.</summary>
    public const int RequestHealth = 4;

    /// <summary>Seal everything and start again.</summary>
    public const int Reboot = 5;

    /// <summary>Name of a command as answers and the command line write it; "unknown" outside the
    /// range.</summary>
    public static string NameOf(int code)
    {
        switch (code)
        {
            case SetAlarmLimit: return "set-limit";
            case SetCommitInterval: return "set-commit-interval";
            case Identify: return "identify";
            case RequestHealth: return "health";
            case Reboot: return "reboot";
            default: return "unknown";
        }
    }
}
