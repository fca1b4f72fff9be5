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
    /// <param name="algorithm">How it signs from then on; null for as before.</param>
    /// <exception cref="ProvisioningException">Unknown or revoked device, no version left, folder in the way,
    /// or a file cannot be written.</exception>
    public DeviceIdentity Rotate(string device, string folder, SignatureAlgorithm? algorithm = null)
    {
        ProvisionedDevice old = Find(device);
        int previous = old.KeyVersions[^1];
        if (old.RevokedUtc is not null)
        {
            throw new ProvisioningException($"{device} is revoked: provision it under another id");
        }

        if (previous >= DeviceKeys.VersionMax)
        {
            throw new ProvisioningException($"{device} has used all {DeviceKeys.VersionMax} key versions");
        }

        RequireNew(folder);
        DeviceKeys keys = DeviceKeys.Derive(_master, device, previous + 1);
        SignatureAlgorithm next = algorithm ?? old.AlgorithmOf(previous);
        var identity = new DeviceIdentity(
            device, keys.Version, keys.UpKey, keys.DownKey, old.EpochUpper, previous,
            DeviceKeys.Derive(_master, device, previous).UpKey,
            SigningKeyOf(device, keys.Version, next), SigningKeyOf(device, previous, old.AlgorithmOf(previous)));
        IssuedCertificate certificate = IssueNow(device, DeviceYears);
        SaveIdentity(folder, identity, certificate, old, old with
        {
            KeyVersions = [previous, keys.Version],
            CertificateSerial = certificate.SerialNumber,
            NotAfterUtc = certificate.NotAfterUtc,
            EarlierSerials = [.. old.Serials],
            Es256Versions = Es256Versions(
                (previous, old.AlgorithmOf(previous)), (keys.Version, next)),
        });
        return identity;
    }

    /// <summary>Ends the trust in a device: its certificates are on the next revocation list, its keys in no
    /// keyring exported from now on. Revoking it again changes nothing.</summary>
    /// <exception cref="ProvisioningException">Unknown device, or the list cannot be written.</exception>
    public void Revoke(string device)
    {
        ProvisionedDevice old = Find(device);
        if (old.RevokedUtc is null)
        {
            int at = _devices.IndexOf(old);
            _devices[at] = old with { RevokedUtc = _time.GetUtcNow() };
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

    private static int[]? Es256Versions(params (int Version, SignatureAlgorithm Algorithm)[] keys)
    {
        int[] versions = [.. keys.Where(key => key.Algorithm == SignatureAlgorithm.ES256).Select(key => key.Version)];
        return versions.Length > 0 ? versions : null;
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
