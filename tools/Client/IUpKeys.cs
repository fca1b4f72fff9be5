namespace Pulsegate.Client;

/// <summary>What the messages of units are checked with. <see cref="KeyringFile"/> reads it from the file
/// that the provisioning station writes; whoever was given public keys alone brings his own.</summary>
public interface IUpKeys
{
    /// <summary>What the device's messages are checked with, by version.</summary>
    bool TryGetUpKey(string device, int version, out UpKey? key);
}
