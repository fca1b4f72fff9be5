// Goal: what one unit survives, twenty survive together on one broker and one ingest. Method: FaultSite with
// twenty units; every fault of docs/faults.md in turn on the wire, the broker and the ingest that they share,
// and strangers at the door meanwhile; its count at the end is the oracle.

using Pulsegate.Mosquitto;
using Pulsegate.Platform;
using Pulsegate.Provisioning;
using Pulsegate.Tests.EndToEnd;
using Pulsegate.Tests.Provisioning;

namespace Pulsegate.Tests.Trust;

[TestClass]
public sealed class TwentyUnitFaultTests
{
    private const int UnitCount = 20;
    private const int Sigstop = 19;
    private const int Sigcont = 18;
    private const int NotAuthorised = 0x87;    // MQTT 5, 3.4.2.1
    private const int PacketTooLarge = 0x95;

    [TestMethod]
    public void BrokerKilled_UnderTwentyUnits()
    {
        using var site = new FaultSite(UnitCount);
        site.WaitForProgress();
        KillBroker(site);
        site.WaitForProgress(1);
        site.Finish();
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void EveryFaultOfTheWire_UnderTwentyUnits()
    {
        using var site = new FaultSite(UnitCount);
        foreach ((WireFault fault, int seconds) in new[]
        {
            (WireFault.Late, 60), (WireFault.Stalled, 90), (WireFault.Blackhole, 60),
            (WireFault.UpwardBlackhole, 120),
            (WireFault.Refused, 600),
        })
        {
            site.WaitForProgress(1);
            site.Wire.DelayMs = 2000 / FaultSite.Speed;
            site.Wire.Fault = fault;
            FaultSite.Sleep(seconds);
            site.Wire.Fault = WireFault.None;
        }

        var random = new Random(7);
        for (int i = 0; i < 6; i++)
        {
            site.WaitForProgress(1);
            int accepted = site.Wire.AcceptedCount;
            // of what all of them send: everything is cut at that byte
            site.Wire.CutAfter(random.Next(1, 20_000));
            site.WaitFor(() => site.Wire.AcceptedCount > accepted, "new connections");
            site.WaitForProgress(1);
            site.Wire.Reset();
        }

        site.WaitForProgress(1);
        site.Finish();
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void EveryFaultOfBrokerAndIngest_UnderTwentyUnits()
    {
        using var site = new FaultSite(UnitCount, hasIngest: false);
        using var ingestWire = new FaultyWire(site.Backend.Port);
        string settings = site.SaveSettings(site.Backend.Options with { BrokerPort = ingestWire.Port });
        using (CommandProcess ingest = CommandProcess.Start("ingest", "--settings", settings))
        {
            site.WaitForProgress(1);
            Pause(site.Backend.Broker.ProcessId, 90);
            site.WaitForProgress(1);
            Pause(ingest.ProcessId, 60);
            site.WaitForProgress(1);
            KillBroker(site);
            site.WaitForProgress(1);

            // It hears and commits; nothing that it says arrives. The broker hands on no more than its window
            // without an answer, so that window is let fill first.
            NativeSignal.Send(ingest.ProcessId, Sigstop);
            FaultSite.Sleep(20);
            long committed = site.CommittedCount;
            ingestWire.Fault = WireFault.UpwardBlackhole;
            NativeSignal.Send(ingest.ProcessId, Sigcont);
            site.WaitFor(() => site.CommittedCount > committed, "commits without acknowledgement");
            ingest.Kill();
        }

        FaultSite.Sleep(20);   // the broker queues for the ingest's session
        KillBroker(site, doesForget: true);
        site.StartIngest();
        site.WaitForProgress(1);
        site.Finish();
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void StrangersAtTheDoor_UnderTwentyUnits()
    {
        using var site = new FaultSite(UnitCount);
        site.WaitForProgress(1);
        (string Folder, string Expected)[] strangers = MakeStrangers(site.Backend);
        // SIGHUP: the list of the revoked is read, in a while
        NativeSignal.Send(site.Backend.Broker.ProcessId, 1);
        site.WaitFor(() => IsRefused(site.Backend, strangers[0].Folder), "refusing the revoked");
        for (int round = 0; round < 5; round++)
        {
            foreach ((string folder, string expected) in strangers)
            {
                using TestClient stranger = site.Backend.Client(folder, clientId: "ward-3");
                StringAssert.Contains(stranger.Connect(), expected, folder);
            }

            using (TestClient foreign = site.Backend.Client("guest", clientId: "ward-3"))
            {
                Assert.AreEqual("", foreign.Connect());
                Assert.AreEqual(NotAuthorised, foreign.Publish("pg/1/ward-3/vitals", 1));
                Assert.AreEqual(NotAuthorised, foreign.Publish("pg/1/ward-3/ack", 1));
                Assert.AreEqual(PacketTooLarge, foreign.Publish("pg/1/guest/vitals", new byte[5000]));
            }

            // that unit's own certificate, stolen
            using TestClient thief = site.Backend.Connected($"ward-{round}");
            site.WaitForProgress(1);
        }

        // Another authority's broker takes the address over.
        using var impostor = new TestBackend();
        site.Backend.Broker.Kill();
        using (MosquittoBroker.Start(impostor.Configuration with { Port = site.Backend.Port }))
        {
            site.WaitFor(() => site.Uplink.LastError.Contains("not trusted"), "refusing");
            long sent = site.Uplink.Sent;
            FaultSite.Sleep(60);
            Assert.AreEqual(sent, site.Uplink.Sent);
            Assert.AreNotEqual(LinkState.Up, site.Uplink.State);
        }

        site.Backend.RestartBroker();
        site.WaitForProgress(1);
        site.Finish();
    }

    private static bool IsRefused(TestBackend backend, string folder)
    {
        using TestClient stranger = backend.Client(folder, clientId: "ward-3");
        return stranger.Connect().Length > 0;
    }

    // Certificates that must not get in, and why not in the broker's word.
    private static (string Folder, string Expected)[] MakeStrangers(TestBackend backend)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        backend.AddDevice("guest");
        backend.AddDevice("gone");
        backend.Station.Revoke("gone");
        backend.Station.SaveRevocationList(
            Path.Combine(backend.Configuration.Folder, BrokerConfiguration.RevocationFile));
        backend.Station.Authority.IssueClient("ward-3", now.AddHours(-20), now.AddMinutes(-1))
            .Save(backend.Folder["expired"]);
        using var other = CertificateAuthority.Create("Pulsegate station", now.AddDays(-1), now.AddDays(1));
        other.IssueClient("ward-3", now.AddDays(-1), now.AddHours(1)).Save(backend.Folder["other-ca"]);
        return [("gone", "TLS"), ("expired", "TLS"), ("other-ca", "TLS"), ("broker", "TLS")];
    }

    private static void KillBroker(FaultSite site, bool doesForget = false)
    {
        site.Backend.Broker.Kill();
        if (doesForget)
        {
            foreach (string file in Directory.GetFiles(site.Backend.Configuration.Folder, "*.db*"))
            {
                File.Delete(file);
            }
        }

        site.Backend.RestartBroker();
    }

    private static void Pause(int processId, int uplinkSeconds)
    {
        NativeSignal.Send(processId, Sigstop);
        FaultSite.Sleep(uplinkSeconds);
        NativeSignal.Send(processId, Sigcont);
    }
}
