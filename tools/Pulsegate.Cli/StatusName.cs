using Pulsegate.Vitals;

namespace Pulsegate.Cli;

/// <summary>Names of reading statuses, as documents write them.</summary>
internal static class StatusName
{
    /// <summary>Name of a status number; "Unknown" outside the list.</summary>
    public static string Of(byte status)
        => Enum.IsDefined((ReadingStatus)status) ? ((ReadingStatus)status).ToString() : "Unknown";
}
