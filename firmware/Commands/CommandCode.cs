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

    /// <summary>Stage new keys; they come into use when the backend has shown that it has them.</summary>
    public const int RotateKeys = 6;

    /// <summary>Stage a new certificate for the same private key; the next connection tries it.</summary>
    public const int RenewCertificate = 7;

    /// <summary>Stage the authorities that the broker's certificate may come from; the next connection tries
    /// them.</summary>
    public const int SetAuthorities = 8;

    /// <summary>Highest code.</summary>
    public const int Last = SetAuthorities;

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
            case RotateKeys: return "rotate-keys";
            case RenewCertificate: return "renew-certificate";
            case SetAuthorities: return "set-authorities";
            default: return "unknown";
        }
    }
}
