using System.Text;
using System.Text.RegularExpressions;
using Pulsegate.Batch;
using Pulsegate.Ingest.Format;
using Pulsegate.Platform;
using Pulsegate.Store;
using Pulsegate.Tests.Batch;
using Pulsegate.Uplink;
using Pulsegate.Virtual.Platform;

namespace Pulsegate.Tests.Uplink;

/// <summary>An uplink over a real store in memory and a fake link, in time that only the test
/// moves.</summary>
internal sealed class UplinkBench
{
    public const string Device = TestKeys.Device;
    private const int StepMs = 100;
    private readonly BatchVerifier _verifier;
    private int _readCount;
    private long _utcMs = 1_700_000_000_000;

    public UplinkBench(uint bootId = 1, IStorage? storage = null, bool isEs256 = false)
    {
        Keys = new TestKeys { IsSigningWithEs256 = isEs256 };
        _verifier = new BatchVerifier(Keys);
        Store = new SegmentStore(storage ?? new MemoryStorage(), Keys, Device, 60);
        Assert.IsTrue(Store.TryOpen(1));
        Uplink = new UplinkLoop(Link, Store, Keys, Device, bootId);
    }

    public TestKeys Keys { get; }

    public FakeLink Link { get; } = new();

    public SegmentStore Store { get; }

    public UplinkLoop Uplink { get; }

    public long NowMs { get; private set; }

    /// <summary>Seals records and returns the sequence of the last.</summary>
    public long Seal(int count = 1, RecordKind kind = RecordKind.Event)
    {
        for (int i = 0; i < count; i++)
        {
            CborWriter writer = Store.Begin(kind, Store.BootId, NowMs, TimeQuality.Unsynced, 0);
            if (kind == RecordKind.Alarm)
            {
                RecordBody.WriteAlarm(writer, 1, 0, 2, true, true, 850, true, 880);
            }
            else
            {
                RecordBody.WriteNote(writer, EventCode.TimeAnchor, "");
            }

            Assert.IsTrue(Store.TryCommit(0));
        }

        return Store.LastSequence;
    }

    /// <summary>Lets time pass in steps of 100 ms.</summary>
    public void Run(long milliseconds)
    {
        long endMs = NowMs + milliseconds;
        while (NowMs < endMs)
        {
            NowMs += StepMs;
            Uplink.Step(NowMs);
        }
    }

    public void Connect()
    {
        for (int i = 0; i < 20 && Uplink.State != LinkState.Up; i++)
        {
            Run(StepMs);
        }

        Assert.AreEqual(LinkState.Up, Uplink.State);
    }

    /// <summary>Sequences of the records published since the last call, in order; each is verified as the
    /// backend would.</summary>
    public List<long> Sequences(string kind = "vitals|alarm|event")
    {
        List<long> sequences = [];
        foreach (FakeLink.Publish publish in Link.Published.Skip(_readCount))
        {
            Match match = Regex.Match(publish.Topic, $"^pg/1/{Device}/({kind})$");
            if (match.Success)
            {
                bool isGenuine = _verifier.TryVerify(
                    publish.Payload, Device, match.Groups[1].Value, out VerifiedRecord? record,
                    out string reason);
                Assert.IsTrue(isGenuine, reason);
                Assert.AreEqual(1, publish.QualityOfService);
                Assert.IsFalse(publish.Retain);
                sequences.Add(record!.Sequence);
            }
        }

        _readCount = Link.Published.Count;
        return sequences;
    }

    /// <summary>Sends a genuine acknowledgement, a second later than the one before, and steps
    /// once.</summary>
    public void Acknowledge(long cumulative, int credits = -1, params (long First, long Last)[] ranges)
    {
        _utcMs += 1000;
        Deliver(Write(cumulative, credits, ranges));
    }

    public byte[] Write(long cumulative, int credits = -1, params (long First, long Last)[] ranges)
        => AcknowledgementWriter.Write(
            Device, 1, TestKeys.DownKey(1), (ulong)Store.Epoch, cumulative, ranges, credits, _utcMs);

    public void Deliver(byte[] text, string kind = "ack")
    {
        Link.Deliver($"pg/1/{Device}/{kind}", text);
        Run(StepMs);
    }

    /// <summary>Acknowledges everything that has been published, as it comes, until nothing is left or the
    /// time is over.</summary>
    public HashSet<long> Drain(long milliseconds, int credits = 6)
    {
        HashSet<long> committed = [];
        long cumulative = Uplink.Committed;
        for (long endMs = NowMs + milliseconds; NowMs < endMs && cumulative < Store.LastSequence;)
        {
            Run(StepMs);
            committed.UnionWith(Sequences());
            while (committed.Contains(cumulative + 1))
            {
                cumulative++;
            }

            Acknowledge(cumulative, credits);
        }

        return committed;
    }

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
