namespace Pulsegate.Read.Access;

/// <summary>What a route asks for.</summary>
public enum Permission
{
    /// <summary>Anybody, without a token.</summary>
    None,

    /// <summary>Devices and what is missing of them. No patient data.</summary>
    Fleet,

    /// <summary>Readings, summaries and alarms. Patient data: audited.</summary>
    Vitals,

    /// <summary>Messages as they came, with their verification. Patient data: audited.</summary>
    Raw,

    /// <summary>Whose device it is, and acknowledging. Patient data: audited.</summary>
    Patients,

    /// <summary>Metrics and the audit log. No patient data.</summary>
    Operations,
}
