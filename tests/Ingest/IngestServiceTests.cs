// Goal: what devices send is verified, stored once, acknowledged and readable; what is not theirs is not
// believed. Method: signed batches from the firmware's encoder, a real broker with TLS, a real database.

using System.Diagnostics;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Pulsegate.Batch;
using Pulsegate.Ingest;
using Pulsegate.Platform;
using Pulsegate.Tests.Provisioning;

namespace Pulsegate.Tests.Ingest;

public abstract class IngestServiceTests
{
    private TestBackend _backend = null!;
    private TestSink _sink = null!;

    private protected abstract TestSink NewSink();

    [TestInitialize]
    public void Prepare()
    {
        _sink = NewSink();
        _backend = new TestBackend(_sink);
    }

    [TestCleanup]
    public void Cleanup() => _backend?.Dispose();

    [TestMethod]
    public void ASignedBatch_IsStoredAndAcknowledged_AndReadableInPhysicalUnits()
    {
        using var device = new TestDevice(_backend, _backend.AddDevice("ward-a"));
        using IngestService ingest = IngestService.Start(_backend.Options);

        Assert.AreEqual(0, device.Send("vitals", device.Seal(1)));
        Acknowledgement ack = device.ReceiveAck();

        Assert.AreEqual(device.Epoch, ack.Epoch);
        Assert.AreEqual(1, ack.Cumulative);
        Assert.AreEqual(0, ack.RangeCount);
        Assert.AreEqual(10, _backend.Scalar("select count(*) from reading"));
        Assert.AreEqual(
            1,
            _backend.Scalar(
                "select count(*) from reading where pulse_per_minute = 70.3 and spo2_percent = 97.0 "
                + "and spo2_status = 'Uncalibrated' and temperature_celsius is null "
                + "and temperature_status = 'SensorFault'"));
        IngestStatistics statistics = ingest.GetStatistics();
        Assert.IsTrue(statistics.IsConnected);
        Assert.AreEqual(1, statistics.Committed);
        Assert.AreEqual(10, statistics.ReadingsCommitted);
        Assert.AreEqual("ward-a", statistics.Devices.Single().Device);
        Assert.AreEqual(710, statistics.Devices.Single().LastReading!.Values[1]);
    }

    // A few are committed as they come, all that come beyond them at once: at most 17 groups in 20 ms.
    [TestMethod]
    public void WhatComesInABurst_SharesCommitsAndAcknowledgements()
    {
        const int Count = 200;
        using var device = new TestDevice(_backend, _backend.AddDevice("ward-a"));
        byte[][] batches = [.. Enumerable.Range(1, Count).Select(s => device.Seal(s))];
        using IngestService ingest = IngestService.Start(_backend.Options);
        var elapsed = Stopwatch.StartNew();
        foreach (byte[] batch in batches)
        {
            device.Send("vitals", batch);
        }

        Assert.AreEqual(Count, device.WaitForAck(Count).Cumulative);
        long intervals = (elapsed.ElapsedMilliseconds / IngestService.GroupIntervalMs) + 1;
        long groupsMax = intervals * (IngestService.PromptCountMax + 1);
        IngestStatistics statistics = ingest.GetStatistics();
        Assert.AreEqual(Count, statistics.Committed);
        Assert.IsLessThanOrEqualTo(groupsMax, statistics.Acknowledgements);
    }

    [TestMethod]
    public void ASlowDatabase_IsWaitedFor_AndHasEverythingOnce()
    {
        const int Count = 60;
        _sink.Open().Dispose();   // the schema
        _sink.Execute(_sink.SlowTrigger);
        using var device = new TestDevice(_backend, _backend.AddDevice("ward-a"));
        byte[][] batches = [.. Enumerable.Range(1, Count).Select(s => device.Seal(s))];
        using IngestService ingest = IngestService.Start(_backend.Options);
        foreach (byte[] batch in batches)
        {
            device.Send("vitals", batch);
            IngestStatistics totals = ingest.GetTotals();
            Assert.IsLessThanOrEqualTo((long)IngestService.WaitingCountMax, totals.Waiting);
        }

        Assert.AreEqual(Count, device.WaitForAck(Count).Cumulative);
        Assert.AreEqual(Count, _backend.Scalar("select count(*) from record"));
        IngestStatistics statistics = ingest.GetStatistics();
        Assert.AreEqual(Count, statistics.Committed);
        Assert.AreEqual("", statistics.LastError);
    }

    [TestMethod]
    public void DuplicatesAndGaps_AreAcknowledgedAsTheyAre()
    {
        using var device = new TestDevice(_backend, _backend.AddDevice("ward-a"));
        using IngestService ingest = IngestService.Start(_backend.Options);
        byte[][] batches = [.. Enumerable.Range(1, 4).Select(s => device.Seal(s))];

        device.Send("vitals", batches[0]);
        Assert.AreEqual(1, device.ReceiveAck().Cumulative);
        device.Send("vitals", batches[3]);
        Acknowledgement gap = device.ReceiveAck();
        Assert.AreEqual(1, gap.Cumulative);
        Assert.AreEqual(1, gap.RangeCount);
        Assert.AreEqual(4, gap.RangeFirst[0]);
        Assert.AreEqual(4, gap.RangeLast[0]);
        device.Send("vitals", batches[3]);
        Assert.AreEqual(1, device.ReceiveAck().Cumulative);
        device.Send("vitals", batches[1]);
        device.Send("vitals", batches[2]);

        Assert.AreEqual(4, device.WaitForAck(4).Cumulative);
        Assert.AreEqual(1, ingest.GetStatistics().Duplicates);
        Assert.AreEqual(4, _backend.Scalar("select count(*) from record"));
        Assert.AreEqual(0, _backend.Scalar("select chain_breaks from device_state"));
    }

    [TestMethod]
    public void AnythingForged_IsQuarantined_AndNotAcknowledged()
    {
        using var device = new TestDevice(_backend, _backend.AddDevice("ward-a"));
        using var other = new TestDevice(_backend, _backend.AddDevice("ward-b"));
        using IngestService ingest = IngestService.Start(_backend.Options);
        byte[] good = device.Seal(1);
        byte[] flipped = [.. good];
        flipped[^1] = flipped[^1] == (byte)'A' ? (byte)'E' : (byte)'A';

        other.Send("vitals", good);            // another device's batch under its own topic
        device.Send("alarm", good);            // the right device, the wrong kind
        device.Send("vitals", flipped);
        device.Send("vitals", [0, 1, 2]);
        device.Send("vitals", good);

        Assert.AreEqual(1, device.ReceiveAck().Cumulative);
        Assert.IsFalse(device.HasAck);
        Assert.IsFalse(other.HasAck);
        Assert.AreEqual(4, _backend.Scalar("select count(*) from quarantine where conflict = 0"));
        Assert.AreEqual(4, ingest.GetStatistics().Unverifiable);
        Assert.AreEqual(1, _backend.Scalar("select count(*) from record"));
    }

    [TestMethod]
    public void ARestoredDeviceThatSealsAnIdentityAgain_IsAConflict_InQuarantine()
    {
        using var device = new TestDevice(_backend, _backend.AddDevice("ward-a"));
        using var other = new TestDevice(_backend, _backend.AddDevice("ward-b"));
        var problems = new List<string>();
        using IngestService ingest = IngestService.Start(_backend.Options, problems.Add);
        device.Send("vitals", device.Seal(1));
        device.ReceiveAck();

        device.Send("vitals", device.Seal(1));   // the same identity after another predecessor: another MAC
        device.Send("vitals", device.Seal(1));   // and another one
        device.Send("vitals", device.Seal(2));
        other.Send("vitals", other.Seal(1));
        other.ReceiveAck();

        Assert.IsFalse(device.HasAck, "what the one has sealed must not release what the other keeps");
        Assert.AreEqual(2, ingest.GetStatistics().Conflicts);
        Assert.AreEqual(2, _backend.Scalar("select count(*) from quarantine where conflict = 1"));
        Assert.HasCount(1, problems);
        StringAssert.Contains(problems[0], "provision rotate ward-a --new-store");
    }

    [TestMethod]
    public void ATombstoneAndATimeAnchorOfTheFirmware_AreActedOn()
    {
        using var device = new TestDevice(_backend, _backend.AddDevice("ward-a"));
        using IngestService ingest = IngestService.Start(_backend.Options);
        device.Send("vitals", device.Seal(1, TimeQuality.Unsynced));
        device.Send("event", device.Seal(
            RecordKind.Tombstone, 5, 50_000,
            writer => RecordBody.WriteTombstone(
                writer, 2, 4, 30, TombstoneReason.Full, new byte[8], new byte[8])));
        Assert.AreEqual(5, device.WaitForAck(5).Cumulative);
        Assert.AreEqual(0, _backend.Scalar("select count(*) from reading where utc is not null"));

        device.Send("event", device.Seal(
            RecordKind.Event, 6, 60_000,
            writer => RecordBody.WriteTimeAnchor(writer, 61_000, 1_700_000_060_000)));
        device.WaitForAck(6);

        // Batch 1 begins at 11 000 ms, 50 s before the anchor.
        Assert.AreEqual(
            1, _backend.Scalar("select count(*) from reading where utc = '2023-11-14T22:13:30.000Z'"));
        Assert.AreEqual(10, _backend.Scalar("select count(*) from reading where utc_source = 'anchor'"));
        Assert.AreEqual(
            1, _backend.Scalar(
                "select count(*) from declared where first = 2 and last = 4 and reading_count = 30"));
        Assert.AreEqual(3, ingest.GetStatistics().Devices.Single().DeclaredCount);
    }

    [TestMethod]
    public void HealthStatusAndLive_AreVerifiedAndShown_AndNeitherStoredNorAcknowledged()
    {
        using var device = new TestDevice(_backend, _backend.AddDevice("ward-a"));
        using IngestService ingest = IngestService.Start(_backend.Options);
        byte[] status = device.Sign(
            RecordKind.Status, writer => RecordBody.WriteStatus(writer, true, "0.1.0"));
        device.Send("status", status);
        device.Send("health", device.Sign(RecordKind.Health, writer =>
        {
            RecordBody.WriteCounters(writer, 2);
            RecordBody.WriteCounter(writer, "a", 1);
            RecordBody.WriteCounter(writer, "bb", 2);
        }));
        device.Send("health", status);   // the wrong kind for its topic
        device.Send("live", [1]);

        TestBackend.WaitFor(() => ingest.GetStatistics() is { Unverifiable: 2 });
        Assert.AreEqual(
            1, _backend.Scalar("select count(*) from device_message where fields ->> 'firmware' = '0.1.0'"));
        Assert.AreEqual(1,
            _backend.Scalar("select count(*) from device_message where cast(fields ->> 'bb' as bigint) = 2"));
        Assert.AreEqual(0, _backend.Scalar("select count(*) from record"));
        Assert.IsFalse(device.HasAck);
        Assert.AreNotEqual(default, ingest.GetStatistics().Devices.Single().LastSeenUtc);
    }
}
