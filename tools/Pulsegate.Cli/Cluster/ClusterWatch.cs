// Starts again whatever part of a cluster has ended, each on a thread of its own, since one may have to wait for
// another.

namespace Pulsegate.Cli.Cluster;

/// <summary>Watches parts until it is stopped.</summary>
/// <param name="onEvent">Is told, in one line, of every part that ends and comes back.</param>
internal sealed class ClusterWatch(Action<string> onEvent)
{
    private static readonly TimeSpan PollTime = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan RetryTime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(5);
    private readonly List<ClusterPart> _parts = [];
    private readonly List<Task> _watchers = [];
    private readonly ManualResetEventSlim _stop = new();

    /// <summary>The parts.</summary>
    public IReadOnlyList<ClusterPart> Parts => _parts;

    /// <summary>Takes one more part, before <see cref="StartAll"/>.</summary>
    public void Add(ClusterPart part) => _parts.Add(part);

    /// <summary>Starts all parts, waits until they work, and watches them from then on.</summary>
    /// <exception cref="CommandException">One does not start.</exception>
    public void StartAll()
    {
        foreach (ClusterPart part in _parts)
        {
            _watchers.Add(Task.Factory.StartNew(() => Watch(part), TaskCreationOptions.LongRunning));
        }

        WaitFor(_parts);
    }

    /// <summary>Kills parts at once, and lets them come back after a time, in any order; returns when they
    /// work.</summary>
    public void Kill(IReadOnlyList<ClusterPart> parts, TimeSpan downTime)
    {
        foreach (ClusterPart part in parts)
        {
            part.KillAndHold();
        }

        _stop.Wait(downTime);
        ClusterPart[] order = [.. parts];
        Random.Shared.Shuffle(order);
        foreach (ClusterPart part in order)
        {
            part.Release();
        }

        WaitFor(parts);
    }

    /// <summary>Starts nothing any more.</summary>
    public void Stop()
    {
        _stop.Set();
        Task.WaitAll(_watchers);
    }

    private void WaitFor(IReadOnlyList<ClusterPart> parts)
    {
        var limit = System.Diagnostics.Stopwatch.StartNew();
        while (parts.FirstOrDefault(part => !part.IsUp) is { } missing && !_stop.Wait(PollTime))
        {
            if (limit.Elapsed > StartLimit)
            {
                throw new CommandException($"{missing.Name} does not start: {missing.Problem}");
            }
        }
    }

    private void Watch(ClusterPart part)
    {
        bool isTold = true;   // the first start is not worth a line
        while (!_stop.Wait(PollTime))
        {
            if (!part.IsMissing)
            {
                isTold = false;
                continue;
            }

            if (!isTold)
            {
                onEvent($"{part.Name} has ended, and is started again");
                isTold = true;
            }

            bool isBack = part.WasUp;
            try
            {
                part.Start();
            }
            catch (Exception e)
            {
                // Whatever it was, the next attempt may go well; told when it does not come up for long.
                part.Problem = e.Message;
                _stop.Wait(RetryTime);
                continue;
            }

            if (isBack)
            {
                onEvent($"{part} is back");
            }
        }
    }
}
