// Where a page ends: store, sequence, reading within the record. As text it is the cursor of the API.

using System.Globalization;

namespace Pulsegate.Read.Data;

/// <summary>A place in the readings of a device.</summary>
/// <param name="Epoch">Store.</param>
/// <param name="Sequence">Record.</param>
/// <param name="Index">Reading in the record; -1 for before the first.</param>
public readonly record struct RecordPlace(ulong Epoch, long Sequence, int Index)
{
    private const int IndexMax = 300;

    /// <summary>As a cursor: hexadecimal store, sequence, index.</summary>
    public override string ToString()
        => string.Create(CultureInfo.InvariantCulture, $"{Epoch:x16}.{Sequence}.{Index}");

    /// <summary>Reads a cursor that <see cref="ToString"/> wrote.</summary>
    public static bool TryParse(string text, out RecordPlace place)
    {
        string[] parts = text.Split('.');
        place = default;
        if (parts.Length != 3 || parts[0].Length != 16
            || !ulong.TryParse(parts[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong epoch)
            || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out long sequence)
            || !int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out int index)
            || index > IndexMax)
        {
            return false;
        }

        place = new RecordPlace(epoch, sequence, index);
        return true;
    }
}
