// Goal: the API says what the database says, with every doubt, in bounded pages. Method: real HTTP; the
// oracle for readings is the view "reading" of the ingest's database.

using System.Net;
using System.Text.Json;
using Microsoft.VisualBasic.FileIO;
using Pulsegate.Alarms;
using Pulsegate.Batch;
using Pulsegate.Platform;
using Pulsegate.Read.Access;
using Pulsegate.Tests.Ingest;

namespace Pulsegate.Tests.Read;

[TestClass]
public class ReadApiTests
{
    private static readonly (string Api, string View)[] Vitals =
    [
        ("spO2", "spo2_percent"), ("pulseRate", "pulse_per_minute"), ("perfusionIndex", "perfusion_percent"),
        ("quality", "quality_percent"), ("skinTemperature", "temperature_celsius"),
    ];

    private ReadFixture _fixture = null!;

    /// <summary>The engine beneath.</summary>
    protected virtual bool IsPostgres => false;

    private static string Readings => $"/v1/devices/{ReadFixture.Device}/readings";

    [TestInitialize]
    public void Initialize() => _fixture = new ReadFixture(IsPostgres);

    [TestCleanup]
    public void Cleanup() => _fixture?.Dispose();

    [TestMethod]
    public void Readings_AreThoseOfTheView_ForEveryStatusAndTimeQuality_OverPages()
    {
        CommitAllKinds();
        List<Dictionary<string, object>> expected = _fixture.Sql(
            "select * from reading order by epoch, sequence, monotonic_ms");
        Assert.HasCount(36, expected);

        foreach (int limit in new[] { 1, 5, 9, 1000 })
        {
            List<JsonElement> found = Walk($"{Readings}?limit={limit}");
            Assert.HasCount(expected.Count, found, $"limit {limit}");
            for (int i = 0; i < found.Count; i++)
            {
                Check(expected[i], found[i]);
            }
        }
    }

    [TestMethod]
    public void ATime_IsFromIncluded_ToExcluded_AndLeavesOutWhatHasNone()
    {
        CommitAllKinds();
        // Record 3 is synced and begins 27 s after the fixture's time, one reading a second.
        JsonElement page = _fixture.Get($"{Readings}?from=2026-09-21T14:13:48Z&to=2026-09-21T14:13:50Z");
        CollectionAssert.AreEqual(
            new[] { "2026-09-21T14:13:48+00:00", "2026-09-21T14:13:49+00:00" },
            page.GetProperty("items").EnumerateArray().Select(item
                => item.GetProperty("utc").GetString()).ToArray());
        Assert.AreEqual(JsonValueKind.Null, page.GetProperty("next").ValueKind);
    }

    [TestMethod]
    public void ATime_FindsWhatAnAnchorHasPlacedThere_WhateverTheUnitsOwnClockSaid()
    {
        VerifiedRecord early = Records.Vitals(1) with
        {
            TimeQuality = 1,
            UtcMs = Records.UtcMs - 86_400_000,
            Readings = [new DecodedReading(5_000, Records.UtcMs - 86_400_000, [971, 720, 123, 88, 3655],
                [0, 0, 0, 0, 0])],
        };
        _fixture.Commit(early, Records.Anchor(2, 65_000, Records.UtcMs), Records.Vitals(3));
        JsonElement reading = Items(
            "/v1/devices/ward-1/readings?from=2023-11-14T22:12:20Z&to=2023-11-14T22:12:21Z").Single();
        Assert.AreEqual("anchor", reading.GetProperty("utcSource").GetString());
        Assert.AreEqual(1, reading.GetProperty("sequence").GetInt64());
        Assert.IsEmpty(
            Items("/v1/devices/ward-1/readings?from=2023-11-13T00:00:00Z&to=2023-11-14T00:00:00Z"));
    }

    [TestMethod]
    public void AnUnchangedPage_IsNotSentAgain_AndAChangedOneIs()
    {
        _fixture.Commit(_fixture.Unit.Seal(1));
        using HttpResponseMessage first = _fixture.Send(Readings);
        string tag = first.Headers.ETag!.ToString();
        Assert.AreEqual(HttpStatusCode.NotModified, _fixture.Send(Readings, tag: tag).StatusCode);
        Assert.AreEqual(HttpStatusCode.NotModified, _fixture.Send(Readings, tag: $"\"x\", {tag}").StatusCode);
        _fixture.Commit(_fixture.Unit.Seal(2));
        Assert.AreEqual(HttpStatusCode.OK, _fixture.Send(Readings, tag: tag).StatusCode);
    }

    [TestMethod]
    public void Csv_HasTheSameReadings_AndNoFormulas()
    {
        const string device = "-dde-1";   // a device id may begin so
        _fixture.Commit(Records.Vitals(1, device) with
        {
            Readings = [new DecodedReading(5, null, [null, null, 12, 0, -150], [2, 4, 0, 0, 0])],
        });
        using HttpResponseMessage response = _fixture.Send($"/v1/devices/{device}/readings.csv");
        Assert.AreEqual($"attachment; filename={device}.csv",
            response.Content.Headers.ContentDisposition!.ToString().Replace("\"", ""));
        string text = response.Content.ReadAsStringAsync().Result;
        using var parser = new TextFieldParser(new StringReader(text)) { Delimiters = [","] };
        string[] names = parser.ReadFields()!;
        Dictionary<string, string> line = names.Zip(parser.ReadFields()!).ToDictionary();
        Assert.IsTrue(parser.EndOfData && text.EndsWith("\r\n", StringComparison.Ordinal));
        Assert.AreEqual("'-dde-1", line["device"]);
        Assert.AreEqual("", line["spo2_percent"]);
        Assert.AreEqual("NoFinger", line["spo2_status"]);
        Assert.AreEqual("-1.5", line["skin_temperature_celsius"]);
        Assert.AreEqual("0.12", line["perfusion_percent"]);
    }

    [TestMethod]
    [DataRow("=1+1", "'=1+1")]
    [DataRow("+1", "'+1")]
    [DataRow("@sum", "'@sum")]
    [DataRow("\tx", "'\tx")]
    [DataRow("a,b", "\"a,b\"")]
    [DataRow("a\"b\r\n", "\"a\"\"b\r\n\"")]
    [DataRow("=\"x\"", "\"'=\"\"x\"\"\"")]
    public void ACell_IsQuotedAsRfc4180Says_AndRunsNothing(string text, string expected)
        => Assert.AreEqual(expected, Pulsegate.Read.Api.Csv.Cell(text));

    [TestMethod]
    public void Gaps_AreWhatIsMissing_AndWhatTheDeviceDeclared()
    {
        string[] texts = [.. Enumerable.Range(1, 9).Select(i => _fixture.Unit.Seal(i))];
        _fixture.Commit(texts[0], texts[8], _fixture.Unit.Tombstone(10, 4, 6));
        JsonElement gaps = _fixture.Get($"/v1/devices/{ReadFixture.Device}/gaps");
        CollectionAssert.AreEqual(
            new[] { "2-3", "7-8" },
            gaps.GetProperty("missing").EnumerateArray()
                .Select(gap => $"{gap.GetProperty("first")}-{gap.GetProperty("last")}").ToArray());
        JsonElement declared = gaps.GetProperty("declared").EnumerateArray().Single();
        Assert.AreEqual("Full", declared.GetProperty("reason").GetString());
        Assert.AreEqual(4, declared.GetProperty("first").GetInt64());

        JsonElement device = _fixture.Get("/v1/devices").GetProperty("items").EnumerateArray().Single();
        Assert.AreEqual(4, device.GetProperty("missing").GetInt64());
        Assert.AreEqual(3, device.GetProperty("records").GetInt64());
    }

    [TestMethod]
    public void ARawMessage_IsVerifiedAnew_AndAnAlteredOneIsSaidToBe()
    {
        string text = _fixture.Unit.Seal(1);
        _fixture.Commit(text);
        string path = $"/v1/devices/{ReadFixture.Device}/records/f123456700000001/1";
        JsonElement raw = _fixture.Get(path, Role.Operator);
        Assert.AreEqual(text, raw.GetProperty("jws").GetString());
        Assert.AreEqual("verified", raw.GetProperty("verification").GetString());

        _fixture.Sql(
            "update record set jws = substr(jws, 1, length(jws) - 9) || 'AAAAAAAAA'");
        Assert.AreEqual(
            "not verified: signature wrong",
            _fixture.Get(path, Role.Operator).GetProperty("verification").GetString());
        Assert.AreEqual(404, _fixture.Status(path[..^1] + "2"));
    }

    [TestMethod]
    public void AnAlarm_IsInPhysicalUnits_AndStaysAcknowledgedByWhoWasFirst()
    {
        _fixture.Commit(
            Records.Vitals(1), Records.Vitals(2) with
            {
                Kind = RecordKind.Alarm,
                Readings = [],
                Fields = new Dictionary<string, object?>
                {
                    ["condition"] = 0L, ["vital"] = 0L, ["priority"] = 3L, ["raised"] = true,
                    ["value"] = 874L, ["limit"] = 900L,
                },
            });
        JsonElement alarm = Items("/v1/devices/ward-1/alarms").Single();
        Assert.AreEqual("spo2Low", alarm.GetProperty("condition").GetString());
        Assert.AreEqual("High", alarm.GetProperty("priority").GetString());
        Assert.AreEqual("Raised", alarm.GetProperty("stage").GetString());
        Assert.AreEqual(87.4m, alarm.GetProperty("value").GetDecimal());
        Assert.AreEqual(90m, alarm.GetProperty("limit").GetDecimal());
        Assert.AreEqual("%", alarm.GetProperty("unit").GetString());
        Assert.AreEqual(JsonValueKind.Null, alarm.GetProperty("acknowledgedBy").ValueKind);

        string path = $"/v1/devices/ward-1/alarms/{Records.Epoch:x16}/2/acknowledgement";
        Assert.AreEqual(204, _fixture.Status(path, method: "POST"));
        Assert.AreEqual(204, _fixture.Status(
            path, method: "POST", token: _fixture.Tokens.Add("another", Role.Clinician)));
        Assert.AreEqual("a-Clinician",
            Items("/v1/devices/ward-1/alarms").Single().GetProperty("acknowledgedBy").GetString());
        Assert.AreEqual(404, _fixture.Status(path.Replace("/2/", "/1/"), method: "POST"),
            "a reading is no alarm");
        Assert.IsEmpty(Items($"/v1/devices/ward-1/alarms?after={alarm.GetProperty("cursor").GetString()}"));
    }

    [TestMethod]
    public void EveryStepOfAnAlarm_IsToldFromItsBeginning()
    {
        AlarmStage[] stages = Enum.GetValues<AlarmStage>();
        _fixture.Commit([.. stages.Select((stage, i) => _fixture.Unit.Alarm(i + 1, stage))]);
        CollectionAssert.AreEqual(
            stages.Select(stage => stage.ToString()).ToArray(),
            Items($"/v1/devices/{ReadFixture.Device}/alarms")
                .Select(alarm => alarm.GetProperty("stage").GetString())
                .ToArray());
    }

    [TestMethod]
    public void Devices_ArePagedById_WithAllThatIsKnownOfThem()
    {
        _fixture.Commit([.. Enumerable.Range(1, 7).Select(i => Records.Vitals(1, $"ward-{i}"))]);
        List<JsonElement> found = Walk("/v1/devices?limit=3");
        CollectionAssert.AreEqual(
            Enumerable.Range(1, 7).Select(i => $"ward-{i}").ToArray(),
            found.Select(item => item.GetProperty("device").GetString()).ToArray());
        Assert.AreEqual("ward-3", _fixture.Get("/v1/devices/ward-3").GetProperty("device").GetString());
        Assert.AreEqual(404, _fixture.Status("/v1/devices/ward-9"));
        Assert.AreEqual(404, _fixture.Status("/v1/devices/ward-9/readings"),
            "nobody's silence is no empty list");
    }

    [TestMethod]
    public void Metrics_AreInPrometheusFormat_WithoutNamesOfDevices()
    {
        _fixture.Commit(Records.Vitals(1), Records.Vitals(3), Records.Vitals(1, "ward-2"));
        using HttpResponseMessage response = _fixture.Send("/metrics", Role.Operator);
        string text = response.Content.ReadAsStringAsync().Result;
        StringAssert.Contains(text, "# TYPE pulsegate_devices gauge\npulsegate_devices 2\n");
        StringAssert.Contains(text, "\npulsegate_records_total 3\n");
        StringAssert.Contains(text, "\npulsegate_devices_late 2\n");
        StringAssert.Contains(text, "\npulsegate_stores_with_gaps 1\n");
        Assert.IsFalse(text.Contains("ward", StringComparison.Ordinal));
        foreach (string line in text.TrimEnd('\n').Split('\n').Where(line => line[0] != '#'))
        {
            StringAssert.Matches(
                line, new System.Text.RegularExpressions.Regex(@"\A[a-z0-9_]+(\{.*\})? \S+\z"));
        }
    }

    // Every status; without a time, estimated with an anchor, and synced.
    private void CommitAllKinds()
    {
        _fixture.Commit(
            _fixture.Unit.Seal(1, TimeQuality.Unsynced), _fixture.Unit.Seal(2, TimeQuality.Estimated),
            _fixture.Unit.Seal(3), _fixture.Unit.Seal(4));
    }

    private List<JsonElement> Items(string path)
        => [.. _fixture.Get(path).GetProperty("items").EnumerateArray()];

    private List<JsonElement> Walk(string path)
    {
        var found = new List<JsonElement>();
        string? next = "";
        for (int page = 0; next is not null; page++)
        {
            Assert.IsLessThan(100, page, "the pages have no end");
            JsonElement answer = _fixture.Get(next.Length == 0 ? path : $"{path}&after={next}");
            found.AddRange(answer.GetProperty("items").EnumerateArray());
            next = answer.GetProperty("next").GetString();
        }

        return found;
    }

    private static void Check(Dictionary<string, object> expected, JsonElement found)
    {
        Assert.AreEqual(expected["epoch"], found.GetProperty("epoch").GetString());
        Assert.AreEqual(expected["sequence"], found.GetProperty("sequence").GetInt64());
        Assert.AreEqual(expected["monotonic_ms"], found.GetProperty("monotonicMs").GetInt64());
        Assert.AreEqual(expected["utc_source"] as string, found.GetProperty("utcSource").GetString());
        Assert.AreEqual(
            expected["utc"] as string,
            found.GetProperty("utc").ValueKind == JsonValueKind.Null ? null
                : found.GetProperty("utc").GetDateTimeOffset().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'"));
        foreach ((string api, string view) in Vitals)
        {
            JsonElement vital = found.GetProperty(api);
            string status = view[..view.IndexOf('_')] + "_status";
            Assert.AreEqual(expected[status], vital.GetProperty("status").GetString());
            JsonElement value = vital.GetProperty("value");
            Assert.AreEqual(expected[view] is DBNull, value.ValueKind == JsonValueKind.Null,
                $"{view}: {status}");
            if (value.ValueKind != JsonValueKind.Null)
            {
                Assert.AreEqual(Convert.ToDecimal(expected[view]), value.GetDecimal(), view);
            }
        }
    }
}
