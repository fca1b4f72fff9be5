// A device that sends as fast as it is told to: batches sealed beforehand by the firmware's own encoder, a
// real connection, real acknowledgements. For measuring the backend; it keeps no store.

using System.Diagnostics;
using Pulsegate.Batch;
using Pulsegate.Mosquitto;
using Pulsegate.Platform;
using Pulsegate.Provisioning;
using Pulsegate.Vitals;

namespace Pulsegate.Cli.Load;

/// <summary>One device. Publishing is for one thread; acknowledgements come on another.</summary>
internal sealed class LoadDevice : IDisposable
{
    /// <summary>Readings in a batch: a minute of them.</summary>
    public const int ReadingCount = 60;

    private const int OutstandingCountMax = 10_000;
    private const long FirstUtcMs = 1_790_000_000_000;
    private readonly UnitFolder _unit;
    private readonly byte[][] _batches;
    private readonly long[] _dueAt;
    private readonly string _topic;
    private MosquittoClient? _client;
    private long _acknowledged;

    /// <summary>Reads a unit's folder and seals its batches.</summary>
    public LoadDevice(string folder, int batchCount, int seed)
    {
        _unit = new UnitFolder(folder);
        _topic = $"pg/1/{Id}/vitals";
        _dueAt = new long[batchCount + 1];
        _batches = Seal(batchCount, seed);
    }

    /// <summary>Device id.</summary>
    public string Id => _unit.Identity.Device;

    /// <summary>The sealed batches, by sequence from 1.</summary>
    public IReadOnlyList<byte[]> Batches => _batches;

    /// <summary>Batches published.</summary>
    public int Sent { get; private set; }

    /// <summary>Batches that the backend has acknowledged.</summary>
    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    /// <summary>Is told of each batch that is acknowledged, how many ms after it was due.</summary>
    public Action<double>? OnAcknowledged { get; set; }

    /// <summary>Begins anew: nothing is sent yet.</summary>
    public void Connect(int port)
    {
        _client?.Dispose();
        Sent = 0;
        Interlocked.Exchange(ref _acknowledged, 0);
        using var ready = new ManualResetEventSlim();
        string problem = "no answer";
        _client = new MosquittoClient(new MosquittoOptions
        {
            Host = "127.0.0.1",
            Port = port,
            ClientId = Id,
            CaFile = _unit.FilePath(IssuedCertificate.AuthorityFile),
            CertificateFile = _unit.FilePath(IssuedCertificate.CertificateFile),
            KeyFile = _unit.FilePath(IssuedCertificate.KeyFile),
            OutstandingCountMax = OutstandingCountMax,
        });
        _client.Connected += reason =>
        {
            if (reason == 0)
            {
                _client.TrySubscribe(1, $"pg/1/{Id}/ack");
            }
        };
        _client.Subscribed += (_, _) =>
        {
            problem = "";
            ready.Set();
        };
        _client.Disconnected += reason => problem = reason;
        _client.MessageReceived += Receive;
        if (!_client.Connect() || !ready.Wait(TimeSpan.FromSeconds(60)))
        {
            throw new CommandException($"{Id} cannot connect: {problem}");
        }
    }

    /// <summary>Publishes the next batch; false when there is none, or it is not taken.</summary>
    /// <param name="due">When it should have been, as Stopwatch tells time.</param>
    public bool TrySend(long due)
    {
        if (Sent == _batches.Length)
        {
            return false;
        }

        _dueAt[Sent + 1] = due;
        if (_client!.TryPublish(_topic, _batches[Sent], 1, retain: false) == 0)
        {
            return false;
        }

        Sent++;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _client?.Dispose();

    private void Receive(string topic, ReadOnlySpan<byte> payload, int qualityOfService, bool retained)
    {
        byte[] text = payload.ToArray();
        var acknowledgement = new Acknowledgement();
        if (!acknowledgement.TryParse(text, text.Length, Id, _unit.Signer))
        {
            return;
        }

        long now = Stopwatch.GetTimestamp();
        long before = Acknowledged;
        for (long sequence = before
            + 1; sequence <= Math.Min(acknowledgement.Cumulative, _batches.Length); sequence++)
        {
            OnAcknowledged?.Invoke(Stopwatch.GetElapsedTime(_dueAt[sequence], now).TotalMilliseconds);
        }

        Interlocked.Exchange(ref _acknowledged, Math.Max(before, acknowledgement.Cumulative));
    }

    // Vitals as they are at rest: each walks about a little, the temperature is read every tenth second.
    private byte[][] Seal(int count, int seed)
    {
        var random = new Random(seed);
        var encoder = new BatchEncoder(ReadingCount);
        var reading = new Reading();
        var batches = new byte[count][];
        long epoch = unchecked((long)(((ulong)_unit.Identity.EpochUpper << 32) | 1));
        byte[] previousMac = new byte[32];
        int pulse = 720;
        int oxygen = 972;
        for (int i = 0; i < count; i++)
        {
            encoder.Clear();
            for (int second = 1; second <= ReadingCount; second++)
            {
                pulse = Math.Clamp(pulse + random.Next(-6, 7), 550, 1100);
                oxygen = Math.Clamp(oxygen + random.Next(-2, 3), 930, 995);
                reading.MonotonicMs = ((long)i * ReadingCount + second) * 1000;
                reading.Set(Vital.SpO2, oxygen, ReadingStatus.Valid);
                reading.Set(Vital.PulseRate, pulse, ReadingStatus.Valid);
                reading.Set(Vital.PerfusionIndex, 150 + random.Next(-5, 6), ReadingStatus.Valid);
                reading.Set(Vital.Quality, 90 + random.Next(-3, 4), ReadingStatus.Valid);
                reading.Set(Vital.Temperature, 3400 + (second / 10), ReadingStatus.Valid);
                encoder.Add(reading);
            }

            var writer = new CborWriter(new byte[4096], 0, 4096);
            RecordHeader.WriteSealed(
                writer, Id, epoch, i + 1, 1, RecordKind.Vitals, encoder.FirstMonotonicMs, TimeQuality.Synced,
                FirstUtcMs + ((long)i * ReadingCount * 1000), previousMac);
            encoder.Encode(writer);
            writer.CloseMap();
            batches[i] = Jws.Seal(writer, Id, _unit.Signer);
            previousMac = MacOf(batches[i]);
        }

        return batches;
    }

    private static byte[] MacOf(byte[] text) => System.Buffers.Text.Base64Url.DecodeFromUtf8(
        text.AsSpan(Array.LastIndexOf(text, (byte)'.') + 1));
}
