// Ends of publishes as the MQTT library reports them on its own threads, kept until the uplink takes them.

namespace Pulsegate.Boards.Esp32;

/// <summary>A queue of finished publishes. Full means the newest is dropped: the uplink waits for signed
/// acknowledgements anyway.</summary>
internal sealed class CompletionQueue
{
    /// <summary>Most ends that wait.</summary>
    public const int CountMax = 16;

    private readonly object _gate = new object();
    private readonly int[] _ids = new int[CountMax];
    private readonly bool[] _areDelivered = new bool[CountMax];
    private int _first;
    private int _count;

    /// <summary>Notes the end of a publish.</summary>
    public void Put(int id, bool isDelivered)
    {
        lock (_gate)
        {
            if (_count < CountMax)
            {
                int slot = (_first + _count) % CountMax;
                _ids[slot] = id;
                _areDelivered[slot] = isDelivered;
                _count++;
            }
        }
    }

    /// <summary>Takes the oldest end.</summary>
    public bool TryTake(out int id, out bool isDelivered)
    {
        lock (_gate)
        {
            id = _ids[_first];
            isDelivered = _areDelivered[_first];
            if (_count == 0)
            {
                return false;
            }

            _first = (_first + 1) % CountMax;
            _count--;
            return true;
        }
    }

    /// <summary>Forgets all ends.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _count = 0;
        }
    }
}
