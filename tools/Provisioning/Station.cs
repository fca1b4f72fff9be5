// The provisioning station: one folder with the authority, the master key and the list of what was issued.
// The master never leaves it; devices and the ingest get derived keys only.
//   master.key    32 random bytes in base64        ca.pem, ca.key    the authority
//   devices.json  every device with its key versions and certificates      crl.pem    what was revoked

using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pulsegate.Provisioning;

/// <summary>Makes identities. One user at a time: not thread-safe, not shared between processes.</summary>
public sealed partial class Station : IDisposable
{
    private const string MasterFile = "master.key";
    private const string AuthorityFile = "ca.pem";
    private const string AuthorityKeyFile = "ca.key";
    private const string DevicesFile = "devices.json";
    private const int AuthorityYears = 20;
    private const int DeviceYears = 2;
    private const int BackendYears = 1;

    private readonly string _folder;
    private readonly byte[] _master;
    private readonly TimeProvider _time;
    private readonly List<ProvisionedDevice> _devices;
    private bool _isListLater;

    private Station(
        string folder, byte[] master, CertificateAuthority authority, List<ProvisionedDevice> devices,
        TimeProvider time)
    {
        _folder = folder;
        _master = master;
        Authority = authority;
        _devices = devices;
        _time = time;
    }

    /// <summary>The authority of this station.</summary>
    public CertificateAuthority Authority { get; }

    /// <summary>Every device provisioned here, in order.</summary>
    public IReadOnlyList<ProvisionedDevice> Devices => _devices;

    /// <summary>Makes a station in a folder that holds none yet.</summary>
    /// <exception cref="ProvisioningException">There is one already, or the folder cannot be
    /// written.</exception>
    public static Station Create(string folder, TimeProvider? time = null)
    {
        TimeProvider clock = time ?? TimeProvider.System;
        if (File.Exists(Path.Combine(folder, MasterFile)))
        {
            throw new ProvisioningException($"{folder} holds a station already");
        }

        PrivateFile.CreateFolder(folder);
        DateTimeOffset now = clock.GetUtcNow();
        var authority = CertificateAuthority.Create(
            "Pulsegate station", now - CertificateAuthority.Backdating, now.AddYears(AuthorityYears));
        authority.Save(Path.Combine(folder, AuthorityFile), Path.Combine(folder, AuthorityKeyFile));
        byte[] master = RandomNumberGenerator.GetBytes(DeviceKeys.KeySize);
        var station = new Station(folder, master, authority, [], clock);
        station.SaveDevices();
        byte[] text = Encoding.ASCII.GetBytes(Convert.ToBase64String(master) + "\n");
        PrivateFile.Write(Path.Combine(folder, MasterFile), text);
        return station;
    }

    /// <summary>Opens a station.</summary>
    /// <exception cref="ProvisioningException">A file is missing, damaged or open to others.</exception>
    public static Station Open(string folder, TimeProvider? time = null)
    {
        string path = Path.Combine(folder, MasterFile);
        byte[] master = new byte[DeviceKeys.KeySize];
        string text = Encoding.ASCII.GetString(PrivateFile.Read(path)).Trim();
        if (!Convert.TryFromBase64String(text, master, out int count) || count != master.Length)
        {
            throw new ProvisioningException($"{path} is not {DeviceKeys.KeySize} bytes in base64");
        }

        var devices = StationJson.Read<List<ProvisionedDevice>>(Path.Combine(folder, DevicesFile));
        var authority = CertificateAuthority.Load(
            Path.Combine(folder, AuthorityFile), Path.Combine(folder, AuthorityKeyFile));
        return new Station(folder, master, authority, devices, time ?? TimeProvider.System);
    }

    /// <summary>Provisions a new device: ca.pem, cert.pem, key.pem and identity.json in a folder of its own,
    /// which must not exist. Nothing is left behind when it fails. The station keeps no copy of the
    /// certificate's private key.</summary>
    /// <exception cref="ProvisioningException">Bad or known id, folder in the way, or a file cannot be
    /// written.</exception>
    public DeviceIdentity NewDevice(
        string device, string folder, SignatureAlgorithm algorithm = SignatureAlgorithm.HS256)
    {
        DeviceId.Check(device);
        if (_devices.Exists(d => d.Device == device))
        {
            throw new ProvisioningException($"{device} has been provisioned already");
        }

        RequireNew(folder);
        const int firstVersion = 1;
        DeviceKeys keys = DeviceKeys.Derive(_master, device, firstVersion);
        uint epochUpper = NewEpochUpper();
        Dictionary<int, int>? pairs = algorithm == SignatureAlgorithm.ES256
            ? new() { [firstVersion] = firstVersion } : null;
        IssuedCertificate certificate = IssueNow(device, DeviceYears);
        var identity = new DeviceIdentity(
            device, firstVersion, keys.UpKey, keys.DownKey, epochUpper, WrapKey: keys.WrapKey,
            CertificateEndDay: certificate.EndDay, SigningKey: SigningKeyOf(device, firstVersion, pairs));
        SaveIdentity(folder, identity, certificate, null, new ProvisionedDevice(
            device, [firstVersion], epochUpper, certificate.SerialNumber, certificate.NotAfterUtc,
            PublicKey: certificate.PublicKey, KeyPairs: pairs));
        return identity;
    }

    /// <summary>Provisions many devices, HS256, and writes the station's list once, at the end: for thousands
    /// of throw-away ones. After a crash on the way there are folders of devices that the station does not
    /// know.</summary>
    /// <exception cref="ProvisioningException">As <see cref="NewDevice"/>; those before are
    /// listed.</exception>
    public void NewDevices(IEnumerable<(string Device, string Folder)> devices)
    {
        _isListLater = true;
        try
        {
            foreach ((string device, string folder) in devices)
            {
                NewDevice(device, folder);
            }
        }
        finally
        {
            _isListLater = false;
            SaveDevices();
        }
    }

    private static uint NewEpochUpper()
        => BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(sizeof(uint)));

    /// <summary>Issues a client certificate for a part of the backend: <c>ingest</c>, <c>ingest-reader</c>, a
    /// worker.</summary>
    /// <exception cref="ProvisioningException">The name is not a backend name, or a file cannot be
    /// written.</exception>
    public void NewBackend(string name, string folder)
    {
        if (!DeviceId.IsBackendName(name))
        {
            throw new ProvisioningException(
                $"'{name}' is not a backend name: it must begin with '{DeviceId.ReservedPrefix}'");
        }

        IssueNow(name, BackendYears).Save(folder);
    }

    /// <summary>Issues the broker's server certificate, for 127.0.0.1, localhost and one more host name if
    /// given.</summary>
    /// <exception cref="ProvisioningException">A file cannot be written.</exception>
    public void NewBroker(string folder, string? hostName = null)
    {
        DateTimeOffset now = _time.GetUtcNow();
        DateTimeOffset begin = now - CertificateAuthority.Backdating;
        Authority.IssueServer(hostName, begin, now.AddYears(BackendYears)).Save(folder);
        SaveRevocationList(Path.Combine(folder, BrokerConfiguration.RevocationFile));
    }

    /// <summary>Writes the keyring of the ingest (0600): the derived keys of every trusted device and
    /// version, of a key pair the public half alone, never the master.</summary>
    /// <exception cref="ProvisioningException">The file cannot be written.</exception>
    public void ExportKeyring(string path)
    {
        var devices = _devices.Where(d => d.RevokedUtc is null).Select(d => new
        {
            device = d.Device,
            keys = d.KeyVersions.Select(version =>
            {
                DeviceKeys keys = DeviceKeys.Derive(_master, d.Device, version);
                return d.KeyPairs?.TryGetValue(version, out int pair) == true
                    ? new KeyringEntry(
                        version, null, SigningKeyPair.Derive(_master, d.Device, pair).PublicKeyInfo,
                        keys.DownKey)
                    : new KeyringEntry(version, keys.UpKey, null, keys.DownKey);
            }),
        });
        PrivateFile.Write(
            path, JsonSerializer.SerializeToUtf8Bytes(new { format = 1, devices }, StationJson.Options));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Authority.Dispose();
        CryptographicOperations.ZeroMemory(_master);
    }

    private byte[]? SigningKeyOf(string device, int version, IReadOnlyDictionary<int, int>? pairs)
        => pairs?.TryGetValue(version, out int pair) == true
            ? SigningKeyPair.Derive(_master, device, pair).PrivateKey : null;

    private IssuedCertificate IssueNow(string name, int years)
    {
        DateTimeOffset now = _time.GetUtcNow();
        return Authority.IssueClient(name, now - CertificateAuthority.Backdating, now.AddYears(years));
    }

    private void SaveDevices()
    {
        if (!_isListLater)
        {
            PrivateFile.Write(
                Path.Combine(_folder, DevicesFile),
                JsonSerializer.SerializeToUtf8Bytes(_devices, StationJson.Options));
        }
    }

    private sealed record KeyringEntry(
        int Version,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] byte[]? Up,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] byte[]? PublicKey,
        byte[] Down);
}
