namespace Pulsegate.Client;

/// <summary>Per-device keys of the backend, as exported by the provisioning station.</summary>
public interface IKeyring : IUpKeys
{
    /// <summary>The newest 32-byte key that the backend signs with to the device, and its version.</summary>
    bool TryGetDownKey(string device, out int version, out byte[] key);

    /// <summary>The 32-byte key that the backend signs with to the device, by version.</summary>
    bool TryGetDownKey(string device, int version, out byte[] key);
}
