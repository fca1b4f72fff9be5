// Goal: whatever answers in the broker's place, the uplink ends in its backoff, gives nothing away, and finds
// the broker again. Method: FaultSite, its wire led to a HostileServer for most of a minute of the uplink's
// clock.

using System.Security.Cryptography.X509Certificates;
using Pulsegate.Platform;
using Pulsegate.Provisioning;

namespace Pulsegate.Tests.Trust;

[TestClass]
public sealed class HostileServerTests
{
    private const int Seconds = 50;
    // with waits that double from a second; then the server, if it stalls, holds it up
    private const int AttemptsMax = 20;

    [TestMethod]
    [DataRow(Hostility.SilentFromTheStart)]
    [DataRow(Hostility.WebPage)]
    [DataRow(Hostility.Noise)]
    [DataRow(Hostility.SilentAfterTls)]
    [DataRow(Hostility.WebPageBehindTls)]
    [DataRow(Hostility.SilentAfterConnect)]
    [DataRow(Hostility.SilentAfterSubscribe)]
    [DataRow(Hostility.ClosesAfterConnect)]
    public void InTheBrokersPlace_WithItsOwnKey_OnlyCostsTime(object hostility)
    {
        using var site = new FaultSite();
        using X509Certificate2 certificate = BrokersOwn(site);
        RunAgainst(site, (Hostility)hostility, certificate);
    }

    // As a captive portal has one: valid by itself, of an authority that is not ours.
    [TestMethod]
    public void ACaptivePortalWithACertificateOfItsOwn_IsToldNothing()
    {
        using var site = new FaultSite();
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using var authority = CertificateAuthority.Create("portal", now.AddDays(-1), now.AddDays(1));
        authority.IssueServer("127.0.0.1", now.AddDays(-1), now.AddDays(1))
            .Save(site.Backend.Folder["portal"]);
        using X509Certificate2 certificate = Load(site.Backend.Folder["portal"]);
        RunAgainst(site, Hostility.SilentAfterSubscribe, certificate, "not trusted");
    }

    // The time against the server; in it the link must say this.
    private static void RunAgainst(
        FaultSite site, Hostility hostility, X509Certificate2 certificate, string error = "")
    {
        site.WaitForProgress();
        long attempts = site.Uplink.ConnectAttempts;
        using (var server = new HostileServer(hostility, certificate))
        {
            site.Wire.Target = server.Port;
            site.Wire.Reset();
            FaultSite.Sleep(Seconds);
            site.WaitFor(() => server.AcceptedCount > 1, "a second attempt");
            long made = site.Uplink.ConnectAttempts - attempts;
            Assert.IsTrue(made is >= 1 and <= AttemptsMax, $"{made} attempts in {Seconds} s");
            site.WaitFor(() => site.Uplink.LastError.Contains(error), "saying " + error);
            Console.WriteLine($"{hostility}: {made} attempts; {site.Uplink.LastError}");
        }

        site.Wire.Target = site.Backend.Port;
        site.Wire.Reset();
        site.WaitForProgress();
        site.WaitFor(() => site.Uplink.State == LinkState.Up, "being up");
        site.Finish();
    }

    private static X509Certificate2 BrokersOwn(FaultSite site) => Load(site.Backend.Configuration.Folder);

    private static X509Certificate2 Load(string folder) => X509Certificate2.CreateFromPemFile(
        Path.Combine(folder, IssuedCertificate.CertificateFile),
        Path.Combine(folder, IssuedCertificate.KeyFile));
}
