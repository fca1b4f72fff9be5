namespace Pulsegate.Read.Access;

/// <summary>Who asks.</summary>
/// <param name="Name">Name of the token.</param>
/// <param name="Role">Its role.</param>
public sealed record Caller(string Name, Role Role)
{
    /// <summary>True when the role has the permission.</summary>
    public bool May(Permission permission) => permission switch
    {
        Permission.None or Permission.Fleet or Permission.Vitals => true,
        Permission.Raw => Role is Role.Clinician or Role.Operator,
        Permission.Patients => Role == Role.Clinician,
        Permission.Operations => Role == Role.Operator,
        _ => false,
    };

    /// <summary>True when what the permission opens is data of a patient, and so audited.</summary>
    public static bool IsPatientData(Permission permission)
        => permission is Permission.Vitals or Permission.Raw or Permission.Patients;
}
