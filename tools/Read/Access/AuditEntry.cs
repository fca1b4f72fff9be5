namespace Pulsegate.Read.Access;

/// <summary>One access to data of a patient.</summary>
/// <param name="Id">Number of the line, from 1, without a hole.</param>
/// <param name="Utc">When.</param>
/// <param name="Token">Who: the name of the token.</param>
/// <param name="Role">Its role.</param>
/// <param name="Action">Method and route.</param>
/// <param name="Device">Which device; null for several.</param>
/// <param name="Patient">Which patient, where one was named.</param>
/// <param name="Query">The rest of what was asked.</param>
/// <param name="Outcome">allowed or refused.</param>
public sealed record AuditEntry(
    long Id, DateTimeOffset Utc, string Token, string Role, string Action, string? Device, string? Patient,
    string? Query, string Outcome);
