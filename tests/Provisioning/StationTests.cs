// Goal: identities are complete, private, and never half-made. Method: a real folder; certificates read back
// with openssl and .NET; key derivation against Python's hmac.

using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Pulsegate.Ingest;
using Pulsegate.Ingest.Format;
using Pulsegate.Provisioning;
using Pulsegate.Tests.Ingest;

namespace Pulsegate.Tests.Provisioning;

[TestClass]
public sealed class StationTests
{
    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void Cleanup() => _folder.Dispose();

    [TestMethod]
    public void ANewDevice_GetsFourFiles_ThatOnlyTheirOwnerMayRead()
    {
        using Station station = Station.Create(_folder["station"]);
        DeviceIdentity identity = station.NewDevice("ward-12", _folder["ward-12"]);

        CollectionAssert.AreEquivalent(
            new[] { "ca.pem", "cert.pem", "identity.json", "key.pem" },
            Directory.GetFiles(_folder["ward-12"]).Select(Path.GetFileName).ToArray());
        foreach (string path in Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories))
        {
            Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path), path);
        }

        DeviceIdentity loaded = DeviceIdentity.Load(_folder["ward-12/identity.json"]);
        Assert.AreEqual(identity.EpochUpper, loaded.EpochUpper);
        CollectionAssert.AreEqual(identity.UpKey, loaded.UpKey);
        CollectionAssert.AreNotEqual(loaded.UpKey, loaded.DownKey);
    }

    [TestMethod]
    public void ManyNewDevices_AreListed_AlsoWhenOneOfThemFails()
    {
        using (Station station = Station.Create(_folder["station"]))
        {
            station.NewDevices([("ward-1", _folder["ward-1"]), ("ward-2", _folder["ward-2"])]);
            Assert.ThrowsExactly<ProvisioningException>(() => station.NewDevices(
                [("ward-3", _folder["ward-3"]), ("ward-1", _folder["again"]),
                    ("ward-4", _folder["ward-4"])]));
        }

        using Station read = Station.Open(_folder["station"]);
        CollectionAssert.AreEqual(
            new[] { "ward-1", "ward-2", "ward-3" }, read.Devices.Select(device => device.Device).ToArray());
        Assert.IsFalse(Directory.Exists(_folder["again"]) || Directory.Exists(_folder["ward-4"]));
    }

    [TestMethod]
    public void AnIdentityWithALineBreakInAMembersName_IsRefusedInOneLine()
    {
        PrivateFile.Write(_folder["identity.json"], "{\"a\\nb\":1}"u8.ToArray());
        var e = Assert.ThrowsExactly<ProvisioningException>(
            () => DeviceIdentity.Load(_folder["identity.json"]));
        Assert.IsFalse(e.Message.Contains('\n'), e.Message);
    }

    [TestMethod]
    public void Keys_AreTheDocumentedHmac()
    {
        // python3: hmac.new(bytes(range(32)), b"pulsegate-up\0ward-12\0\1", "sha256").hexdigest(), and -down
        DeviceKeys keys = DeviceKeys.Derive([.. Enumerable.Range(0, 32).Select(i => (byte)i)], "ward-12", 1);
        Assert.AreEqual(
            "727266da69f295c99af2e7244ef749c47f95b8fcbb7528842e7616b6f031a7a6",
            Convert.ToHexStringLower(keys.UpKey));
        Assert.AreEqual(
            "9ec28d8e42e9d13ee791a2b08dc3655ce2e694036bc74f5bcb31bf8e74799916",
            Convert.ToHexStringLower(keys.DownKey));
    }

    [TestMethod]
    public void TheExportedKeyring_HasTheDevicesKeys_AndNotTheMaster()
    {
        using Station station = Station.Create(_folder["station"]);
        DeviceIdentity identity = station.NewDevice("ward-12", _folder["ward-12"]);
        station.NewDevice("ward-13", _folder["ward-13"]);
        station.ExportKeyring(_folder["keyring.json"]);

        KeyringFile keyring = KeyringFile.Load(_folder["keyring.json"]);

        Assert.AreEqual(2, keyring.DeviceCount);
        Assert.IsTrue(keyring.TryGetUpKey("ward-12", 1, out UpKey? up));
        Assert.IsTrue(up!.Verify("m"u8, HMACSHA256.HashData(identity.UpKey, "m"u8)));
        Assert.AreEqual("HS256", up.Algorithm);
        Assert.IsTrue(keyring.TryGetDownKey("ward-12", out int version, out byte[] down));
        Assert.AreEqual(1, version);
        CollectionAssert.AreEqual(identity.DownKey, down);
        Assert.IsFalse(keyring.TryGetUpKey("ward-12", 2, out _));
        Assert.IsFalse(keyring.TryGetUpKey("ward-99", 1, out _));
        string master = File.ReadAllText(_folder["station/master.key"]).Trim();
        Assert.IsFalse(File.ReadAllText(_folder["keyring.json"]).Contains(master));
    }

    [TestMethod]
    public void AReopenedStation_KnowsItsDevices_AndDerivesTheSameKeys()
    {
        byte[] keyring;
        using (Station station = Station.Create(_folder["station"]))
        {
            station.NewDevice("ward-12", _folder["ward-12"]);
            station.ExportKeyring(_folder["keyring.json"]);
            keyring = File.ReadAllBytes(_folder["keyring.json"]);
        }

        using Station again = Station.Open(_folder["station"]);
        again.ExportKeyring(_folder["keyring.json"]);
        CollectionAssert.AreEqual(keyring, File.ReadAllBytes(_folder["keyring.json"]));
        Assert.AreEqual("ward-12", again.Devices.Single().Device);
        Assert.ThrowsExactly<ProvisioningException>(() => again.NewDevice("ward-12", _folder["second"]));
        Assert.ThrowsExactly<ProvisioningException>(() => Station.Create(_folder["station"]));
    }

    [TestMethod]
    [DataRow("abc")]
    [DataRow("Ward-1")]
    [DataRow("ward 1")]
    [DataRow("ward/1")]
    [DataRow("ward+1")]
    [DataRow("ward#")]
    [DataRow("wärd-1")]
    [DataRow("ward-1\n")]
    [DataRow("ingest")]
    [DataRow("ingest-9")]
    [DataRow("ward-1234567890-1234567890-1234567")]
    public void AnIdThatMayNotName_IsRefusedBeforeAnythingIsWritten(string id)
    {
        using Station station = Station.Create(_folder["station"]);
        ProvisioningException e = Assert.ThrowsExactly<ProvisioningException>(
            () => station.NewDevice(id, _folder["x"]));
        Assert.IsFalse(e.Message.Contains('\n'));
        Assert.IsFalse(Directory.Exists(_folder["x"]));
        Assert.AreEqual(0, station.Devices.Count);
    }

    [TestMethod]
    public void AFolderThatCannotBeWritten_LeavesNothingBehind()
    {
        using Station station = Station.Create(_folder["station"]);
        File.WriteAllText(_folder["file"], "");
        Assert.ThrowsExactly<ProvisioningException>(
            () => station.NewDevice("ward-12", _folder["file/ward-12"]));
        Assert.AreEqual(0, station.Devices.Count);
        station.NewDevice("ward-12", _folder["ward-12"]);
    }

    [TestMethod]
    public void ASecretOpenToOthers_IsRefused()
    {
        Station.Create(_folder["station"]).Dispose();
        File.SetUnixFileMode(_folder["station/master.key"], UnixFileMode.UserRead | UnixFileMode.GroupRead);
        ProvisioningException e = Assert.ThrowsExactly<ProvisioningException>(
            () => Station.Open(_folder["station"]));
        StringAssert.Contains(e.Message, "chmod 600");
    }

    [TestMethod]
    public void Certificates_SayWhatTheyAreForAndNoMore()
    {
        using Station station = Station.Create(_folder["station"]);
        station.NewDevice("ward-12", _folder["ward-12"]);
        station.NewBroker(_folder["broker"]);

        using var client = X509CertificateLoader.LoadCertificateFromFile(_folder["ward-12/cert.pem"]);
        using var server = X509CertificateLoader.LoadCertificateFromFile(_folder["broker/cert.pem"]);
        Assert.AreEqual("CN=ward-12", client.Subject);
        Assert.AreEqual("1.3.6.1.5.5.7.3.2", Usages(client));
        Assert.AreEqual("1.3.6.1.5.5.7.3.1", Usages(server));
        Assert.IsTrue(server.MatchesHostname("127.0.0.1"));
        Assert.IsTrue(server.MatchesHostname("localhost"));
        Assert.IsFalse(
            client.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority);
        using ECDsa key = client.GetECDsaPublicKey()!;
        Assert.AreEqual(
            "1.2.840.10045.3.1.7", key.ExportParameters(false).Curve.Oid.Value, "P-256, RFC 5480");
    }

    [TestMethod]
    public void Openssl_AcceptsTheCertificatesForTheirPurposeOnly()
    {
        if (!File.Exists("/usr/bin/openssl"))
        {
            Assert.Inconclusive("openssl is not installed");
        }

        using Station station = Station.Create(_folder["station"]);
        station.NewDevice("ward-12", _folder["ward-12"]);
        station.NewBroker(_folder["broker"]);
        Assert.AreEqual(0, Verify("sslclient", "ward-12"));
        Assert.AreEqual(0, Verify("sslserver", "broker"));
        Assert.AreNotEqual(0, Verify("sslserver", "ward-12"));
        Assert.AreNotEqual(0, Verify("sslclient", "broker"));
    }

    private static string Usages(X509Certificate2 certificate) => string.Join(
        ',', certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages
            .Cast<Oid>().Select(usage => usage.Value));

    private int Verify(string purpose, string folder)
    {
        using Process openssl = Process.Start(new ProcessStartInfo(
            "/usr/bin/openssl",
            [
                "verify", "-x509_strict", "-purpose", purpose, "-CAfile", _folder["station/ca.pem"],
                _folder[folder + "/cert.pem"],
            ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        openssl.WaitForExit();
        return openssl.ExitCode;
    }
}
