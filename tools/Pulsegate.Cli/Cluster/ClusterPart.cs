// A part of the cluster that may end at any time, and comes back.

namespace Pulsegate.Cli.Cluster;

/// <summary>One process. Its watcher starts it again whenever it has ended.</summary>
/// <param name="name">For people: "node 1", "edge 2".</param>
/// <param name="place">Where it is found; empty when nobody connects to it.</param>
/// <param name="processId">Its process id; 0 while it does not run.</param>
/// <param name="kill">SIGKILL, and waits until it is gone.</param>
/// <param name="start">Starts it and waits until it works; throws when it does not.</param>
internal sealed class ClusterPart(
    string name, string place, Func<int> processId, Action kill, Action start)
{
    private volatile bool _isHeld;
    private volatile bool _isStarted;

    /// <summary>For people.</summary>
    public string Name => name;

    /// <summary>Process id; 0 while it does not run.</summary>
    public int ProcessId => processId();

    /// <summary>True while it is to be started.</summary>
    public bool IsMissing => !_isHeld && (!_isStarted || ProcessId == 0);

    /// <summary>True while it works.</summary>
    public bool IsUp => _isStarted && ProcessId != 0;

    /// <summary>True once it has worked.</summary>
    public bool WasUp { get; private set; }

    /// <summary>Why it did not start the last time.</summary>
    public string Problem { get; set; } = "";

    /// <summary>Starts it, and returns when it works.</summary>
    public void Start()
    {
        _isStarted = false;
        start();
        _isStarted = true;
        WasUp = true;
    }

    /// <summary>Kills it, and keeps it down until <see cref="Release"/>.</summary>
    public void KillAndHold()
    {
        _isHeld = true;
        kill();
        _isStarted = false;
    }

    /// <summary>Lets its watcher start it.</summary>
    public void Release() => _isHeld = false;

    /// <inheritdoc/>
    public override string ToString() => $"{name}: {(place.Length > 0 ? place + ", " : "")}process {ProcessId}";
}
