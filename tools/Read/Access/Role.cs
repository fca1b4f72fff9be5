namespace Pulsegate.Read.Access;

/// <summary>What the holder of a token may see.</summary>
public enum Role
{
    /// <summary>Devices, readings, gaps and alarms; no patient.</summary>
    Viewer = 1,

    /// <summary>As Viewer, raw batches, whose device it is, and acknowledging alarms.</summary>
    Clinician = 2,

    /// <summary>As Viewer, raw batches, metrics and the audit log; no patient.</summary>
    Operator = 3,
}
