// What happens to a device after it was provisioned: the next keys, the end of trust. And the one way in
// which a device's folder and its line in the list come into being together.

using System.Text;

namespace Pulsegate.Provisioning;

public sealed partial class Station
{
    /// <summary>Gives a device the next version of its keys and a new certificate, in a new folder, to be put
    /// onto the unit in place of the old one. The version before stays good for what lies in flash; the one
    /// before that does not.</summary>
    /// <param name="device">Device id.</param>
    /// <param name="folder">Folder to make.</param>
    /// <param name="from">Key version that the unit has; 0 for the newest one here.</param>
    /// <param name="algorithm">How it signs from then on; null for as before.</param>
    /// <param name="isNewStore">True for a unit whose flash was erased: its store begins anew, under another
    /// epoch, and nothing of it can be taken for what the one before had sealed.</param>
    /// <exception cref="ProvisioningException">Unknown or revoked device, no version left, folder in the way,
    /// or a file cannot be written.</exception>
    public DeviceIdentity Rotate(
        string device, string folder, int from = 0, SignatureAlgorithm? algorithm = null,
        bool isNewStore = false)
    {
        ProvisionedDevice old = FindTrusted(device);
        (DeviceKeys previous, DeviceKeys keys) = NextKeys(old, from);
        RequireNew(folder);
        bool isEs256 = (algorithm ?? old.AlgorithmOf(previous.Version)) == SignatureAlgorithm.ES256;
        Dictionary<int, int>? pairs =
            KeyPairs(old, previous.Version, keys.Version, isEs256 ? keys.Version : 0);
        IssuedCertificate certificate = IssueNow(device, DeviceYears);
        uint epochUpper = isNewStore ? NewEpochUpper() : old.EpochUpper;
        var identity = new DeviceIdentity(
            device, keys.Version, keys.UpKey, keys.DownKey, epochUpper, previous.Version, previous.UpKey,
            keys.WrapKey, certificate.EndDay, SigningKeyOf(device, keys.Version, pairs),
            SigningKeyOf(device, previous.Version, pairs));
        SaveIdentity(folder, identity, certificate, old, WithCertificate(old, certificate) with
        {
            KeyVersions = [previous.Version, keys.Version],
            KeyPairs = pairs,
            EpochUpper = epochUpper,
        });
        return identity;
    }

    /// <summary>Gives a device the next version of its keys over the air: wrapped, so that the unit alone can
    /// read them. Its certificate stays, and its key pair where it signs with ES256.</summary>
    /// <param name="device">Device id.</param>
    /// <param name="from">Key version that the unit has; 0 for the newest one here.</param>
    /// <param name="save">Keeps the new version and the wrapped keys; when it throws, nothing has
    /// changed.</param>
    /// <exception cref="ProvisioningException">Unknown or revoked device, no version left, or the list cannot
    /// be written.</exception>
    public void RotateOverTheAir(string device, int from, Action<int, byte[]> save)
    {
        ProvisionedDevice old = FindTrusted(device);
        (DeviceKeys previous, DeviceKeys keys) = NextKeys(old, from);
        save(keys.Version, previous.Wrap(device, keys));
        Change(old, old with
        {
            KeyVersions = [previous.Version, keys.Version],
            KeyPairs = KeyPairs(
                old, previous.Version, keys.Version, old.KeyPairs?.GetValueOrDefault(previous.Version) ?? 0),
        });
    }

    /// <summary>The wrapping key of one version that a device may have: what is signed under it, that unit
    /// alone believes.</summary>
    /// <param name="device">Device id.</param>
    /// <param name="version">Key version, as the unit says it.</param>
    /// <exception cref="ProvisioningException">Unknown or revoked device, or it has no such version
    /// here.</exception>
    public byte[] WrapKeyOf(string device, int version)
    {
        ProvisionedDevice found = FindTrusted(device);
        return found.KeyVersions.Contains(version)
            ? DeviceKeys.Derive(_master, device, version).WrapKey
            : throw new ProvisioningException(
                $"{device} has key versions {string.Join(", ", found.KeyVersions)} here, not {version}");
    }

    /// <summary>Issues a new certificate for the key that a device has, to be sent over the air. The one
    /// before stays good until it ends.</summary>
    /// <param name="device">Device id.</param>
    /// <param name="save">Keeps the certificate; when it throws, nothing has changed.</param>
    /// <exception cref="ProvisioningException">Unknown or revoked device, one whose key is not known here, or
    /// the list cannot be written.</exception>
    public void Renew(string device, Action<IssuedCertificate> save)
    {
        ProvisionedDevice old = FindTrusted(device);
        if (old.PublicKey is null)
        {
            throw new ProvisioningException(
                $"the key of {device} is not known here: 'provision rotate' it once, with a visit");
        }

        DateTimeOffset now = _time.GetUtcNow();
        IssuedCertificate certificate = Authority.RenewClient(
            device, old.PublicKey, now - CertificateAuthority.Backdating, now.AddYears(DeviceYears));
        save(certificate);
        Change(old, WithCertificate(old, certificate));
    }

    /// <summary>Ends the trust in a device: its certificates are on the next revocation list, its keys in no
    /// keyring exported from now on. Revoking it again changes nothing.</summary>
    /// <exception cref="ProvisioningException">Unknown device, or the list cannot be written.</exception>
    public void Revoke(string device)
    {
        ProvisionedDevice old = Find(device);
        if (old.RevokedUtc is null)
        {
            Change(old, old with { RevokedUtc = _time.GetUtcNow() });
        }

        SaveRevocationList(Path.Combine(_folder, BrokerConfiguration.RevocationFile));
    }

    /// <summary>Writes the list of revoked certificates, for a broker.</summary>
    /// <exception cref="ProvisioningException">The file cannot be written.</exception>
    public void SaveRevocationList(string path)
    {
        IEnumerable<(string, DateTimeOffset)> revoked = _devices.Where(d => d.RevokedUtc is not null)
            .SelectMany(d => d.Serials.Select(serial => (serial, d.RevokedUtc!.Value)));
        string list = Authority.RevocationList(revoked, _time.GetUtcNow());
        PrivateFile.Write(path, Encoding.ASCII.GetBytes(list));
    }

    private ProvisionedDevice Find(string device)
    {
        DeviceId.Check(device);
        return _devices.Find(d => d.Device == device)
            ?? throw new ProvisioningException($"{device} has not been provisioned here");
    }

    // Pairs of the two versions that count after a rotation; 0 for HS256.
    private static Dictionary<int, int>? KeyPairs(ProvisionedDevice old, int previous, int next, int nextPair)
    {
        var pairs = new Dictionary<int, int>();
        if (old.KeyPairs?.TryGetValue(previous, out int previousPair) == true)
        {
            pairs.Add(previous, previousPair);
        }

        if (nextPair > 0)
        {
            pairs.Add(next, nextPair);
        }

        return pairs.Count > 0 ? pairs : null;
    }

    private ProvisionedDevice FindTrusted(string device)
    {
        ProvisionedDevice found = Find(device);
        return found.RevokedUtc is null
            ? found
            : throw new ProvisioningException($"{device} is revoked: provision it under another id");
    }

    private (DeviceKeys Previous, DeviceKeys Next) NextKeys(ProvisionedDevice old, int from)
    {
        int previous = from == 0 ? old.KeyVersions[^1] : from;
        if (!old.KeyVersions.Contains(previous))
        {
            throw new ProvisioningException(
                $"{old.Device} has key versions {string.Join(", ", old.KeyVersions)} here, not {from}");
        }

        if (old.KeyVersions[^1] >= DeviceKeys.VersionMax)
        {
            throw new ProvisioningException(
                $"{old.Device} has used all {DeviceKeys.VersionMax} key versions");
        }

        return (
            DeviceKeys.Derive(_master, old.Device, previous),
            DeviceKeys.Derive(_master, old.Device, old.KeyVersions[^1] + 1));
    }

    private static ProvisionedDevice WithCertificate(ProvisionedDevice old, IssuedCertificate certificate)
        => old with
        {
            CertificateSerial = certificate.SerialNumber,
            NotAfterUtc = certificate.NotAfterUtc,
            EarlierSerials = [.. old.Serials],
            PublicKey = certificate.PublicKey,
        };

    private void Change(ProvisionedDevice old, ProvisionedDevice changed)
    {
        int at = _devices.IndexOf(old);
        _devices[at] = changed;
        try
        {
            SaveDevices();
        }
        catch
        {
            _devices[at] = old;
            throw;
        }
    }

    private static void RequireNew(string folder)
    {
        if (Directory.Exists(folder) || File.Exists(folder))
        {
            throw new ProvisioningException($"{folder} exists already");
        }
    }

    // The folder appears whole, after the list has the device; a failure leaves list and disk as they were.
    private void SaveIdentity(
        string folder, DeviceIdentity identity, IssuedCertificate certificate, ProvisionedDevice? old,
        ProvisionedDevice entry)
    {
        string staging = Path.TrimEndingDirectorySeparator(folder) + ".new";
        try
        {
            certificate.Save(staging);
            identity.Save(Path.Combine(staging, DeviceIdentity.FileName));
            Replace(old, entry);
            SaveDevices();
            Directory.Move(staging, folder);
        }
        catch (Exception e) when (e is ProvisioningException or IOException or UnauthorizedAccessException)
        {
            Undo(old, entry, staging);
            throw e as ProvisioningException ?? new ProvisioningException(
                $"cannot write {folder}: {e.Message}", e);
        }
    }

    private void Replace(ProvisionedDevice? old, ProvisionedDevice? entry)
    {
        int at = old is null ? _devices.Count : _devices.IndexOf(old);
        if (old is not null)
        {
            _devices.RemoveAt(at);
        }

        if (entry is not null)
        {
            _devices.Insert(at, entry);
        }
    }

    // A failure in here would hide the first one, which is what the user must see.
    private void Undo(ProvisionedDevice? old, ProvisionedDevice entry, string staging)
    {
        try
        {
            if (_devices.Remove(entry))
            {
                Replace(null, old);
                SaveDevices();
            }

            if (Directory.Exists(staging))
            {
                Directory.Delete(staging, recursive: true);
            }
        }
        catch (Exception e) when (e is ProvisioningException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"warning: {staging} may be left over: {e.Message}");
        }
    }
}
