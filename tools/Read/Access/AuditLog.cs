// Who has seen what. A line is on disk before the answer goes out; when it cannot be written, nothing is
// answered.

namespace Pulsegate.Read.Access;

/// <summary>The append-only log of accesses to data of patients, and of who was let in or out.</summary>
public sealed class AuditLog(AccessDatabase database, TimeProvider time)
{
    private const int QueryLengthMax = 512;

    /// <summary>Writes a line.</summary>
    public void Write(
        Caller caller, string action, string? device, string? patient, string? query, bool isAllowed)
        => database.Execute(
            """
            insert into audit (utc_ms, token, role, action, device, patient, query, outcome)
            values (@now, @token, @role, @action, @device, @patient, @query, @outcome)
            """,
            ("now", time.GetUtcNow().ToUnixTimeMilliseconds()), ("token", caller.Name),
            ("role", caller.Role.ToString()), ("action", action), ("device", device), ("patient", patient),
            ("query", query is { Length: > QueryLengthMax } ? query[..QueryLengthMax] : query),
            ("outcome", isAllowed ? "allowed" : "refused"));

    /// <summary>Lines behind one, in order.</summary>
    public List<AuditEntry> Read(long after, int limit) => database.Query(
        """
        select id, utc_ms, token, role, action, device, patient, query, outcome from audit
        where id > @after order by id limit @limit
        """,
        row => new AuditEntry(
            row.GetInt64(0), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1)), row.GetString(2),
            row.GetString(3), row.GetString(4), row.IsDBNull(5) ? null : row.GetString(5),
            row.IsDBNull(6) ? null : row.GetString(6), row.IsDBNull(7) ? null : row.GetString(7),
            row.GetString(8)),
        ("after", after), ("limit", limit));
}
