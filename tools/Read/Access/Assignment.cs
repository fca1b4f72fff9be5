namespace Pulsegate.Read.Access;

/// <summary>Whose a device was, and when.</summary>
/// <param name="Device">The device.</param>
/// <param name="Patient">The patient, as the hospital names him.</param>
/// <param name="From">From when.</param>
/// <param name="To">Until when, not included; null for still.</param>
public sealed record Assignment(string Device, string Patient, DateTimeOffset From, DateTimeOffset? To);
