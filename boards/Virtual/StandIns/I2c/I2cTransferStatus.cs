// Stand-in for nanoFramework's I2cTransferStatus; see I2cBusSpeed.cs.

namespace System.Device.I2c;

/// <summary>How a transfer ended.</summary>
public enum I2cTransferStatus
{
    /// <summary>Something else went wrong.</summary>
    UnknownError = 0,

    /// <summary>All bytes moved.</summary>
    FullTransfer = 1,

    /// <summary>The bus was held too long.</summary>
    ClockStretchTimeout = 2,

    /// <summary>The chip stopped acknowledging on the way.</summary>
    PartialTransfer = 3,

    /// <summary>Nothing answers at the address.</summary>
    SlaveAddressNotAcknowledged = 4,
}
