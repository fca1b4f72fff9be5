// What is particular to one board; all else is shared.

using Pulsegate.Update;

namespace Pulsegate.Boards.Esp32;

/// <summary>What a board's program gives to its <see cref="Unit"/>.</summary>
public sealed class Board
{
    /// <summary>Name of the board, for the banner.</summary>
    public string Name { get; set; }

    /// <summary>I2C bus of the sensors; its pins have been given their function.</summary>
    public int SensorBusId { get; set; }

    /// <summary>What the store may fill of the internal drive.</summary>
    public int StoreCapacityBytes { get; set; }

    /// <summary>Seconds between two sealed batches where the configuration names none.</summary>
    public int CommitIntervalSeconds { get; set; }

    /// <summary>Light and sound.</summary>
    public Indicator Indicator { get; set; }

    /// <summary>What makes signers of key pairs; null on a board without them.</summary>
    public KeyPairMaker KeyPairs { get; set; }

    /// <summary>Slots for updates; null on a board that takes none, or without an identity.</summary>
    public UpdateSlots UpdateSlots { get; set; }
}
