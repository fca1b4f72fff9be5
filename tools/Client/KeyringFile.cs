// keyring.json: the derived keys that the provisioning station exports for the ingest and for other
// consumers.

using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pulsegate.Client;

/// <summary>The keys of every device, read once. Immutable, so safe for any number of threads.</summary>
public sealed class KeyringFile : IKeyring
{
    private const int Format = 1;
    private const int KeySize = 32;
    private const int VersionMax = 255;
    private const int NameLengthMax = 100;   // of a name repeated in a message

    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    private readonly Dictionary<string, DeviceKey[]> _devices;

    private KeyringFile(Dictionary<string, DeviceKey[]> devices) => _devices = devices;

    /// <summary>Devices in the keyring.</summary>
    public int DeviceCount => _devices.Count;

    /// <summary>Reads the file.</summary>
    /// <exception cref="KeyringException">Missing, open to others than its owner, not JSON, or a key is not
    /// one. The message never repeats any content.</exception>
    public static KeyringFile Load(string path)
    {
        FileContent content;
        try
        {
            RequirePrivate(path, "keyring");
            content = JsonSerializer.Deserialize<FileContent>(File.ReadAllBytes(path), Json)!;
        }
        catch (JsonException e)
        {
            string place = $"line {(e.LineNumber ?? 0) + 1}, {Printable(e.Path ?? "start")}";
            throw new KeyringException($"keyring {path} is not valid: {place}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KeyringException($"keyring {path} cannot be read: {e.Message}", e);
        }

        if (content is null || content.Format != Format || content.Devices is null)
        {
            throw new KeyringException($"keyring {path} is not of format {Format}");
        }

        var devices = new Dictionary<string, DeviceKey[]>(StringComparer.Ordinal);
        foreach (DeviceEntry? entry in content.Devices)
        {
            if (entry?.Device is null || entry.Keys is not { Length: > 0 } || !entry.Keys.All(IsComplete)
                || !devices.TryAdd(entry.Device, [.. entry.Keys.OrderBy(key => key!.Version)!]))
            {
                throw new KeyringException(
                    $"keyring {path}: the entry of device '{Printable(entry?.Device ?? "")}' is not complete");
            }
        }

        return new KeyringFile(devices);
    }

    /// <inheritdoc/>
    public bool TryGetUpKey(string device, int version, out UpKey? key)
    {
        DeviceKey? found = _devices.TryGetValue(device, out DeviceKey[]? keys)
            ? Array.Find(keys, candidate => candidate.Version == version)
            : null;
        key = found?.UpKey;
        return key is not null;
    }

    /// <inheritdoc/>
    public bool TryGetDownKey(string device, out int version, out byte[] key)
    {
        bool found = _devices.TryGetValue(device, out DeviceKey[]? keys);
        version = found ? keys![^1].Version : 0;
        key = found ? keys![^1].Down! : [];
        return found;
    }

    /// <inheritdoc/>
    public bool TryGetDownKey(string device, int version, out byte[] key)
    {
        DeviceKey? found = _devices.TryGetValue(device, out DeviceKey[]? keys)
            ? Array.Find(keys, candidate => candidate.Version == version)
            : null;
        key = found?.Down ?? [];
        return found is not null;
    }

    /// <summary>Refuses a secret that others than its owner may read or change.</summary>
    internal static void RequirePrivate(string path, string what)
    {
        if (!File.Exists(path))
        {
            throw new KeyringException($"{what} {path} does not exist");
        }

        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0)
        {
            throw new KeyringException($"{what} {path} is open to others than its owner: chmod 600 it");
        }
    }

    // Names are the file's to choose, line breaks included.
    private static string Printable(string name)
        => string.Concat(name.Take(NameLengthMax).Select(c => char.IsControl(c) ? '?' : c));

    private static bool IsComplete(DeviceKey? key)
        => key is { Version: >= 1 and <= VersionMax }
            && key.UpKey is not null && key.Down?.Length == KeySize;

    private sealed record FileContent(int Format, DeviceEntry?[]? Devices);

    private sealed record DeviceEntry(string? Device, DeviceKey?[]? Keys);

    // Up for a device that signs with HS256, PublicKey for one that signs with ES256; never both.
    private sealed record DeviceKey(int Version, byte[]? Up, byte[]? PublicKey, byte[]? Down)
    {
        [JsonIgnore]
        public UpKey? UpKey { get; } = Read(Up, PublicKey);

        private static UpKey? Read(byte[]? secret, byte[]? publicKey)
        {
            try
            {
                return (secret, publicKey) switch
                {
                    ({ Length: KeySize }, null) => new SharedUpKey(secret),
                    (null, not null) => new PublicUpKey(publicKey),
                    _ => null,
                };
            }
            catch (CryptographicException)
            {
                return null;
            }
        }
    }
}
