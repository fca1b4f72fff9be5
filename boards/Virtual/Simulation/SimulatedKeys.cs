using Pulsegate.Ingest.Format;

namespace Pulsegate.Virtual.Simulation;

/// <summary>Keys of the one simulated unit, as its backend knows them.</summary>
internal sealed class SimulatedKeys : IKeyring
{
    /// <summary>The unit.</summary>
    public const string Device = "sim-0001";

    /// <summary>Version of both keys.</summary>
    public byte Version => 1;

    /// <summary>Key for what goes up.</summary>
    public byte[] UpKey { get; } = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    /// <summary>Key for what comes down.</summary>
    public byte[] DownKey { get; } = [.. Enumerable.Range(101, 32).Select(i => (byte)i)];

    /// <inheritdoc/>
    public bool TryGetUpKey(string device, int version, out UpKey? key)
    {
        key = new SharedUpKey(UpKey);
        return device == Device && version == Version;
    }

    /// <inheritdoc/>
    public bool TryGetDownKey(string device, out int version, out byte[] key)
    {
        key = DownKey;
        version = Version;
        return device == Device;
    }

    /// <inheritdoc/>
    public bool TryGetDownKey(string device, int version, out byte[] key)
    {
        key = DownKey;
        return device == Device && version == Version;
    }
}
