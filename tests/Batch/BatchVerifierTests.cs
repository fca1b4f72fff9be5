// Goal: nothing passes the backend's door but what the device of that topic signed, in the documented form.
// Method: one good message, changed in one way at a time; then every byte flipped; then fuzz, with the
// signature made right so that the decoder behind it is reached.

using System.Text;
using Pulsegate.Batch;
using Pulsegate.Ingest.Format;
using Pulsegate.Platform;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Batch;

[TestClass]
public sealed class BatchVerifierTests
{
    private const string Header =
        "{\"alg\":\"HS256\",\"kid\":\"pg-0001.1\",\"typ\":\"pulsegate+jws\",\"cty\":\"application/cbor\"}";

    [TestMethod]
    public void GoodBatch_GivesItsHeader()
    {
        byte[] text = BatchSample.Vitals(BatchSample.Encoder(1, 60));
        VerifiedRecord record = BatchSample.Verify(text, "vitals");
        Assert.AreEqual(TestKeys.Device, record.Device);
        Assert.AreEqual(1, record.KeyVersion);
        Assert.AreEqual(0xF123456700000001, record.Epoch);
        Assert.AreEqual(7, record.Sequence);
        Assert.AreEqual(3u, record.BootId);
        Assert.AreEqual(RecordKind.Vitals, record.Kind);
        Assert.AreEqual(5000, record.MonotonicMs);
        Assert.AreEqual(2, record.TimeQuality);
        Assert.AreEqual(BatchSample.UtcMs, record.UtcMs);
        CollectionAssert.AreEqual(new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 }, record.PreviousMac);
        Assert.HasCount(60, record.Readings);
        CollectionAssert.AreEqual(text, record.Text);
    }

    [TestMethod]
    public void EveryFlippedBit_AndEveryCut_IsRefused()
    {
        byte[] text = BatchSample.Vitals(BatchSample.Encoder(1, 60));
        for (int i = 0; i < text.Length; i++)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                text[i] ^= (byte)(1 << bit);
                Assert.IsFalse(BatchSample.TryVerify(text, "vitals", out _, out string reason),
                    $"byte {i} bit {bit}");
                Assert.IsGreaterThan(0, reason.Length);
                text[i] ^= (byte)(1 << bit);
            }

            Assert.IsFalse(BatchSample.TryVerify(text[..i], "vitals", out _, out _), $"cut at {i}");
        }
    }

    [TestMethod]
    [DataRow("{'alg':'none','kid':'pg-0001.1','typ':'pulsegate+jws','cty':'application/cbor'}", "algorithm")]
    [DataRow("{'alg':'HS512','kid':'pg-0001.1','typ':'pulsegate+jws','cty':'application/cbor'}", "algorithm")]
    [DataRow("{'kid':'pg-0001.1','typ':'pulsegate+jws','cty':'application/cbor'}", "algorithm")]
    [DataRow("{'alg':'HS256','kid':'pg-0001.1','typ':'JWT','cty':'application/cbor'}", "type")]
    [DataRow("{'alg':'HS256','kid':'pg-0001.1','typ':'pulsegate+jws','cty':'text/plain'}", "content type")]
    [DataRow("{'alg':'HS256','kid':'pg-0001.1','typ':'pulsegate-ack+jws','cty':'application/cbor'}", "type")]
    [DataRow(
        "{'alg':'HS256','kid':'pg-0002.1','typ':'pulsegate+jws','cty':'application/cbor'}", "another device")]
    [DataRow("{'alg':'HS256','kid':'pg-0001.01','typ':'pulsegate+jws','cty':'application/cbor'}", "key id")]
    [DataRow("{'alg':'HS256','kid':'pg-0001.256','typ':'pulsegate+jws','cty':'application/cbor'}", "key id")]
    [DataRow("{'alg':'HS256','kid':'pg-0001','typ':'pulsegate+jws','cty':'application/cbor'}", "key id")]
    [DataRow(
        "{'alg':'HS256','kid':'pg-0001.9','typ':'pulsegate+jws','cty':'application/cbor'}", "key not known")]
    [DataRow(
        "{'alg':'HS256','alg':'HS256','kid':'pg-0001.1','typ':'pulsegate+jws','cty':'application/cbor'}",
        "twice")]
    [DataRow(
        "{'alg':'HS256','kid':'pg-0001.1','typ':'pulsegate+jws','cty':'application/cbor','crit':['b64']}",
        "crit")]
    [DataRow(
        "{'alg':'HS256','kid':'pg-0001.1','typ':'pulsegate+jws','cty':'application/cbor','jku':'x'}",
        "unknown")]
    [DataRow("{'alg':1,'kid':'pg-0001.1','typ':'pulsegate+jws','cty':'application/cbor'}", "not text")]
    [DataRow("[]", "not an object")]
    [DataRow("{", "not JSON")]
    [DataRow("{'alg':'HS256'} x", "not JSON")]
    [DataRow("{'alg':'HS256'}", "type")]
    public void OtherHeader_IsRefused_ThoughRightlySigned(string header, string reasonPart)
    {
        byte[] payload = BatchSample.Verify(BatchSample.Vitals(BatchSample.Encoder(1, 5)), "vitals").Payload;
        byte[] text = BatchSample.Sign(header.Replace('\'', '"'), payload);
        Assert.IsFalse(BatchSample.TryVerify(text, "vitals", out _, out string reason));
        StringAssert.Contains(reason, reasonPart);
    }

    [TestMethod]
    public void PayloadOfAnotherDeviceOrKind_IsRefused()
    {
        var writer = new CborWriter(new byte[512], 0, 512);
        RecordHeader.WriteSealed(
            writer, "pg-0002", 1, 1, 1, RecordKind.Alarm, 1, TimeQuality.Unsynced, 0, new byte[8]);
        RecordBody.WriteAlarm(writer, 1, 0, 1, true, false, 0, false, 0);
        Refuse(BatchSample.Seal(writer), "alarm", "another device");
        byte[] batch = BatchSample.Vitals(BatchSample.Encoder(1, 5));
        foreach (string topic in new[] { "alarm", "event", "live", "health", "status", "", "ack" })
        {
            Refuse(batch, topic, "kind");
        }
    }

    [TestMethod]
    public void MalformedText_IsRefused()
    {
        byte[] good = BatchSample.Vitals(BatchSample.Encoder(1, 5));
        byte[] payload = BatchSample.Verify(good, "vitals").Payload;
        Refuse(new byte[(16 * 1024) + 1], "vitals", "too long");
        Refuse([.. good, (byte)'.'], "vitals", "three parts");
        Refuse([.. good, (byte)'='], "vitals", "base64url");
        Refuse([.. good, (byte)'\n'], "vitals", "base64url");
        Refuse([], "vitals", "three parts");
        Refuse(Encoding.ASCII.GetBytes(".."), "vitals", "header");
        Refuse(BatchSample.Sign(Header, [.. payload, 0]), "vitals", "payload");
        Refuse(BatchSample.Sign(Header, payload[..^1]), "vitals", "payload");
        Refuse(BatchSample.Sign(Header, [0xBF, 0xFF]), "vitals", "payload");
        payload[2] = 2;
        Refuse(BatchSample.Sign(Header, payload), "vitals", "schema");
    }

    [TestMethod]
    public void SmallPacket_CannotAskForMoreThanTheLargestBatch()
    {
        CborWriter writer = BatchSample.Begin(RecordKind.Vitals);
        writer.Key(PayloadKey.ReadingCount);
        writer.WriteInt(301);
        writer.Key(PayloadKey.Columns);
        writer.WriteArrayHead(0);
        Refuse(BatchSample.Seal(writer), "vitals", "payload");
    }

    [TestMethod]
    public void AlarmsEventsAndTombstones_GiveTheirFields()
    {
        CborWriter writer = BatchSample.Begin(RecordKind.Alarm);
        RecordBody.WriteAlarm(writer, 3, Vital.SpO2, 2, true, true, 871, true, 880);
        VerifiedRecord alarm = BatchSample.Verify(BatchSample.Seal(writer), "alarm");
        Assert.AreEqual(3L, alarm.Fields["condition"]);
        Assert.AreEqual(true, alarm.Fields["raised"]);
        Assert.AreEqual(871L, alarm.Fields["value"]);
        writer = BatchSample.Begin(RecordKind.Alarm);
        RecordBody.WriteAlarm(writer, 9, -1, 1, false, false, 0, false, 0);
        alarm = BatchSample.Verify(BatchSample.Seal(writer), "alarm");
        Assert.IsNull(alarm.Fields["value"]);
        Assert.IsFalse(alarm.Fields.ContainsKey("vital"));
        writer = BatchSample.Begin(RecordKind.Event);
        RecordBody.WriteBoot(writer, 1234, "1.2.3", "wiped");
        VerifiedRecord boot = BatchSample.Verify(BatchSample.Seal(writer), "event");
        Assert.AreEqual(1L, boot.Fields["event"]);
        Assert.AreEqual(1234L, boot.Fields["lastSealed"]);
        Assert.AreEqual("1.2.3", boot.Fields["firmware"]);
        Assert.AreEqual("wiped", boot.Fields["note"]);
        writer = BatchSample.Begin(RecordKind.Event);
        RecordBody.WriteTimeAnchor(writer, 77, BatchSample.UtcMs);
        Assert.AreEqual(77L,
            BatchSample.Verify(BatchSample.Seal(writer), "event").Fields["anchorMonotonicMs"]);
        writer = BatchSample.Begin(RecordKind.Tombstone);
        RecordBody.WriteTombstone(writer, 4, 9, 300, TombstoneReason.Full, [1, 2, 3, 4, 5, 6, 7, 8],
            new byte[8]);
        VerifiedRecord tombstone = BatchSample.Verify(BatchSample.Seal(writer), "event");
        Assert.AreEqual(9L, tombstone.Fields["last"]);
        Assert.AreEqual(300L, tombstone.Fields["readings"]);
        Assert.AreEqual("0102030405060708", tombstone.Fields["macBefore"]);
    }

    [TestMethod]
    public void UnsequencedMessages_HaveNoSequence_AndGiveTheirContent()
    {
        CborWriter writer = BeginUnsequenced(RecordKind.Health);
        RecordBody.WriteCounters(writer, 2);
        RecordBody.WriteCounter(writer, "boots", 3);
        RecordBody.WriteCounter(writer, "stored", -1);
        VerifiedRecord health = BatchSample.Verify(BatchSample.Seal(writer), "health");
        Assert.AreEqual(0, health.Sequence);
        Assert.AreEqual(-1L, health.Fields["stored"]);
        writer = BeginUnsequenced(RecordKind.Status);
        RecordBody.WriteStatus(writer, true, "1.2.3");
        Assert.AreEqual(true, BatchSample.Verify(BatchSample.Seal(writer), "status").Fields["online"]);
        writer = BeginUnsequenced(RecordKind.Live);
        Assert.IsTrue(BatchSample.Encoder(1, 5).Encode(writer));
        Assert.HasCount(5, BatchSample.Verify(BatchSample.Seal(writer), "live").Readings);
    }

    [TestMethod]
    public void SealedKindWithoutSequence_IsRefused_AndTheOtherWayRound()
    {
        CborWriter writer = BeginUnsequenced(RecordKind.Vitals);
        Assert.IsTrue(BatchSample.Encoder(1, 5).Encode(writer));
        Refuse(BatchSample.Seal(writer), "vitals", "payload");
        writer = BatchSample.Begin(RecordKind.Live);
        Assert.IsTrue(BatchSample.Encoder(1, 5).Encode(writer));
        Refuse(BatchSample.Seal(writer), "live", "payload");
    }

    [TestMethod]
    public void MutatedPayload_RightlySigned_NeverThrows()
    {
        var random = new Random(4);
        var payloads = new[] { "vitals", "alarm" }.Select(kind => kind == "vitals"
            ? BatchSample.Verify(BatchSample.Vitals(BatchSample.Encoder(1, 30)), kind).Payload
            : BatchSample.Verify(Alarm(), kind).Payload).ToArray();
        for (int i = 0; i < 20_000; i++)
        {
            byte[] text = BatchSample.Sign(Header, Fuzz.Mutate(random, payloads[i % 2]));
            BatchSample.TryVerify(text, i % 2 == 0 ? "vitals" : "alarm", out _, out _);
        }
    }

    [TestMethod]
    public void MutatedText_NeverPasses_AndNeverThrows()
    {
        var random = new Random(5);
        byte[] good = BatchSample.Vitals(BatchSample.Encoder(1, 30));
        for (int i = 0; i < 20_000; i++)
        {
            byte[] text = Fuzz.Mutate(random, good);
            Assert.AreEqual(text.AsSpan().SequenceEqual(good),
                BatchSample.TryVerify(text, "vitals", out _, out _));
        }
    }

    [TestMethod]
    public void RandomCborAndColumns_NeverThrow()
    {
        var random = new Random(6);
        var reader = new CborReader();
        var values = new int[300];
        for (int i = 0; i < 20_000; i++)
        {
            var bytes = new byte[random.Next(60)];
            random.NextBytes(bytes);
            reader.Reset(bytes, 0, bytes.Length);
            while (reader.TrySkip())
            {
                Assert.IsLessThanOrEqualTo(bytes.Length, reader.Position);
            }

            if (bytes.Length > 0)
            {
                bytes[0] = (byte)(0x40 | Math.Min(23, bytes.Length - 1));
            }

            reader.Reset(bytes, 0, bytes.Length);
            ColumnReader.TryRead(reader, values, random.Next(300));
        }
    }

    private static byte[] Alarm()
    {
        CborWriter writer = BatchSample.Begin(RecordKind.Alarm);
        RecordBody.WriteAlarm(writer, 3, Vital.SpO2, 2, true, true, 871, true, 880);
        return BatchSample.Seal(writer);
    }

    private static CborWriter BeginUnsequenced(RecordKind kind)
    {
        var writer = new CborWriter(new byte[2048], 0, 2048);
        RecordHeader.WriteUnsequenced(writer, TestKeys.Device, 3, kind, 5000, TimeQuality.Synced,
            BatchSample.UtcMs);
        return writer;
    }

    private static void Refuse(byte[] text, string topicKind, string reasonPart)
    {
        Assert.IsFalse(BatchSample.TryVerify(text, topicKind, out VerifiedRecord? record, out string reason));
        Assert.IsNull(record);
        StringAssert.Contains(reason, reasonPart);
    }
}
