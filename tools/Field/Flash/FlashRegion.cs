using System.Buffers.Binary;
using Pulsegate.Field.Wire;

namespace Pulsegate.Field.Flash;

/// <summary>One region of a unit's flash, as the unit itself reports it: no address is a constant here,
/// because it differs by chip and flash size.</summary>
/// <param name="Address">First byte.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Usage">What it is for.</param>
public sealed record FlashRegion(uint Address, uint Size, uint Usage)
{
    /// <summary>Usage of the region that holds the program (nf-interpreter,
    /// nanoPAL_BlockStorage.h).</summary>
    public const uint DeploymentUsage = 0x50;

    private const uint UsageMask = 0xFF;
    private const int EntrySize = 16;

    /// <summary>Asks a unit for its deployment region.</summary>
    /// <returns>Null when it does not answer, or knows of none.</returns>
    public static FlashRegion? AskDeployment(WireSession session, TimeSpan limit)
        => session.Ask(WireCommand.FlashSectorMap, [], limit) is { IsAccepted: true } reply
            ? Parse(reply.Payload).FirstOrDefault(region => region.Usage == DeploymentUsage)
            : null;

    /// <summary>Reads the answer to <see cref="WireCommand.FlashSectorMap"/>: for each region its address,
    /// its blocks, their size and its flags, 4 bytes each.</summary>
    public static IEnumerable<FlashRegion> Parse(byte[] payload)
    {
        for (int at = 0; at + EntrySize <= payload.Length; at += EntrySize)
        {
            ulong size = (ulong)Word(payload, at + 4) * Word(payload, at + 8);
            yield return new FlashRegion(
                Word(payload, at), (uint)Math.Min(size, uint.MaxValue), Word(payload, at + 12) & UsageMask);
        }
    }

    private static uint Word(byte[] payload, int at)
        => BinaryPrimitives.ReadUInt32LittleEndian(payload.AsSpan(at));
}
