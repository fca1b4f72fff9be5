// What came with ES256, with renewal and with decay, under changes by seed: each gives a step as in
// FuzzedFiles.

using Pulsegate.Batch;
using Pulsegate.Commands;
using Pulsegate.Ingest;
using Pulsegate.Ingest.Format;
using Pulsegate.Platform;
using Pulsegate.Provisioning;
using Pulsegate.Renewal;
using Pulsegate.Store;
using Pulsegate.Tests.Batch;
using Pulsegate.Virtual.Platform;

namespace Pulsegate.Tests.Trust;

/// <summary>Readers of formats that are no file of the station.</summary>
internal static class FuzzedFormats
{
    private const long Mark = 77;
    private static readonly byte[] Master = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    /// <summary>A batch signed with ES256: the one good text is believed and no other.</summary>
    internal static Action<Random> Es256Jws()
    {
        var keys = new TestKeys { IsSigningWithEs256 = true };
        CborWriter writer = BatchSample.Begin(RecordKind.Vitals);
        Assert.IsTrue(BatchSample.Encoder(1, 60).Encode(writer));
        writer.CloseMap();
        var record = new StoredRecord { PayloadLength = writer.Length, KeyVersion = 1 };
        Array.Copy(writer.Buffer, writer.Start, record.Payload, 0, writer.Length);
        byte[] good = Jws.ToText(record, TestKeys.Device, keys);
        var verifier = new BatchVerifier(keys);
        return random =>
        {
            byte[] text = Fuzz.Mutate(random, good);
            Assert.AreEqual(
                text.AsSpan().SequenceEqual(good),
                verifier.TryVerify(text, TestKeys.Device, "vitals", out _, out _));
        };
    }

    /// <summary>A record of summaries, rightly signed, and the unit's own reader of batches and
    /// summaries.</summary>
    internal static Action<Random> Thinned(string header)
    {
        byte[] vitals = BatchSample.Verify(BatchSample.Vitals(BatchSample.Encoder(1, 60)), "vitals").Payload;
        byte[] summary = Summary(vitals);
        var batch = new BatchReader();
        var peek = new PayloadPeek(batch);
        var encoder = new SummaryEncoder();
        return random =>
        {
            bool isSummary = random.Next(2) == 0;
            byte[] payload = Fuzz.Mutate(random, isSummary ? summary : vitals);
            if (BatchSample.TryVerify(
                BatchSample.Sign(header, payload), "vitals", out VerifiedRecord? record, out _))
            {
                Assert.IsLessThanOrEqualTo(BatchEncoder.CapacityMax, record!.Readings.Count);
                Assert.IsLessThanOrEqualTo(SummaryEncoder.CapacityMax, record.Summaries.Count);
            }

            if (peek.TryRead(payload, 0, payload.Length))
            {
                encoder.Reset(SummaryEncoder.CoarseStepMs);
                encoder.TryAdd(batch, peek.MonotonicMs, isSummary, out _);
                int runCount = 0;
                peek.StartRuns(payload);
                while (peek.TryNextRun(out long first, out long last))
                {
                    Assert.IsLessThanOrEqualTo(last, first);
                    Assert.IsLessThanOrEqualTo(payload.Length, ++runCount, "more runs than bytes");
                }
            }
        };
    }

    /// <summary>Wrapped keys: the ones that the station wrapped are taken, and no others.</summary>
    internal static Action<Random> WrappedKeys()
    {
        DeviceKeys now = DeviceKeys.Derive(Master, TestKeys.Device, 1);
        DeviceKeys next = DeviceKeys.Derive(Master, TestKeys.Device, 2);
        byte[] good = now.Wrap(TestKeys.Device, next);
        var current = new KeySet(1, now.UpKey, now.DownKey, now.WrapKey);
        var maker = new HmacSignerMaker();
        return random =>
        {
            byte[] wrapped = Fuzz.Mutate(random, good);
            KeySet opened = KeyWrap.Open(maker, TestKeys.Device, current, 2, wrapped);
            Assert.AreEqual(wrapped.AsSpan().SequenceEqual(good), opened is not null);
        };
    }

    /// <summary>The unit's file of renewed keys, with the CRC of the changed content.</summary>
    internal static Action<Random> RenewedKeys()
    {
        DeviceKeys now = DeviceKeys.Derive(Master, TestKeys.Device, 1);
        var provisioned = new KeySet(1, now.UpKey, now.DownKey, now.WrapKey);
        var storage = new MemoryStorage();
        var keys = new KeyRenewal(storage, new HmacSignerMaker(), TestKeys.Device, provisioned, 0, null);
        Assert.IsNull(
            keys.Stage(2, now.Wrap(TestKeys.Device, DeviceKeys.Derive(Master, TestKeys.Device, 2)), 5));
        byte[] message = new byte[9];
        return ChangeAndLoad(storage, "key", () =>
        {
            var read = new KeyRenewal(storage, new HmacSignerMaker(), TestKeys.Device, provisioned, 0, null);
            Assert.IsTrue(read.KeyVersion >= 1 && read.TrySign(message, message.Length, new byte[32], 0));
        });
    }

    /// <summary>The unit's file of renewed certificates, with the CRC of the changed content.</summary>
    internal static Action<Random> RenewedCertificates()
    {
        var storage = new MemoryStorage();
        byte[] der = [0x30, 0x82, 0x01, 0x00, .. new byte[256]];
        Assert.IsNull(new CertificateRenewal(storage, Mark, 20_000)
            .Stage(CommandCode.RenewCertificate, 21_000, der, 5));
        return ChangeAndLoad(storage, "crt", () =>
        {
            var read = new CertificateRenewal(storage, Mark, 20_000);
            read.BeginAttempt();
            Assert.IsTrue(read.Outcome.Length > 0 && read.ProofNote.Length > 0);
            Assert.IsTrue((read.Certificate?.Length ?? 0) <= 3 * CertificateFile.DerLengthMax,
                "what the file can hold");
        });
    }

    /// <summary>What a command brings as a certificate: kept only where PEM can be made of it.</summary>
    internal static Action<Random> Certificates()
    {
        byte[] good = [0x30, 0x82, 0x00, 0x20, .. new byte[32], 0x30, 0x82, 0x00, 0x30, .. new byte[48]];
        return random =>
        {
            byte[] der = Fuzz.Mutate(random, good);
            if (Pem.HasSequences(der, CertificateRenewal.AuthorityCountMax))
            {
                Assert.IsTrue(
                    Pem.Certificates(der).EndsWith("-----END CERTIFICATE-----\n", StringComparison.Ordinal));
            }
        };
    }

    /// <summary>A file of the station for <c>command</c>.</summary>
    internal static Action<Random> Order(string path)
    {
        byte[] good = new CommandOrder(CommandCode.RotateKeys, [2], new byte[128]).ToFile(TestKeys.Device);
        return random =>
        {
            File.WriteAllBytes(path, Fuzz.MutateJson(random, good));
            try
            {
                CommandOrder order = CommandOrder.Load(path, "rotate-keys", TestKeys.Device);
                Assert.AreEqual(CommandCode.RotateKeys, order.Code);
            }
            catch (IngestException e)
            {
                Assert.IsFalse(e.Message.Any(char.IsControl));
            }
        };
    }

    private static byte[] Summary(byte[] vitals)
    {
        var batch = new BatchReader();
        var peek = new PayloadPeek(batch);
        Assert.IsTrue(peek.TryRead(vitals, 0, vitals.Length));
        var encoder = new SummaryEncoder();
        encoder.Reset(SummaryEncoder.FineStepMs);
        Assert.IsTrue(encoder.TryAdd(batch, peek.MonotonicMs, false, out bool fits) && fits);
        CborWriter writer = BatchSample.Begin(RecordKind.Summary, sequence: 9);
        encoder.Encode(writer);
        RecordBody.WriteTombstone(writer, 4, 8, 60, TombstoneReason.Decayed10s, new byte[8], new byte[8]);
        RecordBody.WriteRuns(writer, [1, 1, 3], 3);
        return BatchSample.Verify(BatchSample.Seal(writer), "vitals").Payload;
    }

    // Both of the alternating files are of this run: the one written last is read.
    private static Action<Random> ChangeAndLoad(MemoryStorage storage, string name, Action read)
    {
        const int LengthMax = 8192;
        var file = new AlternatingFile(storage, name, LengthMax);
        Assert.IsTrue(file.TryLoad());
        byte[] good = [.. file.Content.AsSpan(0, file.Content.AsSpan().LastIndexOfAnyExcept((byte)0) + 1)];
        return random =>
        {
            byte[] content = Fuzz.Mutate(random, good);
            var changed = new AlternatingFile(storage, name, LengthMax);
            changed.TryLoad();
            Array.Clear(changed.Content);
            content.CopyTo(changed.Content, 0);
            Assert.IsTrue(changed.TrySave(content.Length));
            read();
        };
    }
}
