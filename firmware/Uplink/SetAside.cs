// Records that this connection's broker does not take, whatever we do: too large for it. They stay in flash,
// are counted, and are tried again on the next connection, which may be to a broker with other limits.

namespace Pulsegate.Uplink;

/// <summary>Sequences to pass over until the connection ends. Not thread-safe.</summary>
internal sealed class SetAside
{
    /// <summary>Most sequences remembered. When full the one set aside first is forgotten, and tried again in
    /// its turn.</summary>
    public const int CountMax = 16;

    private readonly long[] _sequences = new long[CountMax];   // 0: free; sequences begin with 1
    private int _next;

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        for (int i = 0; i < CountMax; i++)
        {
            _sequences[i] = 0;
        }
    }

    /// <summary>Passes over a record from now on.</summary>
    public void Add(long sequence)
    {
        _sequences[_next] = sequence;
        _next = (_next + 1) % CountMax;
    }

    /// <summary>True for a record to pass over.</summary>
    public bool Contains(long sequence)
    {
        for (int i = 0; i < CountMax; i++)
        {
            if (_sequences[i] == sequence)
            {
                return true;
            }
        }

        return false;
    }
}
