// Goal: the view "reading" says in physical units what was signed in integers, the same on every engine.
// Method: known integers, read back by SQL.

using Microsoft.VisualStudio.TestTools.UnitTesting;
using Pulsegate.Batch;
using Pulsegate.Ingest.Format;
using Pulsegate.Ingest.Storage;

namespace Pulsegate.Tests.Ingest;

public abstract class ReadingViewTests
{
    private TestSink? _sink;

    private protected abstract TestSink NewSink();

    [TestCleanup]
    public void Cleanup() => _sink?.Dispose();

    [TestMethod]
    public void AReading_IsShownInPhysicalUnits_WithStatusesAsText()
    {
        Dictionary<string, object> row = Query(Records.Vitals(2), "select * from reading").Single();

        Assert.AreEqual("ward-1", row["device"]);
        Assert.AreEqual("fedcba9800000001", row["epoch"]);
        Assert.AreEqual(2L, row["sequence"]);
        Assert.AreEqual("reading", row["kind"]);
        Assert.AreEqual(3L, row["boot_id"]);
        Assert.AreEqual(120_000L, row["monotonic_ms"]);
        Assert.AreEqual("2023-11-14T22:13:20.123Z", row["utc"]);
        Assert.AreEqual(Records.UtcMs, row["utc_ms"]);
        Assert.AreEqual(97.1, row["spo2_percent"]);
        Assert.AreEqual("Uncalibrated", row["spo2_status"]);
        Assert.AreEqual(72.0, row["pulse_per_minute"]);
        Assert.AreEqual("Valid", row["pulse_status"]);
        Assert.AreEqual(1.23, row["perfusion_percent"]);
        Assert.AreEqual(88L, row["quality_percent"]);
        Assert.AreEqual(36.55, row["temperature_celsius"]);
    }

    [TestMethod]
    public void AnAbsentValue_IsNull_BesideTheReason()
    {
        VerifiedRecord record = Records.Vitals(1) with
        {
            UtcMs = null,
            Readings = [new DecodedReading(5, null, [null, null, 12, 0, -150], [2, 4, 3, 6, 0])],
        };

        Dictionary<string, object> row = Query(record, "select * from reading").Single();

        Assert.AreEqual(DBNull.Value, row["utc"]);
        Assert.AreEqual(DBNull.Value, row["spo2_percent"]);
        Assert.AreEqual("NoFinger", row["spo2_status"]);
        Assert.AreEqual(DBNull.Value, row["pulse_per_minute"]);
        Assert.AreEqual("Motion", row["pulse_status"]);
        Assert.AreEqual("LowPerfusion", row["perfusion_status"]);
        Assert.AreEqual("SensorFault", row["quality_status"]);
        Assert.AreEqual(-1.5, row["temperature_celsius"]);
    }

    [TestMethod]
    public void AlarmsAndEvents_HaveViewsOfTheirOwn_WithTheirFieldsAsJson()
    {
        VerifiedRecord alarm = Records.Vitals(1) with
        {
            Kind = RecordKind.Alarm,
            Readings = [],
            Fields = new Dictionary<string, object?>
            {
                ["condition"] = "low \"SpO2\"",
                ["value"] = 874,
                ["raised"] = true,
            },
        };

        Assert.AreEqual(
            "low \"SpO2\"", Query(alarm, "select fields ->> 'condition' as c from alarm").Single()["c"]);
        Assert.AreEqual(0, Query(Records.Vitals(2), "select * from event").Count);
        Assert.AreEqual(
            1, Query(Records.Vitals(3),
                "select * from alarm where cast(fields ->> 'value' as bigint) = 874").Count);
    }

    [TestMethod]
    public void ASummary_HasAViewOfItsOwn_AndIsNoReading()
    {
        SummarizedVital absent = new(0, null, null, null, 2);
        VerifiedRecord summary = Records.Vitals(4) with
        {
            Kind = RecordKind.CoarseSummary,
            Readings = [],
            Summaries =
            [
                new DecodedSummary(
                    60_000, Records.UtcMs, 60_000, 58,
                    [new(58, 971, 940, 985, 8), new(50, 720, 700, 741, 4), absent, new(58, 93, 80, 100, 0),
                        new(58, 3655, 3650, 3660, 0)]),
            ],
            Fields = new Dictionary<string, object?>
                { ["first"] = 1L, ["last"] = 3L, ["readings"] = 58L, ["reason"] = 4L },
            Declared = [(1, 1), (3, 3)],
        };
        Assert.HasCount(0, Query(summary, "select * from reading"));
        Dictionary<string, object> row =
            Query(summary, "select * from summary where vital = 'pulse_per_minute'").Single();
        Assert.AreEqual(60_000L, row["monotonic_ms"]);
        Assert.AreEqual("2023-11-14T22:13:20.123Z", row["utc"]);
        Assert.AreEqual(60L, row["seconds"]);
        Assert.AreEqual(58L, row["reading_count"]);
        Assert.AreEqual(50L, row["value_count"]);
        Assert.AreEqual(72.0, row["mean"]);
        Assert.AreEqual(70.0, row["minimum"]);
        Assert.AreEqual(74.1, row["maximum"]);
        Assert.AreEqual(4L, row["worst_status"]);
        Assert.AreEqual(
            DBNull.Value, Query(summary, "select mean from summary where vital = 'perfusion_percent'")
                .Single()["mean"]);
        Assert.HasCount(1, Query(summary, "select * from declared where reason = 4"));

        // Sequences 1 and 3 are spoken for, 4 is here, 2 is missing.
        Dictionary<string, object> gap = Query(summary, "select * from gap").Single();
        Assert.AreEqual(2L, gap["first"]);
        Assert.AreEqual(2L, gap["last"]);
    }

    [TestMethod]
    public void AReadingFromBeforeTheTimeWasKnown_IsPlacedByTheAnchorOfItsBoot_AndSaysSo()
    {
        VerifiedRecord early = Records.Vitals(1) with
        {
            UtcMs = null,
            Readings = [new DecodedReading(5_000, null, [971, 720, 123, 88, 3655], [0, 0, 0, 0, 0])],
        };
        Assert.AreEqual(DBNull.Value, Query(early, "select utc_source from reading").Single()["utc_source"]);

        // The anchor says that 65 000 ms were 22:13:20.123, so 5 000 ms were one minute earlier.
        VerifiedRecord anchor = Records.Anchor(2, 65_000, Records.UtcMs);
        Dictionary<string, object> row = Query(anchor, "select * from reading").Single();

        Assert.AreEqual("2023-11-14T22:12:20.123Z", row["utc"]);
        Assert.AreEqual("anchor", row["utc_source"]);
    }

    [TestMethod]
    public void AReadingOfAnEstimatedClock_IsPlacedByTheAnchor_AndSaysHowSure()
    {
        VerifiedRecord early = Records.Vitals(1) with
        {
            TimeQuality = 1,
            Readings = [new DecodedReading(
                5_000, Records.UtcMs - 86_400_000, [971, 720, 123, 88, 3655], [0, 0, 0, 0, 0])],
        };
        Dictionary<string, object> alone = Query(early, "select * from reading").Single();
        Assert.AreEqual("2023-11-13T22:13:20.123Z", alone["utc"]);
        Assert.AreEqual("estimate", alone["utc_source"]);
        Assert.AreEqual(DBNull.Value, alone["utc_uncertainty_ms"]);

        // Placed as above, from an anchor that came 10 000 s later: a second, and 100 in a million of that
        // time.
        VerifiedRecord anchor = Records.Anchor(2, 10_005_000, Records.UtcMs + 10_000_000);
        Dictionary<string, object> placed = Query(anchor, "select * from reading").Single();
        Assert.AreEqual("2023-11-14T22:13:20.123Z", placed["utc"]);
        Assert.AreEqual("anchor", placed["utc_source"]);
        Assert.AreEqual(2_000L, placed["utc_uncertainty_ms"]);

        Dictionary<string, object> synced =
            Query(Records.Vitals(3), "select * from reading where sequence = 3").Single();
        Assert.AreEqual("device", synced["utc_source"]);
        Assert.AreEqual(1_000L, synced["utc_uncertainty_ms"]);
    }

    private List<Dictionary<string, object>> Query(VerifiedRecord record, string sql)
    {
        _sink ??= NewSink();
        using (IRecordSink database = _sink.Open())
        {
            database.Commit(record);
        }

        return _sink.Query(sql);
    }
}
