namespace Pulsegate.Diagnostics;

/// <summary>How a check of the self-test stands.</summary>
public enum SelfTestResult : byte
{
    /// <summary>Not decided yet.</summary>
    Pending = 0,

    /// <summary>Good.</summary>
    Passed = 1,

    /// <summary>Not good, or not decided within the limit.</summary>
    Failed = 2,

    /// <summary>The settings say that the part is not there.</summary>
    NotFitted = 3,
}
