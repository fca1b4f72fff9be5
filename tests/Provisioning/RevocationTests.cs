// Goal: a revoked device is out, everybody else stays in. Method: a real mosquitto with the list that the
// station writes; the list itself read back with openssl.

using System.Diagnostics;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Pulsegate.Ingest;
using Pulsegate.Provisioning;

namespace Pulsegate.Tests.Provisioning;

[TestClass]
public sealed class RevocationTests
{
    [TestMethod]
    public void ARevokedDevice_IsRefused_AndTheOthersAreNot()
    {
        using var backend = new TestBackend();
        backend.AddDevice("ward-a");
        backend.AddDevice("ward-b");
        using (TestClient before = backend.Connected("ward-a"))
        {
            Assert.IsFalse(before.HasEnded);
        }

        Revoke(backend, "ward-a");
        backend.RestartBroker();

        using TestClient revoked = backend.Client("ward-a");
        StringAssert.Contains(revoked.Connect(), "TLS");
        using TestClient other = backend.Connected("ward-b");
        using TestClient ingest = backend.Connected("ingest");
    }

    [TestMethod]
    public void AHangupSignal_IsEnoughToRefuseNewConnections()
    {
        using var backend = new TestBackend();
        backend.AddDevice("ward-a");
        using (TestClient before = backend.Connected("ward-a"))
        {
            Assert.IsFalse(before.HasEnded);
        }

        Revoke(backend, "ward-a");
        using (Process kill = Process.Start("kill", ["-HUP", backend.Broker.ProcessId.ToString()]))
        {
            kill.WaitForExit();
        }

        string reason = "";
        TestBackend.WaitFor(() =>
        {
            using TestClient revoked = backend.Client("ward-a");
            reason = revoked.Connect();
            return reason.Length > 0;
        });
        StringAssert.Contains(reason, "TLS");
    }

    [TestMethod]
    public void TheCertificateOfBeforeARotation_IsRevokedToo()
    {
        using var backend = new TestBackend();
        backend.AddDevice("ward-a");
        backend.Station.Rotate("ward-a", backend.Folder["ward-a-next"]);
        using (TestClient rotated = backend.Connected("ward-a-next"))
        {
            Assert.IsFalse(rotated.HasEnded);
        }

        Revoke(backend, "ward-a");
        backend.RestartBroker();

        using TestClient old = backend.Client("ward-a");
        StringAssert.Contains(old.Connect(), "TLS");
        using TestClient current = backend.Client("ward-a-next");
        StringAssert.Contains(current.Connect(), "TLS");
    }

    [TestMethod]
    public void Revoking_IsRemembered_AndTakesTheKeysOutOfTheKeyring()
    {
        using var backend = new TestBackend();
        backend.AddDevice("ward-a");
        backend.AddDevice("ward-b");
        backend.Station.Revoke("ward-a");
        using Station reopened = Station.Open(backend.Folder["station"]);
        reopened.ExportKeyring(backend.Folder["keyring.json"]);

        KeyringFile keyring = KeyringFile.Load(backend.Folder["keyring.json"]);
        Assert.IsFalse(keyring.TryGetUpKey("ward-a", 1, out _));
        Assert.IsTrue(keyring.TryGetUpKey("ward-b", 1, out _));
        Assert.ThrowsExactly<ProvisioningException>(() => reopened.Rotate("ward-a", backend.Folder["again"]));
        Assert.ThrowsExactly<ProvisioningException>(
            () => reopened.NewDevice("ward-a", backend.Folder["again"]));
        Assert.ThrowsExactly<ProvisioningException>(() => reopened.Revoke("ward-z"));
    }

    [TestMethod]
    public void TheList_IsWhatOpensslReads()
    {
        using var backend = new TestBackend();
        backend.AddDevice("ward-a");
        Revoke(backend, "ward-a");
        string serial = backend.Station.Devices.Single().CertificateSerial;

        using Process openssl = Process.Start(new ProcessStartInfo(
            "openssl",
            ["crl", "-in", backend.Folder["broker/crl.pem"], "-CAfile", backend.CaFile, "-noout", "-text"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        string text = openssl.StandardOutput.ReadToEnd();
        string said = openssl.StandardError.ReadToEnd();
        openssl.WaitForExit();

        StringAssert.Contains(said, "verify OK");
        StringAssert.Contains(text, serial);
        StringAssert.Contains(text, "CRL Number");
    }

    private static void Revoke(TestBackend backend, string device)
    {
        backend.Station.Revoke(device);
        backend.Station.SaveRevocationList(backend.Folder["broker/crl.pem"]);
    }
}
