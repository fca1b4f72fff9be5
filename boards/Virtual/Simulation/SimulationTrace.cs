// What happened, in a few lines: a ring, so that a run of weeks costs no memory and a failing one shows its
// last hours.

namespace Pulsegate.Virtual.Simulation;

/// <summary>The trace of one run.</summary>
internal sealed class SimulationTrace
{
    /// <summary>Lines kept; the oldest gives way.</summary>
    public const int LineCountMax = 30;

    private readonly Queue<string> _lines = new();

    /// <summary>What the run is, in a line.</summary>
    public string Head { get; set; } = "";

    /// <summary>World time, for the lines to come.</summary>
    public long NowMs { get; set; }

    /// <summary>What the run is, then the lines, oldest first.</summary>
    public IReadOnlyList<string> Lines => [Head, .. _lines];

    /// <summary>Adds a line.</summary>
    public void Add(string what)
    {
        if (_lines.Count == LineCountMax)
        {
            _lines.Dequeue();
        }

        _lines.Enqueue($"{TimeSpan.FromMilliseconds(NowMs):d\\ hh\\:mm\\:ss\\.fff}  {what}");
    }
}
