// Goal: through every fault of network, broker and backend nothing is lost, doubled or altered, and the
// uplink neither sticks nor spins. Method: FaultSite with one fault each; its count at the end is the oracle.
// docs/faults.md names the test for every fault.

using Pulsegate.Ingest;
using Pulsegate.Mosquitto;
using Pulsegate.Platform;
using Pulsegate.Provisioning;
using Pulsegate.Tests.EndToEnd;
using Pulsegate.Tests.Provisioning;
using Pulsegate.Uplink;

namespace Pulsegate.Tests.Trust;

[TestClass]
public sealed class TransportFaultTests
{
    private const int Seed = 5;
    private const int Sigstop = 19;
    private const int Sigcont = 18;

    [TestMethod]
    public void ConnectionReset_AgainAndAgain()
    {
        using var site = new FaultSite();
        for (int i = 0; i < 8; i++)
        {
            site.WaitForProgress();
            int accepted = site.Wire.AcceptedCount;
            site.Wire.Reset();

            // Acknowledgements that had come before are progress as well, but of no new connection.
            site.WaitFor(() => site.Wire.AcceptedCount > accepted, "a new connection");
        }

        site.Finish();
    }

    [TestMethod]
    public void CutInTheMiddleOfAPacket_AtAnyByte()
    {
        using var site = new FaultSite();
        var random = new Random(Seed);
        for (int i = 0; i < 12; i++)
        {
            site.WaitForProgress(2);
            int accepted = site.Wire.AcceptedCount;

            // Records are about 400 bytes: somewhere in one of the next, or, after the first cuts, in the
            // handshake.
            site.Wire.CutAfter(random.Next(1, i % 3 == 2 ? 300 : 2000));
            site.WaitFor(() => site.Wire.AcceptedCount > accepted, "a new connection");
        }

        site.Finish();
    }

    [TestMethod]
    public void TwoSecondsOfLatency_IsSlow_AndNothingElse()
    {
        using var site = new FaultSite();
        site.WaitForProgress();
        site.Wire.DelayMs = 2000 / FaultSite.Speed;
        site.Wire.Fault = WireFault.Late;
        site.WaitForProgress(10);
        site.Finish();
    }

    [TestMethod]
    public void ABrokerThatAcceptsAndStalls_IsLeft_AndFoundAgain()
    {
        using var site = new FaultSite();
        site.WaitForProgress();
        long connects = site.Uplink.Connects;
        site.Wire.Fault = WireFault.Stalled;
        site.WaitFor(() => site.Uplink.State != LinkState.Up, "leaving");
        FaultSite.Sleep(60);
        site.Wire.Fault = WireFault.None;
        site.WaitForProgress();
        Assert.IsGreaterThan(connects, site.Uplink.Connects);
        site.Finish();
    }

    [TestMethod]
    public void ABlackholeOfAMinute_EndsInBackoff_AndThenInTheDatabase()
    {
        using var site = new FaultSite();
        site.WaitForProgress();
        site.Wire.Fault = WireFault.Blackhole;
        FaultSite.Sleep(60);
        site.WaitFor(() => site.Uplink.State != LinkState.Up, "noticing");
        site.Finish();
    }

    [TestMethod]
    public void AHalfOpenConnection_IsLeft()
    {
        using var site = new FaultSite();
        site.WaitForProgress();
        site.Wire.Fault = WireFault.UpwardBlackhole;   // the broker still speaks, and hears nothing
        site.WaitFor(() => site.Uplink.State != LinkState.Up, "leaving");
        site.Wire.Reset();
        site.Wire.Fault = WireFault.None;
        site.WaitForProgress();
        site.Finish();
    }

    [TestMethod]
    public void RefusedForTenMinutes_TriesSeldom_AndComesBack()
    {
        using var site = new FaultSite();
        site.WaitForProgress();
        long attempts = site.Uplink.ConnectAttempts;
        site.Wire.Fault = WireFault.Refused;
        FaultSite.Sleep(120);
        long made = site.Uplink.ConnectAttempts - attempts;
        Assert.IsLessThanOrEqualTo(40, made, "attempts in two minutes");
        site.WaitFor(() => site.Uplink.ConnectAttempts - attempts >= 2, "trying again");
        site.Wire.Fault = WireFault.None;
        site.WaitForProgress();
        site.Finish();
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void RefusedForTenWholeMinutes_OfTheUplinksClock()
    {
        using var site = new FaultSite();
        site.WaitForProgress();
        site.Wire.Fault = WireFault.Refused;
        FaultSite.Sleep(600);
        site.Finish();
    }

    [TestMethod]
    public void BrokerStopped_AndContinued()
    {
        using var site = new FaultSite();
        site.WaitForProgress();
        NativeSignal.Send(site.Backend.Broker.ProcessId, Sigstop);
        try
        {
            site.WaitFor(() => site.Uplink.State != LinkState.Up, "noticing");
        }
        finally
        {
            NativeSignal.Send(site.Backend.Broker.ProcessId, Sigcont);
        }

        site.WaitForProgress();
        site.Finish();
    }

    [TestMethod]
    public void ABrokerThatForgetsEverything_IsNoLoss()
    {
        using var site = new FaultSite();
        site.WaitForProgress();
        site.StopIngest();
        long released = site.Uplink.Released;
        FaultSite.Sleep(20);   // the broker queues for the ingest's session
        site.Backend.Broker.Kill();
        foreach (string file in Directory.GetFiles(site.Backend.Configuration.Folder, "*.db*"))
        {
            File.Delete(file);
        }

        site.Backend.RestartBroker();
        site.StartIngest();
        site.WaitFor(() => site.Uplink.Released > released + 20, "going on");
        site.Finish();
    }

    [TestMethod]
    public void IngestKilledBetweenCommitAndAcknowledgement_NothingIsDoubled()
    {
        using var site = new FaultSite(hasIngest: false);
        using var ingestWire = new FaultyWire(site.Backend.Port);
        string settings = site.SaveSettings(site.Backend.Options with { BrokerPort = ingestWire.Port });
        for (int i = 0; i < 2; i++)
        {
            using (CommandProcess ingest = CommandProcess.Start("ingest", "--settings", settings))
            {
                site.WaitForProgress(3);

                // It hears and commits; nothing that it says arrives. The broker hands on no more than its
                // window without an answer, so that window is let fill first, while nothing is committed.
                NativeSignal.Send(ingest.ProcessId, Sigstop);
                FaultSite.Sleep(20);
                long committed = 0;
                site.WaitFor(() => (committed = site.CommittedCount) > 0, "the database");
                ingestWire.Fault = WireFault.UpwardBlackhole;
                NativeSignal.Send(ingest.ProcessId, Sigcont);
                site.WaitFor(() => site.CommittedCount > committed + 5, "commits without acknowledgement");
                ingest.Kill();
            }

            ingestWire.Reset();
            ingestWire.Fault = WireFault.None;
        }

        site.StartIngest();
        site.WaitForProgress();
        site.Finish();
    }

    [TestMethod]
    public void IngestStoppedAndContinued_IsOnlyLate()
    {
        using var site = new FaultSite(hasIngest: false);
        string settings = site.SaveSettings(site.Backend.Options);
        using (CommandProcess ingest = CommandProcess.Start("ingest", "--settings", settings))
        {
            site.WaitForProgress();
            NativeSignal.Send(ingest.ProcessId, Sigstop);
            FaultSite.Sleep(60);
            NativeSignal.Send(ingest.ProcessId, Sigcont);
            site.WaitForProgress();
            ingest.Kill();
        }

        site.StartIngest();
        site.Finish();
    }

    [TestMethod]
    public void AnotherServerInTheWay_GetsNothing()
    {
        using var site = new FaultSite();
        site.WaitForProgress();

        // Another authority's broker takes the address over: what connects must notice before it says
        // anything.
        using var impostor = new TestBackend();
        site.Backend.Broker.Kill();
        BrokerConfiguration configuration = impostor.Configuration with { Port = site.Backend.Port };
        using (MosquittoBroker broker = MosquittoBroker.Start(configuration))
        {
            site.WaitFor(() => site.Uplink.LastError.Contains("not trusted"), "refusing");
            long sent = site.Uplink.Sent;
            FaultSite.Sleep(30);
            Assert.AreEqual(sent, site.Uplink.Sent);
            Assert.AreNotEqual(LinkState.Up, site.Uplink.State);
        }

        site.Backend.RestartBroker();
        site.WaitForProgress();
        site.Finish();
    }

    [TestMethod]
    public void AStolenCertificate_ThrowsTheUnitOff_ButTakesNothingFromTheRecord()
    {
        using var site = new FaultSite();
        for (int i = 0; i < 3; i++)
        {
            site.WaitForProgress();
            long connects = site.Uplink.Connects;
            using TestClient thief = site.Backend.Connected("ward-0");
            site.WaitFor(() => site.Uplink.Connects > connects, "coming back");
        }

        site.Finish();
    }

    [TestMethod]
    public void TooLongAMessageFromTheBackend_IsDropped_AndTheNextAcknowledgementCounts()
    {
        using var site = new FaultSite();
        site.WaitForProgress();
        site.StopIngest();
        using (TestClient backend = site.Backend.Connected("ingest"))
        {
            // Again and again: a unit that is between two connections does not hear it.
            site.WaitFor(
                () =>
                {
                    backend.Publish("pg/1/ward-0/ack", new byte[LinkMessage.PayloadLengthMax + 1000]);
                    return site.Link.DroppedMessageCount > 0;
                },
                "dropping");
        }

        site.StartIngest();
        site.WaitForProgress();
        site.Finish();
    }
}
