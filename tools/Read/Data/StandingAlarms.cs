// Which alarms stand now in the whole fleet: of the store and boot that each device writes, the newest step
// of each condition, where that step does not end it. A restart ends what stood before it: a unit raises anew
// what still holds.

using System.Globalization;
using Pulsegate.Alarms;

namespace Pulsegate.Read.Data;

/// <summary>An alarm that nothing which is here has ended.</summary>
/// <param name="Cursor">Its place in this list; the page behind it is asked for with this.</param>
/// <param name="Alarm">Its newest step.</param>
/// <param name="LastReceived">When the newest record of the device came.</param>
/// <param name="Doubt">Late: nothing has come of the device for five minutes. Missing: a later record is not
/// here yet. Either may have ended it. Null when neither is so.</param>
public sealed record StandingAlarmRow(
    string Cursor, AlarmRow Alarm, DateTimeOffset LastReceived, string? Doubt);

/// <summary>Place in the list: highest priority first, then by device and condition.</summary>
internal sealed record StandingPlace(int Priority, string Device, int Condition) : IComparable<StandingPlace>
{
    /// <inheritdoc/>
    public int CompareTo(StandingPlace? other)
    {
        int difference = other is null ? 1 : other.Priority - Priority;
        difference = difference == 0 ? string.CompareOrdinal(Device, other!.Device) : difference;
        return difference == 0 ? Condition - other!.Condition : difference;
    }

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse(string text, out StandingPlace? place)
    {
        string[] parts = text.Split('.');
        place = parts.Length == 3 && Number(parts[0]) is { } priority && Access.Names.IsDevice(parts[1])
            && Number(parts[2]) is { } condition ? new StandingPlace(priority, parts[1], condition) : null;
        return place is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Priority}.{Device}.{Condition}");

    private static int? Number(string text)
        => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number : null;
}

/// <summary>The newest step of a condition, and what is known of its store.</summary>
internal sealed record AlarmStepRow(StoredRecordRow Record, StoreRow Store);
