// Goal: keys and certificates are renewed without a visit, and whatever certificate is sent, the unit is
// still there. Method: station, broker (mosquitto with TLS), ingest, gateway and the command line as
// processes of their own; certificates that are expired, of another device, of another authority, and
// garbage.

using System.Security.Cryptography;
using Pulsegate.Commands;
using Pulsegate.Ingest.Format;
using Pulsegate.Provisioning;
using Pulsegate.Tests.EndToEnd;

namespace Pulsegate.Tests.Trust;

[TestClass]
public sealed class RenewalTests
{
    private const string Device = SmallSite.Device;
    private const string CountSql = "select count(*) from record";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(180);

    [TestMethod]
    public void NewKeysOverTheAir_AreUsedOnceTheIngestHasThem()
    {
        using var site = new SmallSite();
        Operator(site);
        using CommandProcess gateway = site.StartGateway();
        using (CommandProcess ingest = site.StartIngest())
        {
            site.WaitUntilAbove(CountSql, 0, Limit);
            StringAssert.Contains(
                Run(0, "provision", "rotate", Device, "--station", site.PathOf("station"), "--order",
                    site.PathOf("keys.json")),
                "wrapped");
            AssertHoldsNoKey(site);
            Assert.AreEqual(1, Command(site, "rotate-keys", "keys.json", "5").ExitCode,
                "the ingest has not got them yet");
            site.WaitUntilAbove(
                "select count(*) from record where fields ->> 'note' = 'rotate-keys: staged'", 0, Limit);
            site.WaitUntilAbove(CountSql, site.Query(CountSql), Limit);
            Assert.AreEqual(1, site.Query("select max(key_version) from record"));
            ingest.Terminate(Limit);
        }

        Run(0, "provision", "keyring", "--station", site.PathOf("station"), "--out",
            site.PathOf("keyring.json"));
        using CommandProcess next = site.StartIngest();
        site.WaitUntilAbove("select max(key_version) from record", 1, Limit);
        site.WaitUntilAbove(
            "select count(*) from record where fields ->> 'note' = 'rotate-keys: done'", 0, Limit);
        (int exitCode, string output, _) = Command(site, "rotate-keys", "keys.json", "120");
        StringAssert.Contains(output, "refused: version must be 3 to 255", "a downgrade");
        StringAssert.Contains(output, "has key version 2 already");
        Assert.AreEqual(0, exitCode, "sent again, and nothing is left to do");

        gateway.Terminate(Limit);
        using CommandProcess again = site.StartGateway();
        site.WaitUntilAbove("select count(distinct boot_id) from record where key_version = 2", 1, Limit);
        Assert.AreEqual(0, again.Terminate(Limit), again.Error);
        Assert.AreEqual(0, site.Query("select count(*) from quarantine"));
        Assert.AreEqual(0, site.Query("select sum(chain_breaks + conflict_count) from device_state"));
    }

    [TestMethod]
    public void ANewCertificate_IsUsed_AndAWrongOne_GivesWayToIt()
    {
        using var site = new SmallSite();
        Operator(site);
        using CommandProcess gateway = site.StartGateway();
        using CommandProcess ingest = site.StartIngest();
        site.WaitUntilAbove(CountSql, 0, Limit);
        string provisioned = File.ReadAllText(site.PathOf("unit/cert.pem"));
        Assert.AreEqual(provisioned, InUse(site));

        Run(0, "provision", "renew", Device, "--station", site.PathOf("station"), "--order",
            site.PathOf("new.json"));
        (int exitCode, string output, string error) = Command(site, "renew-certificate", "new.json", "120");
        Assert.AreEqual(0, exitCode, output + error);
        StringAssert.Contains(output, "renew-certificate: done");
        string renewed = InUse(site);
        Assert.AreNotEqual(provisioned, renewed);

        foreach ((string name, byte[] der) in Wrong(site))
        {
            Save(site, name, new CommandOrder(CommandCode.RenewCertificate, [30_000], der));
            (exitCode, output, error) = Command(site, "renew-certificate", name, "120");
            Assert.AreEqual(1, exitCode, name + output + error);
            StringAssert.Contains(output, "renew-certificate: failed, the old one is back", name);
            Assert.AreEqual(renewed, InUse(site), name);
        }

        Save(site, "ca", new CommandOrder(CommandCode.SetAuthorities, [], OtherAuthority()));
        (_, output, error) = Command(site, "set-authorities", "ca", "120");
        StringAssert.Contains(output, "set-authorities: failed, the old one is back: TLS", error);

        long count = site.Query(CountSql);
        site.WaitUntilAbove(CountSql, count, Limit);
        Assert.AreEqual(0, gateway.Terminate(Limit), gateway.Error);
        Assert.AreEqual(0, site.Query("select count(*) from quarantine"));
        Assert.AreEqual(0, site.Query("select sum(chain_breaks + conflict_count) from device_state"));
        using CommandProcess again = site.StartGateway();
        site.WaitUntilAbove("select max(boot_id) from record", 1, Limit);
        Assert.AreEqual(renewed, InUse(site), "kept over a restart");
    }

    // The authority changes while the unit is in the field: both are trusted, the broker changes, one is
    // left.
    [TestMethod]
    public void AnotherAuthority_OverlapsWithTheOldOne()
    {
        using var site = new SmallSite();
        Operator(site);
        using CommandProcess gateway = site.StartGateway();
        using CommandProcess ingest = site.StartIngest();
        site.WaitUntilAbove(CountSql, 0, Limit);
        byte[] old = Der(File.ReadAllText(site.PathOf("unit/ca.pem")));
        Save(site, "both", new CommandOrder(CommandCode.SetAuthorities, [], [.. old, .. OtherAuthority()]));
        (int exitCode, string output, string error) = Command(site, "set-authorities", "both", "120");
        Assert.AreEqual(0, exitCode, output + error);
        Assert.AreEqual(
            2, File.ReadAllText(site.PathOf("flash/tls/ca.pem")).Split("BEGIN CERTIFICATE").Length - 1);
        long count = site.Query(CountSql);
        site.WaitUntilAbove(CountSql, count, Limit);
        Assert.AreEqual(0, gateway.Terminate(Limit), gateway.Error);
    }

    private static IEnumerable<(string Name, byte[] Der)> Wrong(SmallSite site)
    {
        using var station = Station.Open(site.PathOf("station"));
        byte[] publicKey = station.Devices[0].PublicKey!;
        DateTimeOffset now = DateTimeOffset.UtcNow;
        yield return ("expired", station.Authority.RenewClient(
            Device, publicKey, now.AddDays(-9), now.AddDays(-2)).CertificateDer);
        yield return ("of another device", station.Authority.IssueClient(
            "bed-2", now.AddDays(-1), now.AddDays(9)).CertificateDer);
        yield return ("with another name", station.Authority.RenewClient(
            "bed-2", publicKey, now.AddDays(-1), now.AddDays(9)).CertificateDer);
        using var other = CertificateAuthority.Create("Other", now.AddDays(-1), now.AddDays(9));
        yield return ("of another authority", other.RenewClient(
            Device, publicKey, now.AddDays(-1), now.AddDays(9)).CertificateDer);
        yield return ("garbage", [0x30, 0x82, 0x01, 0x00, .. RandomNumberGenerator.GetBytes(256)]);
    }

    private static byte[] OtherAuthority()
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using var other =
            CertificateAuthority.Create("Pulsegate station 2", now.AddDays(-1), now.AddYears(9));
        return Der(other.CertificatePem);
    }

    private static byte[] Der(string pem) => Convert.FromBase64String(pem[PemEncoding.Find(pem).Base64Data]);

    private static string InUse(SmallSite site) => File.ReadAllText(site.PathOf("flash/tls/cert.pem"));

    private static void Save(SmallSite site, string name, CommandOrder order)
        => File.WriteAllBytes(site.PathOf(name), order.ToFile(Device));

    private static void Operator(SmallSite site)
    {
        using var station = Station.Open(site.PathOf("station"));
        station.NewBackend("ingest-operator", site.PathOf("operator"));
    }

    private static (int ExitCode, string Output, string Error) Command(
        SmallSite site, string name, string file, string wait)
        => CommandProcess.Run(
            Limit, "command", Device, name, site.PathOf(file), "--settings", site.PathOf("ingest.json"),
            "--operator", site.PathOf("operator"), "--wait", wait);

    private static string Run(int expected, params string[] arguments)
    {
        (int exitCode, string output, string error) = CommandProcess.Run(Limit, arguments);
        Assert.AreEqual(expected, exitCode, error);
        return output;
    }

    private static void AssertHoldsNoKey(SmallSite site)
    {
        byte[] order = CommandOrder.Load(site.PathOf("keys.json"), "rotate-keys", Device).Content!;
        byte[] master = Convert.FromBase64String(File.ReadAllText(site.PathOf("station/master.key")).Trim());
        DeviceKeys next = DeviceKeys.Derive(master, Device, 2);
        foreach (byte[] key in new[] { next.UpKey, next.DownKey, next.WrapKey })
        {
            Assert.AreEqual(-1, order.AsSpan().IndexOf(key), "a key in clear");
        }

        Assert.IsFalse(
            File.ReadAllText(site.PathOf("keyring.json")).Contains(Convert.ToBase64String(next.WrapKey)));
    }
}
