// Goal: the worked bytes in docs/wire-format.md and docs/store-format.md are what the code writes. Method:
// the examples are made here and compared with the documents' blocks, comments taken off.

using System.Text;
using System.Text.RegularExpressions;
using Pulsegate.Batch;
using Pulsegate.Ingest.Format;
using Pulsegate.Platform;
using Pulsegate.Store;
using Pulsegate.Tests.Store;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Batch;

[TestClass]
public sealed class WireFormatDocumentTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void WorkedBatch_IsWhatTheCodeWrites()
    {
        MemoryStorage storage = Example(out StoredRecord record);
        AssertBlock("wire-format.md", "worked payload", Hex(record.Payload.AsSpan(0, record.PayloadLength)),
            true);
        string text = Encoding.ASCII.GetString(Jws.ToText(record, TestKeys.Device));
        AssertBlock("wire-format.md", "worked text", text, false);
        Assert.HasCount(8, BatchSample.Verify(Encoding.ASCII.GetBytes(text), "vitals").Readings);
        AssertBlock("store-format.md", "worked segment", Hex(storage.Files["s00000001.pg"]), true);
        AssertBlock("store-format.md", "worked identity", Hex(storage.Files["identity0"]), true);
    }

    [TestMethod]
    public void WorkedAcknowledgement_IsWhatTheCodeWrites()
    {
        byte[] text = AcknowledgementWriter.Write(
            TestKeys.Device, 1, TestKeys.DownKey(1), unchecked((ulong)BatchSample.Epoch), 10, [(12, 14)], 5,
            BatchSample.UtcMs);
        AssertBlock("wire-format.md", "worked acknowledgement", Encoding.ASCII.GetString(text), false);
    }

    private static MemoryStorage Example(out StoredRecord record)
    {
        var storage = new MemoryStorage();
        SegmentStore store = StoreFixture.Open(storage);
        var encoder = new BatchEncoder(8);
        var reading = new Reading();
        int[] rates = [720, 722, 721, 725, 724, 724, 727, 730];
        for (int i = 0; i < 8; i++)
        {
            reading.MonotonicMs = 61_000 + (1000 * i);
            reading.Set(Vital.SpO2, 970, ReadingStatus.Uncalibrated);
            reading.Set(Vital.PulseRate, rates[i], ReadingStatus.Valid);
            reading.SetAbsent(Vital.PerfusionIndex, i < 3 ? ReadingStatus.Acquiring : ReadingStatus.Motion);
            reading.Set(Vital.Quality, 90 + (i % 2), ReadingStatus.Valid);
            reading.SetAbsent(Vital.Temperature, ReadingStatus.SensorFault);
            if (i >= 6)
            {
                reading.Set(Vital.Temperature, 3651 + i, ReadingStatus.Valid);
            }

            reading.AfterDiscontinuity = i is 2 or 3;
            Assert.IsTrue(encoder.Add(reading));
        }

        CborWriter writer = store.Begin(
            RecordKind.Vitals, store.BootId, encoder.FirstMonotonicMs, TimeQuality.Synced, BatchSample.UtcMs);
        Assert.IsTrue(encoder.Encode(writer));
        Assert.IsTrue(store.TryCommit(8));
        record = new StoredRecord();
        Assert.IsTrue(store.TryRead(1, record));
        return storage;
    }

    private void AssertBlock(string document, string name, string expected, bool isHex)
    {
        TestContext.WriteLine($"{document}, {name}:\n{expected}");
        string text = File.ReadAllText(ProjectFile.Find("docs/" + document));
        Match block = Regex.Match(text, $"<!-- {name} -->\\s*```[a-z]*\n(.*?)```", RegexOptions.Singleline);
        Assert.IsTrue(block.Success, $"{document} has no block named {name}");
        string content = isHex ? Regex.Replace(block.Groups[1].Value, "#[^\n]*", "") : block.Groups[1].Value;
        Assert.AreEqual(expected, Regex.Replace(content, "\\s", ""), $"{document}, {name}");
    }

    private static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);
}
