// Goal: store-format.md is enough to read a unit's flash. Method: folders of several lives, one of them
// damaged, are read by a Python script of the standard library alone, written from the documents; it must
// agree on every record, byte for byte.

using System.Diagnostics;
using System.Text.Json;
using Pulsegate.Batch;
using Pulsegate.Ingest.Format;
using Pulsegate.Store;
using Pulsegate.Tests.Batch;
using Pulsegate.Tests.PowerLoss;
using Pulsegate.Virtual.Storage;

namespace Pulsegate.Tests.Store;

[TestClass]
public sealed class ReadStoreTests
{
    private const string Python = "/usr/bin/python3";

    [TestMethod]
    [DataRow(5, false)]
    [DataRow(90, false)]
    [DataRow(700, false)]
    [DataRow(1500, false)]
    [DataRow(90, true)]
    public void PythonsReader_AgreesOnEveryRecord(int appends, bool isDamaged)
    {
        if (!File.Exists(Python))
        {
            Assert.Inconclusive("python3 is not installed");
        }

        var storage = new TornModel(StoreLives.CapacityBytes);
        StoreLives.Outage(storage, new StoreLedger(), appends);
        if (isDamaged)
        {
            byte[] file = [.. storage.Files["s00000001.pg"]];
            file[4000] ^= 4;
            storage.Put("s00000001.pg", file);
            storage.Put("readme.txt", [1, 2, 3]);
        }

        SegmentStore store = StoreFixture.Open(storage);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("pulsegate-store-");
        try
        {
            foreach ((string name, byte[] content) in storage.Files)
            {
                File.WriteAllBytes(Path.Combine(folder.FullName, name), content);
            }

            string[] lines = Read(folder.FullName);
            Compare(store, lines, isDamaged);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Compare(SegmentStore store, string[] lines, bool isDamaged)
    {
        JsonElement sum = JsonElement.Parse(lines[^1]);
        Assert.AreEqual(unchecked((ulong)store.Epoch), sum.GetProperty("epoch").GetUInt64());
        Assert.AreEqual(store.BootId, sum.GetProperty("boot").GetUInt32());
        Assert.AreEqual(isDamaged ? 1 : 0, sum.GetProperty("foreignFiles").GetInt32());
        Assert.AreEqual(isDamaged, sum.GetProperty("damagedBytes").GetInt32() > 0);
        var record = new StoredRecord();
        long after = 0;
        foreach (string line in lines[..^1])
        {
            JsonElement read = JsonElement.Parse(line);
            Assert.IsTrue(store.TryReadNext(after, record), $"after {after}");
            after = record.Sequence;
            Assert.AreEqual(after, read.GetProperty("sequence").GetInt64());
            Assert.AreEqual((int)record.Kind, read.GetProperty("kind").GetInt32());
            Assert.AreEqual(record.ReadingCount, read.GetProperty("readings").GetInt32());
            Assert.AreEqual(
                Convert.ToHexStringLower(record.Payload.AsSpan(0, record.PayloadLength)),
                read.GetProperty("payload").GetString());
            Assert.AreEqual(Convert.ToHexStringLower(record.Mac), read.GetProperty("mac").GetString());
            Assert.IsTrue(read.GetProperty("macRight").GetBoolean());
            VerifiedRecord verified = StoreFixture.Verify(record);
            Assert.AreEqual(
                JsonSerializer.Serialize(
                    verified.Declared.Select(range => new[] { range.First, range.Last })),
                JsonSerializer.Serialize(read.GetProperty("declared")));
            Assert.AreEqual(
                JsonSerializer.Serialize(verified.Summaries.Select(Plain)),
                read.TryGetProperty("summaries", out JsonElement summaries)
                    ? JsonSerializer.Serialize(summaries) : "[]");
        }

        Assert.IsFalse(store.TryReadNext(after, record), "the script missed a record");
    }

    private static object[] Plain(DecodedSummary summary)
        => [summary.MonotonicMs, summary.ReadingCount,
            .. summary.Vitals.Select(v => new int?[] { v.Count, v.Mean, v.Minimum, v.Maximum, v.Status })];

    private static string[] Read(string folder)
    {
        var start = new ProcessStartInfo(
            Python, [ProjectFile.Find("tests/python/read_store.py"), folder, "--device", TestKeys.Device,
                "--key",
                Convert.ToHexString(TestKeys.UpKey(1))])
        {
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, output);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
