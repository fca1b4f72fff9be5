// The backend's side of Pulsegate.Commands.Command.

using Pulsegate.Batch;
using Pulsegate.Commands;

namespace Pulsegate.Ingest.Format;

/// <summary>Makes the backend's signed commands.</summary>
public static class CommandWriter
{
    private const int CapacityMax = 256 + Command.ContentLengthMax;

    /// <summary>The JWS text of a command under a down key.</summary>
    /// <param name="device">Device that it is for.</param>
    /// <param name="keyVersion">Version of the down key, 1 to 255.</param>
    /// <param name="downKey">The 32-byte down key.</param>
    /// <param name="bootId">Boot that it is for: the unit's present one.</param>
    /// <param name="utcMs">The backend's UTC in ms.</param>
    /// <param name="number">Higher than that of any command before.</param>
    /// <param name="code">What to do, by <see cref="CommandCode"/> number.</param>
    /// <param name="arguments">The command's arguments in order: condition, limit and delay in seconds; or
    /// seconds, key version or days; or none.</param>
    public static byte[] Write(
        string device, int keyVersion, byte[] downKey, uint bootId, long utcMs, long number, int code,
        params int[] arguments)
        => Write(device, keyVersion, downKey, bootId, utcMs, number, new CommandOrder(code, arguments));

    /// <summary>The JWS text of a command that may bring content.</summary>
    /// <param name="device">Device that it is for.</param>
    /// <param name="keyVersion">Version of the down key, 1 to 255.</param>
    /// <param name="downKey">The 32-byte down key.</param>
    /// <param name="bootId">Boot that it is for: the unit's present one.</param>
    /// <param name="utcMs">The backend's UTC in ms.</param>
    /// <param name="number">Higher than that of any command before.</param>
    /// <param name="order">What to do.</param>
    public static byte[] Write(
        string device, int keyVersion, byte[] downKey, uint bootId, long utcMs, long number,
        CommandOrder order)
    {
        int[] arguments = order.Arguments;
        int[] keys = arguments.Length == 1
            ? [PayloadKey.CommandValue]
            : [PayloadKey.CommandCondition, PayloadKey.CommandValue, PayloadKey.CommandDelaySeconds];
        var writer = new CborWriter(new byte[CapacityMax], 0, CapacityMax);
        writer.OpenMap();
        writer.Key(PayloadKey.Schema);
        writer.WriteInt(PayloadKey.SchemaVersion);
        writer.Key(PayloadKey.Device);
        writer.WriteText(device);
        writer.Key(PayloadKey.BootId);
        writer.WriteUnsigned(bootId);
        writer.Key(PayloadKey.AckUtcMs);
        writer.WriteInt(utcMs);
        writer.Key(PayloadKey.CommandNumber);
        writer.WriteInt(number);
        writer.Key(PayloadKey.CommandCode);
        writer.WriteInt(order.Code);
        for (int i = 0; i < arguments.Length; i++)
        {
            writer.Key(keys[i]);
            writer.WriteInt(arguments[i]);
        }

        if (order.Content is { } content)
        {
            writer.Key(PayloadKey.CommandContent);
            writer.WriteBytes(content, 0, content.Length);
        }

        writer.CloseMap();
        return DownlinkSealer.Seal(writer, device, keyVersion, downKey, Jws.CommandHeaderEnd);
    }
}
