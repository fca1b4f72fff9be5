namespace Pulsegate.Field.Wire;

/// <summary>The commands that are used here; a packet may carry any other number. Source: nf-interpreter,
/// src/CLR/Include/WireProtocol.h, July 2026.</summary>
public static class WireCommand
{
    /// <summary>"I am here", both ways. The answer carries source and flags, 4 bytes each.</summary>
    public const uint Ping = 0;

    /// <summary>A piece of the program's text output, without a terminator. A line of more than 80 characters
    /// comes in several.</summary>
    public const uint Message = 1;

    /// <summary>Asks for the CRC of a range of flash: address and length, 4 bytes each; the answer is 4
    /// bytes.</summary>
    public const uint CheckMemory = 5;

    /// <summary>Restarts the unit: options, 4 bytes; 0 restarts the whole chip.</summary>
    public const uint Reboot = 7;

    /// <summary>The program has ended.</summary>
    public const uint ProgramExit = 9;

    /// <summary>Asks where code, deployment and configuration lie in flash.</summary>
    public const uint FlashSectorMap = 12;

    /// <summary>Asks what the runtime is and has: what of it, 4 bytes (nanoCLR_Debugging.h,
    /// Debugging_Execution_QueryCLRCapabilities).</summary>
    public const uint QueryCapabilities = 0x00020008;
}
