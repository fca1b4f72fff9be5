// Goal: a device in a few lines: real records out of the firmware's encoder, signed with provisioned keys,
// sent over the real broker. Method: keeps every record until a verified acknowledgement covers it, as the
// firmware does.

using System.Security.Cryptography;
using System.Text;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Pulsegate.Batch;
using Pulsegate.Platform;
using Pulsegate.Provisioning;
using Pulsegate.Tests.Provisioning;
using Pulsegate.Vitals;
using Base64Url = System.Buffers.Text.Base64Url;

namespace Pulsegate.Tests.Ingest;

internal sealed class TestDevice : ISigner, IDisposable
{
    internal const long UtcMs = 1_790_000_000_000;
    private const uint BootId = 3;
    private readonly DeviceIdentity _identity;
    private readonly TestClient _client;
    private byte[] _previousMac = new byte[32];

    internal TestDevice(TestBackend backend, DeviceIdentity identity)
    {
        _identity = identity;
        _client = backend.Connected(identity.Device);
        Assert.AreEqual(1, _client.Subscribe($"pg/1/{Id}/ack"));
    }

    internal string Id => _identity.Device;

    internal long Epoch => unchecked((long)(((ulong)_identity.EpochUpper << 32) | 1));

    public byte KeyVersion => (byte)_identity.KeyVersion;


    /// <summary>One sealed batch of ten readings with known values, the first at sequence * 10 000 + 1 000
    /// ms.</summary>
    internal byte[] Seal(long sequence, TimeQuality quality = TimeQuality.Synced)
    {
        var encoder = new BatchEncoder(10);
        var reading = new Reading();
        for (int i = 1; i <= 10; i++)
        {
            reading.MonotonicMs = (sequence * 10_000) + (i * 1000);
            reading.Set(Vital.SpO2, 970, ReadingStatus.Uncalibrated);
            reading.Set(Vital.PulseRate, 700 + i, ReadingStatus.Valid);
            reading.Set(Vital.PerfusionIndex, 150, ReadingStatus.Valid);
            reading.Set(Vital.Quality, 90, ReadingStatus.Valid);
            reading.SetAbsent(Vital.Temperature, ReadingStatus.SensorFault);
            Assert.IsTrue(encoder.Add(reading));
        }

        return Seal(
            RecordKind.Vitals, sequence, encoder.FirstMonotonicMs, writer => Assert.IsTrue(
                encoder.Encode(writer)),
            quality);
    }

    /// <summary>One sealed record of any stored kind.</summary>
    internal byte[] Seal(
        RecordKind kind, long sequence, long monotonicMs, Action<CborWriter> body,
        TimeQuality quality = TimeQuality.Synced)
    {
        var writer = new CborWriter(new byte[2048], 0, 2048);
        RecordHeader.WriteSealed(
            writer, Id, Epoch, sequence, BootId, kind, monotonicMs, quality, UtcMs, _previousMac);
        body(writer);
        writer.CloseMap();
        byte[] text = Jws.Seal(writer, Id, this);
        _previousMac = Base64Url.DecodeFromChars(Encoding.ASCII.GetString(text).Split('.')[2]);
        return text;
    }

    /// <summary>A signed message of a kind that is not stored.</summary>
    internal byte[] Sign(RecordKind kind, Action<CborWriter> body)
    {
        var writer = new CborWriter(new byte[2048], 0, 2048);
        RecordHeader.WriteUnsequenced(writer, Id, BootId, kind, 1000, TimeQuality.Synced, UtcMs);
        body(writer);
        writer.CloseMap();
        return Jws.Seal(writer, Id, this);
    }

    /// <summary>Publishes on a topic of this device; the broker's reason code.</summary>
    internal int Send(string kind, byte[] text) => _client.Publish($"pg/1/{Id}/{kind}", text);

    /// <summary>The next acknowledgement, which must verify with the firmware's own reader.</summary>
    internal Acknowledgement ReceiveAck()
    {
        (_, byte[] payload) = _client.Receive();
        var ack = new Acknowledgement();
        Assert.IsTrue(ack.TryParse(payload, payload.Length, Id, this), "acknowledgement does not verify");
        return ack;
    }

    /// <summary>Waits for acknowledgements until one covers the sequence.</summary>
    internal Acknowledgement WaitForAck(long sequence)
    {
        Acknowledgement ack;
        do
        {
            ack = ReceiveAck();
        }
        while (ack.Cumulative < sequence);
        return ack;
    }

    internal bool HasAck => _client.Received.Count > 0;

    public bool TrySign(byte[] message, int length, byte[] mac, int macOffset)
        => HMACSHA256.TryHashData(_identity.UpKey, message.AsSpan(0, length), mac.AsSpan(macOffset), out _);

    public bool TrySignWith(byte keyVersion, byte[] message, int length, byte[] mac, int macOffset)
        => keyVersion == KeyVersion && TrySign(message, length, mac, macOffset);

    public bool VerifyDown(byte keyVersion, byte[] message, int length, byte[] mac, int macOffset)
        => keyVersion == KeyVersion
            && HMACSHA256.HashData(_identity.DownKey, message.AsSpan(0, length)).AsSpan().SequenceEqual(
                mac.AsSpan(macOffset, 32));

    public bool IsEs256(byte keyVersion) => false;

    public bool TrySignEs256(
        byte keyVersion, byte[] message, int length, byte[] signature, int signatureOffset)
        => false;

    public void Dispose() => _client.Dispose();
}
