// What a unit tests of itself at every start. The names stand in its USB lines and in its event record.

namespace Pulsegate.Diagnostics;

/// <summary>Numbers and names of the checks.</summary>
public static class SelfTestItem
{
    /// <summary>The oximeter answers with the right part id.</summary>
    public const int Oximeter = 0;

    /// <summary>The temperature sensor answers with the right id.</summary>
    public const int Thermometer = 1;

    /// <summary>Red and infrared are the right way round; only a finger can tell.</summary>
    public const int ChannelOrder = 2;

    /// <summary>The internal drive keeps what is written.</summary>
    public const int Flash = 3;

    /// <summary>Wi-Fi gave an address.</summary>
    public const int Network = 4;

    /// <summary>UTC was set from the network.</summary>
    public const int Time = 5;

    /// <summary>The TLS handshake and the MQTT session after it succeeded, with both certificates.</summary>
    public const int Tls = 6;

    /// <summary>The backend has committed a signed test event of this start, and said so under its own
    /// key.</summary>
    public const int Backend = 7;

    /// <summary>How many there are.</summary>
    public const int Count = 8;

    /// <summary>Name of a check.</summary>
    public static string NameOf(int item)
    {
        switch (item)
        {
            case Oximeter: return "oximeter";
            case Thermometer: return "thermometer";
            case ChannelOrder: return "order";
            case Flash: return "flash";
            case Network: return "network";
            case Time: return "time";
            case Tls: return "tls";
            case Backend: return "backend";
            default: return "unknown";
        }
    }
}
