namespace Pulsegate.Client;

/// <summary>What a record is to those that came before it.</summary>
public enum GapOutcome
{
    /// <summary>Not seen before.</summary>
    New,

    /// <summary>Here already, the same to its MAC: delivery is at least once.</summary>
    Repetition,

    /// <summary>Its name is taken by a record with another MAC: put it aside and report it.</summary>
    Conflict,

    /// <summary>New, and its chain does not meet that of its neighbour: something was changed or
    /// removed.</summary>
    ChainBroken,

    /// <summary>Health, status or live: outside the sequence.</summary>
    Unsequenced,
}
