namespace Pulsegate.Evaluate.Simulated;

/// <summary>One figure that must hold.</summary>
/// <param name="Name">The figure, in a few words.</param>
/// <param name="Figure">Reads it off a tally.</param>
/// <param name="Limit">The limit, itself allowed.</param>
/// <param name="IsMaximum">True when the figure must not be above the limit, false when not below.</param>
public sealed record Requirement(string Name, Func<Tally, double> Figure, double Limit, bool IsMaximum)
{
    /// <summary>At least a limit.</summary>
    public static Requirement AtLeast(string name, Func<Tally, double> figure, double limit)
        => new(name, figure, limit, false);

    /// <summary>At most a limit.</summary>
    public static Requirement AtMost(string name, Func<Tally, double> figure, double limit)
        => new(name, figure, limit, true);

    /// <summary>True when it holds.</summary>
    public bool IsMet(Tally tally) => IsMaximum ? Figure(tally) <= Limit : Figure(tally) >= Limit;
}
