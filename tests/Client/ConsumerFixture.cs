// Goal: batches and a keyring as a consumer gets them. Method: the firmware's encoder and signers, files in a
// folder of their own.

using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Pulsegate.Alarms;
using Pulsegate.Batch;
using Pulsegate.Platform;
using Pulsegate.Signing;
using Pulsegate.Store;
using Pulsegate.Tests.Batch;
using Pulsegate.Tests.Ingest;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Client;

internal sealed class ConsumerFixture : IDisposable
{
    internal const ulong Epoch = 0xF123_4567_0000_0001;
    private readonly TemporaryFolder _folder = new();
    private readonly ISigner _signer;
    private byte[] _previousMac = new byte[32];

    internal ConsumerFixture(bool isEs256 = false)
    {
        ISigner hmac = new Pulsegate.Virtual.Platform.HmacSigner(1, TestKeys.UpKey(1), TestKeys.DownKey(1));
        _signer = isEs256 ? new Es256Signer(hmac, new Es256(TestKeys.PrivateKey), 1, null) : hmac;
        object key = isEs256
            ? new { version = 1, publicKey = TestKeys.PublicKeyInfo(), down = TestKeys.DownKey(1) }
            : new { version = 1, up = TestKeys.UpKey(1), down = TestKeys.DownKey(1) };
        string json = JsonSerializer.Serialize(
            new { format = 1, devices = new[] { new { device = TestKeys.Device, keys = new[] { key } } } });
        Pulsegate.Provisioning.PrivateFile.Write(Keyring, Encoding.UTF8.GetBytes(json));
    }

    internal string Folder => _folder.Path;

    /// <summary>What the unit's clock says at its start.</summary>
    internal long UtcMs { get; set; } = BatchSample.UtcMs;

    internal string Keyring => _folder["keyring.json"];

    internal string Batches => _folder["batches.jws"];

    public void Dispose() => _folder.Dispose();

    /// <summary>A batch of one reading for every status that is sent, in the chain.</summary>
    internal string Seal(long sequence, TimeQuality quality = TimeQuality.Synced) => Seal(
        RecordKind.Vitals, sequence, quality, writer =>
        {
            var encoder = new BatchEncoder(9);
            var reading = new Reading();
            for (int status = 0; status < 9; status++)
            {
                reading.MonotonicMs = (sequence * 9_000) + (status * 1000);
                for (int vital = 0; vital < Vital.Count; vital++)
                {
                    if (status is 0 or 8)
                    {
                        reading.Set(vital, 900 + vital, (ReadingStatus)status);
                    }
                    else
                    {
                        reading.SetAbsent(vital, (ReadingStatus)status);
                    }
                }

                Assert.IsTrue(encoder.Add(reading));
            }

            Assert.IsTrue(encoder.Encode(writer));
        });

    internal string Tombstone(long sequence, long first, long last) => Seal(
        RecordKind.Tombstone, sequence, TimeQuality.Synced, writer =>
        {
            writer.Key(PayloadKey.TombstoneFirst);
            writer.WriteInt(first);
            writer.Key(PayloadKey.TombstoneLast);
            writer.WriteInt(last);
            writer.Key(PayloadKey.TombstoneReason);
            writer.WriteInt(1);
        });

    /// <summary>An alarm of SpO2 at 87.4 % under a limit of 90 %.</summary>
    /// <param name="sequence">Record.</param>
    /// <param name="stage">Step in its life.</param>
    internal string Alarm(long sequence, AlarmStage stage = AlarmStage.Raised) => Seal(
        RecordKind.Alarm, sequence, TimeQuality.Synced, writer =>
        {
            RecordBody.WriteAlarm(
                writer, AlarmCondition.SpO2Low, Vital.SpO2, (int)AlarmPriority.High,
                isRaised: stage != AlarmStage.Cleared, hasValue: true, 874, hasLimit: true, 900);
            if (stage > AlarmStage.Raised)
            {
                RecordBody.WriteAlarmStage(writer, (int)stage);
            }
        });

    private string Seal(RecordKind kind, long sequence, TimeQuality quality, Action<CborWriter> body)
    {
        var writer = new CborWriter(new byte[2048], 0, 2048);
        RecordHeader.WriteSealed(
            writer, TestKeys.Device, unchecked((long)Epoch), sequence, 3, kind, sequence * 9_000, quality,
            UtcMs + (sequence * 9_000), _previousMac);
        body(writer);
        writer.CloseMap();
        Assert.IsFalse(writer.HasFailed);
        return ToText(writer, kind, sequence);
    }

    // As the unit does: sealed with its HMAC in flash, the text form made when it is sent.
    private string ToText(CborWriter writer, RecordKind kind, long sequence)
    {
        var record = new StoredRecord { Sequence = sequence, Kind = kind, KeyVersion = 1,
            PayloadLength = writer.Length };
        writer.Buffer.AsSpan(writer.Start, writer.Length).CopyTo(record.Payload);
        byte[] header = Jws.Header(TestKeys.Device, 1);
        var input = new byte[Jws.SigningInputLength(header, record.PayloadLength)];
        Jws.WriteSigningInput(header, record.Payload, 0, record.PayloadLength, input);
        HMACSHA256.HashData(TestKeys.UpKey(1), input).CopyTo(record.Mac, 0);
        _previousMac = [.. record.Mac];
        return Encoding.ASCII.GetString(Jws.ToText(record, TestKeys.Device, _signer));
    }
}
