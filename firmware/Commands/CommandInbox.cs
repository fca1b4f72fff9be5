// From the uplink's thread, which verifies commands, to the acquisition loop, which acts on them.

namespace Pulsegate.Commands;

/// <summary>A short queue between two threads. Allocates nothing after construction.</summary>
public sealed class CommandInbox
{
    /// <summary>Most commands waiting. When it is full a further one is dropped, as if it had been lost on
    /// the way: it has no answer, and its sender sends it again.</summary>
    public const int CountMax = 4;

    private readonly object _gate = new object();
    private readonly Command[] _waiting = new Command[CountMax];
    private int _first;
    private int _count;

    /// <summary>An empty inbox.</summary>
    public CommandInbox()
    {
        for (int i = 0; i < CountMax; i++)
        {
            _waiting[i] = new Command();
        }
    }

    /// <summary>Adds a copy of a command; false when there is no room.</summary>
    public bool TryPut(Command command)
    {
        lock (_gate)
        {
            if (_count == CountMax)
            {
                return false;
            }

            _waiting[(_first + _count) % CountMax].CopyFrom(command);
            _count++;
            return true;
        }
    }

    /// <summary>Takes the oldest; false when there is none.</summary>
    public bool TryTake(Command command)
    {
        lock (_gate)
        {
            if (_count == 0)
            {
                return false;
            }

            command.CopyFrom(_waiting[_first]);
            _first = (_first + 1) % CountMax;
            _count--;
            return true;
        }
    }
}
