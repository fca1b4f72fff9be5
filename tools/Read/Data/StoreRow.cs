namespace Pulsegate.Read.Data;

/// <summary>One row of the table device_state.</summary>
internal sealed record StoreRow(
    string Device, ulong Epoch, long Cumulative, string Ranges, long Records, long Readings, long Declared,
    long ChainBreaks, long Conflicts, long FirstUtcMs, long LastUtcMs)
{
    /// <summary>What is missing in the store: neither here nor declared lost, with later ones here.</summary>
    public IEnumerable<GapRow> Missing()
    {
        long last = Cumulative;
        foreach ((long First, long Last) range in SequenceSet.FromJson(Cumulative, Ranges).Ranges)
        {
            yield return new GapRow(Epoch.ToString("x16"), last + 1, range.First - 1);
            last = range.Last;
        }
    }
}

/// <summary>One row of the table device_message.</summary>
internal sealed record MessageRow(string Device, string Kind, long ReceivedUtcMs, string? Fields);
