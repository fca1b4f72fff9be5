// Which patient had which device, and when. The only place where the two meet: no device knows a patient.

namespace Pulsegate.Read.Access;

/// <summary>Assignments of devices to patients.</summary>
public sealed class Patients(AccessDatabase database, TimeProvider time)
{
    private const int AssignmentCountMax = 1000;

    /// <summary>Gives a device to a patient from now on; who had it has it no more.</summary>
    public void Assign(string device, string patient)
    {
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        database.Transact(
            (Close, [("device", device), ("now", now)]),
            ("insert or replace into assignment (device, patient, from_utc_ms) values (@device, @patient, "
                + "@now)",
                [("device", device), ("patient", patient), ("now", now)]));
    }

    /// <summary>Takes a device back.</summary>
    /// <returns>False when nobody had it.</returns>
    public bool Release(string device) => database.Execute(
        Close, ("device", device), ("now", time.GetUtcNow().ToUnixTimeMilliseconds())) > 0;

    /// <summary>Who has had the device, newest first.</summary>
    public List<Assignment> OfDevice(string device) => Read("device = @key", device);

    /// <summary>Which devices the patient has had, newest first.</summary>
    public List<Assignment> OfPatient(string patient) => Read("patient = @key", patient);

    private const string Close =
        "update assignment set to_utc_ms = @now where device = @device and to_utc_ms is null";

    private List<Assignment> Read(string condition, string key) => database.Query(
        $"""
        select device, patient, from_utc_ms, to_utc_ms from assignment where {condition}
        order by from_utc_ms desc limit {AssignmentCountMax}
        """,
        row => new Assignment(
            row.GetString(0), row.GetString(1), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(2)),
            row.IsDBNull(3) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3))),
        ("key", key));
}
