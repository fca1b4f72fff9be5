// Goal: what goes into a batch comes out of it, with every doubt, within the budgets. Method: round trips
// through the backend's verifier over regular, ragged and hostile readings; the encoding itself is checked by
// other code in CheckBatchTests.

using Pulsegate.Batch;
using Pulsegate.Ingest.Format;
using Pulsegate.Virtual.Bench;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Batch;

[TestClass]
public sealed class BatchEncoderTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void OneMinuteOfFiveVitals_StaysWithinTheBudgets()
    {
        int wire = 0;
        int payload = 0;
        const int Minutes = 50;
        for (int seed = 1; seed <= Minutes; seed++)
        {
            byte[] text = BatchSample.Vitals(BatchSample.Encoder(seed, 60));
            wire += text.Length;
            payload += BatchSample.Verify(text, "vitals").Payload.Length;
        }

        TestContext.WriteLine($"wire {wire / Minutes} bytes a minute, payload {payload / Minutes}");
        Assert.IsLessThanOrEqualTo(650, wire / Minutes);
    }

    [TestMethod]
    public void RandomReadings_ComeBackAsTheyWere()
    {
        var random = new Random(1);
        for (int round = 0; round < 300; round++)
        {
            int count = random.Next(1, 120);
            var encoder = new BatchEncoder(count);
            var readings = RandomReadings(random, count);
            foreach (Reading reading in readings)
            {
                Assert.IsTrue(encoder.Add(reading));
            }

            CborWriter writer = new(new byte[16000], 0, 16000);
            RecordHeader.WriteSealed(
                writer, TestKeys.Device, BatchSample.Epoch, 7, 3, RecordKind.Vitals, encoder.FirstMonotonicMs,
                Pulsegate.Platform.TimeQuality.Estimated, BatchSample.UtcMs, new byte[8]);
            Assert.IsTrue(encoder.Encode(writer));
            byte[] text = BatchSample.Seal(writer);
            AssertSame(readings, BatchSample.Verify(text, "vitals"));
        }
    }

    [TestMethod]
    public void StaleValue_IsSentAsAbsent_WithItsReason()
    {
        var encoder = new BatchEncoder(4);
        var reading = new Reading { MonotonicMs = 5000 };
        reading.SetStale(Vital.SpO2, 970, 3000);
        encoder.Add(reading);
        DecodedReading decoded = BatchSample.Verify(BatchSample.Vitals(encoder), "vitals").Readings[0];
        Assert.IsNull(decoded.Values[Vital.SpO2]);
        Assert.AreEqual((byte)ReadingStatus.Stale, decoded.Statuses[Vital.SpO2]);
    }

    [TestMethod]
    [DataRow(int.MinValue)]
    [DataRow(-65_536 + 3650)]
    [DataRow(-BatchEncoder.ValueMax - 1)]
    [DataRow(BatchEncoder.ValueMax + 1)]
    [DataRow(65_536 + 3650)]
    [DataRow(int.MaxValue)]
    public void ValueThatIsNoVital_IsASensorFault(int value)
    {
        DecodedReading decoded = DecodedTemperature(value);
        Assert.AreEqual((byte)ReadingStatus.SensorFault, decoded.Statuses[Vital.Temperature]);
        Assert.IsNull(decoded.Values[Vital.Temperature]);
    }

    [TestMethod]
    [DataRow(-BatchEncoder.ValueMax)]
    [DataRow(-4000)]
    [DataRow(12_500)]
    [DataRow(BatchEncoder.ValueMax)]
    public void ValueOfAVital_IsKept(int value)
        => Assert.AreEqual(value, DecodedTemperature(value).Values[Vital.Temperature]);

    [TestMethod]
    public void ColumnOfAnyValues_ComesBackAsItWas()
    {
        var random = new Random(3);
        for (int round = 0; round < 2000; round++)
        {
            var columns = new ColumnWriter(BatchEncoder.CapacityMax);
            int count = random.Next(1, BatchEncoder.CapacityMax + 1);
            int scale = 1 << random.Next(0, 31);
            int mean = random.Next(-(1 << 30) + (scale / 2), (1 << 30) - (scale / 2) + 1);
            for (int i = 0; i < count; i++)
            {
                columns.Values[i] = mean + (random.Next(-scale / 2, (scale / 2) + 1) >> random.Next(20));
            }

            int[] expected = columns.Values[..count];
            CborWriter writer = new(new byte[4096], 0, 4096);
            columns.Write(writer, count);
            CollectionAssert.AreEqual(expected, columns.Values[..count], "the values stay");
            var reader = new CborReader();
            reader.Reset(writer.Buffer, 0, writer.Length);
            int[] read = new int[count];
            Assert.IsTrue(ColumnReader.TryRead(reader, read, count) && reader.IsAtEnd, $"round {round}");
            CollectionAssert.AreEqual(expected, read, $"round {round}");
        }
    }

    [TestMethod]
    public void Add_RefusesWhatDoesNotFit_AndAllocatesNothing()
    {
        var encoder = new BatchEncoder(300);
        var source = new SyntheticReadings(1);
        var reading = new Reading();
        source.Next(reading);
        encoder.Add(reading);
        Assert.IsFalse(encoder.Add(reading), "the same second twice");
        source.Next(reading);
        long before = GC.GetAllocatedBytesForCurrentThread();
        encoder.Add(reading);
        Assert.AreEqual(before, GC.GetAllocatedBytesForCurrentThread());
        while (encoder.Count < 300)
        {
            source.Next(reading);
            Assert.IsTrue(encoder.Add(reading));
        }

        source.Next(reading);
        Assert.IsFalse(encoder.Add(reading), "full");
        CborWriter writer = BatchSample.Begin(RecordKind.Vitals);
        before = GC.GetAllocatedBytesForCurrentThread();
        Assert.IsTrue(encoder.Encode(writer));
        Assert.AreEqual(before, GC.GetAllocatedBytesForCurrentThread());
        encoder.Clear();
        Assert.AreEqual(0, encoder.Count);
    }

    [TestMethod]
    public void BatchThatFitsNoRecord_GoesInParts_AndNothingIsLost()
    {
        var random = new Random(2);
        List<Reading> readings = RandomReadings(random, 300);
        var encoder = new BatchEncoder(300);
        readings.ForEach(reading => Assert.IsTrue(encoder.Add(reading)));
        int delivered = 0;
        while (encoder.Count > 0)
        {
            int count = encoder.Count;
            byte[]? text = null;
            while (text is null)
            {
                var writer = new CborWriter(new byte[2048], 0, 2048);
                RecordHeader.WriteSealed(
                    writer, TestKeys.Device, BatchSample.Epoch, 7, 3, RecordKind.Vitals,
                    encoder.FirstMonotonicMs,
                    Pulsegate.Platform.TimeQuality.Estimated, BatchSample.UtcMs, new byte[8]);
                text = encoder.Encode(writer, count) ? BatchSample.Seal(writer) : null;
                count = text is null ? count / 2 : count;
            }

            AssertSame(readings.GetRange(delivered, count), BatchSample.Verify(text, "vitals"));
            encoder.RemoveFirst(count);
            delivered += count;
        }

        Assert.AreEqual(300, delivered);
    }

    private static DecodedReading DecodedTemperature(int value)
    {
        var encoder = new BatchEncoder(4);
        var reading = new Reading { MonotonicMs = 5000 };
        reading.Set(Vital.Temperature, value, ReadingStatus.Valid);
        encoder.Add(reading);
        return BatchSample.Verify(BatchSample.Vitals(encoder), "vitals").Readings[0];
    }

    private static List<Reading> RandomReadings(Random random, int count)
    {
        var readings = new List<Reading>();
        long ms = random.Next(1000);
        int scale = 1 << random.Next(1, 16);
        bool isRegular = random.Next(2) == 0;
        for (int i = 0; i < count; i++)
        {
            var reading = new Reading { MonotonicMs = ms, AfterDiscontinuity = random.Next(10) == 0 };
            ms += isRegular ? 1000 : random.Next(1, 5000);
            for (int vital = 0; vital < Vital.Count; vital++)
            {
                bool isFresh = random.Next(8) > 0;
                var status = (ReadingStatus)(isFresh ? 8 * random.Next(2) : random.Next(1, 8));
                reading.Set(vital, random.Next(1 - scale, scale) >> random.Next(10), status);
            }

            readings.Add(reading);
        }

        return readings;
    }

    private static void AssertSame(List<Reading> expected, VerifiedRecord record)
    {
        Assert.HasCount(expected.Count, record.Readings);
        Assert.AreEqual(expected.Exists(reading => reading.AfterDiscontinuity), record.HasDiscontinuity);
        for (int i = 0; i < expected.Count; i++)
        {
            DecodedReading decoded = record.Readings[i];
            Assert.AreEqual(expected[i].MonotonicMs, decoded.MonotonicMs);
            Assert.AreEqual(record.UtcMs + expected[i].MonotonicMs - record.MonotonicMs, decoded.UtcMs);
            CollectionAssert.AreEqual(expected[i].Statuses, decoded.Statuses);
            for (int vital = 0; vital < Vital.Count; vital++)
            {
                Assert.AreEqual(
                    expected[i].IsFresh(vital) ? expected[i].Values[vital] : null, decoded.Values[vital]);
            }
        }
    }
}
