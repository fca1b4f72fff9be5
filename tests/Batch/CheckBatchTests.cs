// Goal: anybody's code can verify and decode a batch. Method: batches of regular, ragged and absent readings
// are given to a Python script that uses PyJWT and cbor2 and unpacks the columns by the document alone.

using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Pulsegate.Batch;
using Pulsegate.Platform;
using Pulsegate.Virtual.Bench;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Batch;

[TestClass]
public sealed class CheckBatchTests
{
    private const string Python = "/usr/bin/python3";

    [TestMethod]
    public void PythonsLibraries_VerifyAndDecode_EveryBatch()
    {
        if (!File.Exists(Python) || Run("-c", "import jwt, cbor2").ExitCode != 0)
        {
            Assert.Inconclusive("python3 with python3-jwt and python3-cbor2 is not installed");
        }

        var random = new Random(12);
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllLines(file, Enumerable.Range(0, 200).Select(seed => Line(random, seed)));
            (int exitCode, string output) = Run(Script(), file);
            Assert.AreEqual(0, exitCode, output);
            StringAssert.Contains(output, "200 batches agree");
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string Line(Random random, int seed)
    {
        int count = random.Next(1, 130);
        var encoder = new BatchEncoder(count);
        bool isWide = seed % 7 == 2;   // values as far as the format goes, which is further than any vital
        var values = new List<int[]>();
        var source = new SyntheticReadings(seed);
        var reading = new Reading();
        var readings = new List<object>();
        int lateMs = 0;
        for (int i = 0; i < count; i++)
        {
            source.Next(reading);
            lateMs += seed % 3 == 0 && !isWide ? random.Next(40) : 0;
            reading.MonotonicMs += lateMs;
            for (int vital = 0; vital < Vital.Count; vital++)
            {
                if (seed % 5 == 1 && !isWide && random.Next(6) == 0)
                {
                    reading.SetAbsent(vital, (ReadingStatus)random.Next(1, 7));
                }
                else if (isWide && random.Next(9) == 0)
                {
                    reading.Values[vital] = random.Next(-1 << 30, 1 << 30);
                }
            }

            Assert.IsTrue(encoder.Add(reading));
            values.Add([.. reading.Values]);
            readings.Add(new object[]
            {
                reading.MonotonicMs,
                Enumerable.Range(0, 5).Select(v
                    => reading.IsFresh(v) ? reading.Values[v] : (int?)null).ToArray(),
                reading.Statuses.Select(status => (int)status).ToArray(),
            });
        }

        var writer = new CborWriter(new byte[8192], 0, 8192);
        RecordHeader.WriteSealed(
            writer, TestKeys.Device, BatchSample.Epoch, seed + 1, 3, RecordKind.Vitals,
                encoder.FirstMonotonicMs,
            TimeQuality.Synced, BatchSample.UtcMs, [1, 2, 3, 4, 5, 6, 7, 8]);
        if (isWide)
        {
            WriteBody(writer, values, reading.Statuses);
        }

        Assert.IsTrue(isWide || encoder.Encode(writer));
        return JsonSerializer.Serialize(new
        {
            text = Encoding.ASCII.GetString(BatchSample.Seal(writer)),
            key = Convert.ToHexString(TestKeys.UpKey(1)),
            readings,
        });
    }

    // By the document, for what the unit's own encoder takes for a fault.
    private static void WriteBody(CborWriter writer, List<int[]> values, byte[] statuses)
    {
        var columns = new ColumnWriter(values.Count);
        writer.Key(PayloadKey.ReadingCount);
        writer.WriteInt(values.Count);
        writer.Key(PayloadKey.Columns);
        writer.WriteArrayHead(Vital.Count);
        for (int vital = 0; vital < Vital.Count; vital++)
        {
            values.Select(second => second[vital]).ToArray().CopyTo(columns.Values, 0);
            columns.Write(writer, values.Count);
        }

        writer.Key(PayloadKey.Statuses);
        writer.WriteArrayHead(Vital.Count);
        foreach (byte status in statuses)
        {
            writer.WriteInt(status);
        }
    }

    private static (int ExitCode, string Output) Run(params string[] arguments)
    {
        var start = new ProcessStartInfo(Python, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd() + errors.Result;
        process.WaitForExit();
        return (process.ExitCode, output);
    }

    private static string Script() => ProjectFile.Find("tests/python/check_batch.py");
}
