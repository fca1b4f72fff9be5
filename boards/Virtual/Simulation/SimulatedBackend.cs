// The backend of a simulated unit: the real verifier at its door, a dictionary for a database, the real
// acknowledgements out of it. What an attacker or a bad network makes of them is drawn by seed: doubled,
// late, forged, replayed.

using Pulsegate.Batch;
using Pulsegate.Ingest;
using Pulsegate.Ingest.Format;
using Pulsegate.Ingest.Storage;

namespace Pulsegate.Virtual.Simulation;

/// <summary>What the backend holds of one store.</summary>
internal sealed class CommittedStore
{
    /// <summary>Sequences accounted for: committed, or declared by a committed tombstone.</summary>
    public SequenceSet Sequences { get; } = new();

    /// <summary>Committed records by sequence.</summary>
    public Dictionary<long, VerifiedRecord> Records { get; } = [];
}

/// <summary>Verifies, commits, acknowledges.</summary>
internal sealed class SimulatedBackend(
    Random random, SimulatedKeys keys, Ledger ledger, SimulationCoverage coverage)
{
    private const int HistoryCountMax = 64;
    private const int AckDelayMsMax = 2000;
    private const int LateMsMax = 20 * 60 * 1000;
    private readonly BatchVerifier _verifier = new(keys);
    private readonly List<byte[]> _history = [];

    /// <summary>Everything committed, by epoch.</summary>
    public Dictionary<ulong, CommittedStore> Stores { get; } = [];

    /// <summary>Readings committed, each once.</summary>
    public long ReadingCount { get; private set; }

    /// <summary>Records committed.</summary>
    public long RecordCount { get; private set; }

    /// <summary>Of a hundred acknowledgements, how many suffer from each fault.</summary>
    public int FaultPercent { get; set; }

    /// <summary>Way to the unit: topic, payload, delay in ms.</summary>
    public Action<string, byte[], int> Send { get; set; } = (_, _, _) => { };

    /// <summary>Takes one message.</summary>
    /// <exception cref="SimulationFailureException">It is not what the unit ought to send.</exception>
    public void Receive(string topic, byte[] payload, long utcMs)
    {
        string kind = topic[(topic.LastIndexOf('/') + 1)..];
        if (kind is "live" && random.Next(50) != 0)
        {
            return;   // the same code for every one of them: a sample is enough
        }

        if (!_verifier.TryVerify(
            payload, SimulatedKeys.Device, kind, out VerifiedRecord? record, out string reason))
        {
            throw new SimulationFailureException($"the backend cannot verify a message on {topic}: {reason}");
        }

        if (record!.Kind is RecordKind.Health or RecordKind.Status or RecordKind.Live)
        {
            return;
        }

        CommittedStore store = Commit(record);
        Acknowledge(record, store, utcMs);
    }

    private CommittedStore Commit(VerifiedRecord record)
    {
        if (!Stores.TryGetValue(record.Epoch, out CommittedStore? store))
        {
            Stores.Add(record.Epoch, store = new CommittedStore());
        }

        if (store.Records.TryGetValue(record.Sequence, out VerifiedRecord? known))
        {
            if (!known.Mac.AsSpan().SequenceEqual(record.Mac))
            {
                throw new SimulationFailureException(
                    $"sequence {record.Sequence} of epoch {record.Epoch:x} names two different records");
            }

            return store;
        }

        store.Records.Add(record.Sequence, record);
        store.Sequences.Add(record.Sequence, record.Sequence);
        foreach ((long first, long last) in record.Declared)
        {
            store.Sequences.Add(first, last);
        }

        RecordCount++;
        ReadingCount += record.Kind == RecordKind.Vitals ? record.Readings.Count : 0;
        ledger.NoteCommitted(record);
        return store;
    }

    private void Acknowledge(VerifiedRecord record, CommittedStore store, long utcMs)
    {
        int credits = random.Next(4) == 0 ? -1 : random.Next(33);
        foreach ((long First, long Last)[] ranges in Acknowledging.ChooseRanges(
            store.Sequences, [record.Sequence]))
        {
            byte[] text = AcknowledgementWriter.Write(
                SimulatedKeys.Device, keys.Version, keys.DownKey, record.Epoch, store.Sequences.Cumulative,
                ranges, credits,
                utcMs);
            Deliver(text);
        }

        if (Happens(Met.AckForged))
        {
            // Somebody without the key says that everything is safe.
            long all = ledger.LastSequence;
            Send(Topic(), AcknowledgementWriter.Write(
                SimulatedKeys.Device, keys.Version, new byte[32], record.Epoch, all, [], 32, utcMs), 0);
        }
    }

    private void Deliver(byte[] text)
    {
        if (!Happens(Met.AckLost))
        {
            Send(Topic(), text, FaultPercent == 0 ? 0 : random.Next(AckDelayMsMax));
        }

        if (Happens(Met.AckLateOrDoubled))
        {
            Send(Topic(), text, random.Next(LateMsMax));
        }

        if (_history.Count > 0 && Happens(Met.AckReplayed))
        {
            Send(Topic(), _history[random.Next(_history.Count)], random.Next(AckDelayMsMax));
        }

        if (Happens(Met.AckDamaged))
        {
            byte[] damaged = [.. text];
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(7));
            Send(Topic(), damaged, 0);
        }

        if (_history.Count < HistoryCountMax)
        {
            _history.Add(text);
        }
        else if (random.Next(16) == 0)
        {
            _history[random.Next(HistoryCountMax)] = text;
        }
    }

    private static string Topic() => $"pg/1/{SimulatedKeys.Device}/ack";

    private bool Happens(Met fault)
    {
        bool happens = random.Next(100) < FaultPercent;
        coverage.Add(fault, happens ? 1 : 0);
        return happens;
    }
}
