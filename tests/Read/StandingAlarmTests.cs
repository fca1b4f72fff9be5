// Goal: the alarms that stand in the fleet are those that no step has ended, in the order of their priority,
// whole over the pages, and quick with ten thousand devices. Method: records as the ingest commits them, real
// HTTP; what is said is compared with what was committed.

using System.Text.Json;
using Pulsegate.Alarms;
using Pulsegate.Batch;
using Pulsegate.Ingest.Storage;
using Pulsegate.Read.Access;
using Pulsegate.Tests.Ingest;

namespace Pulsegate.Tests.Read;

[TestClass]
public class StandingAlarmTests
{
    private ReadFixture _fixture = null!;

    protected virtual bool IsPostgres => false;

    [TestInitialize]
    public void Prepare()
    {
        if (IsPostgres)
        {
            SharedPostgres.RequireInstalled();
        }

        _fixture = new ReadFixture(IsPostgres);
    }

    [TestCleanup]
    public void Cleanup() => _fixture?.Dispose();

    [TestMethod]
    public void AnAlarmStands_UntilItIsCleared_OrTheUnitHasStartedAnew()
    {
        _fixture.Commit(
            Alarm("ward-1", 1, AlarmCondition.SpO2Low, AlarmPriority.High),
            Alarm("ward-1", 2, AlarmCondition.PulseRateHigh, AlarmPriority.Medium),
            Alarm("ward-1", 3, AlarmCondition.SpO2Low, AlarmPriority.High, AlarmStage.Unattended),
            Alarm("ward-2", 1, AlarmCondition.SpO2Low, AlarmPriority.High),
            Alarm("ward-2", 2, AlarmCondition.SpO2Low, AlarmPriority.High, AlarmStage.Cleared),
            Alarm("ward-3", 1, AlarmCondition.SpO2Low, AlarmPriority.High),
            Records.Vitals(2, "ward-3") with { BootId = 4 },
            Alarm("ward-4", 1, AlarmCondition.PulseRateHigh, AlarmPriority.Low));
        CollectionAssert.AreEqual(
            new[] { "High ward-1 spo2Low Unattended", "Medium ward-1 pulseRateHigh Raised",
                "Low ward-4 pulseRateHigh Raised" },
            Told("/v1/alarms"));
        CollectionAssert.AreEqual(
            new[] { "Medium ward-1 pulseRateHigh Raised" }, Told("/v1/alarms?priority=Medium"));
        Assert.AreEqual(400, _fixture.Status("/v1/alarms?priority=2"));
        Assert.AreEqual(400, _fixture.Status("/v1/alarms?after=ward-1"));
        Assert.IsNotEmpty(
            ReadFixture.Sql(_fixture.AccessFile, "select * from audit where action = 'GET /v1/alarms'"));
    }

    [TestMethod]
    public void AnOldStore_SaysNothing_AndDoubtIsSaid()
    {
        long nowMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        CommitAt(nowMs - 3_600_000, Alarm("ward-1", 1, AlarmCondition.SpO2Low, AlarmPriority.High));
        CommitAt(nowMs, Records.Vitals(1, "ward-1", Records.Epoch + 1));
        CommitAt(nowMs - 3_600_000, Alarm("ward-2", 1, AlarmCondition.SpO2Low, AlarmPriority.High));
        CommitAt(
            nowMs, Alarm("ward-3", 1, AlarmCondition.SpO2Low, AlarmPriority.High),
            Records.Vitals(3, "ward-3"),
            Alarm("ward-4", 1, AlarmCondition.SpO2Low, AlarmPriority.High));
        Assert.AreEqual(
            "ward-2 Late, ward-3 Missing, ward-4 ",
            string.Join(
                ", ", Items("/v1/alarms").Select(item => item.GetProperty("alarm").GetProperty("device")
                + " " + item.GetProperty("doubt").GetString())));
    }

    [TestMethod]
    public void Metrics_CountThemByPriorityAndCondition_WithoutNames_AndZeroIsSaid()
    {
        long nowMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        CommitAt(
            nowMs, Alarm("ward-1", 1, AlarmCondition.SpO2Low, AlarmPriority.High),
            Alarm("ward-2", 1, AlarmCondition.SpO2Low, AlarmPriority.High),
            Alarm("ward-2", 2, AlarmCondition.BatteryLow, AlarmPriority.Low),
            Alarm("ward-3", 1, AlarmCondition.SpO2Low, AlarmPriority.High),
            Alarm("ward-3", 2, AlarmCondition.SpO2Low, AlarmPriority.High, AlarmStage.Cleared),
            Alarm("ward-4", 1, 77, (AlarmPriority)99));
        CommitAt(nowMs - 3_600_000, Alarm("ward-5", 1, AlarmCondition.SpO2Low, AlarmPriority.High));
        using HttpResponseMessage response = _fixture.Send("/metrics", Role.Operator);
        string[] lines = response.Content.ReadAsStringAsync().Result.Split('\n');
        string[] standing = [.. lines.Where(line => line.StartsWith("pulsegate_standing_alarms{"))];
        CollectionAssert.AreEquivalent(
            new[]
            {
                "pulsegate_standing_alarms{condition=\"spo2Low\",priority=\"High\"} 3",
                "pulsegate_standing_alarms{condition=\"batteryLow\",priority=\"Low\"} 1",
                "pulsegate_standing_alarms{condition=\"unknown\",priority=\"unknown\"} 1",
            },
            standing.Where(line => !line.EndsWith(" 0")).ToArray());
        Assert.HasCount(4 * (AlarmCondition.Count + 1), standing);
        CollectionAssert.Contains(lines, "pulsegate_standing_alarms_doubtful 1");
        CollectionAssert.Contains(lines, "pulsegate_webhook_deliveries{state=\"dead\"} 0");
        Assert.IsFalse(lines.Any(line => line.Contains("ward", StringComparison.Ordinal)));
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void TenThousandDevices_ComeWhole_OverEveryPage_HighestFirst()
    {
        const int count = 10_000;
        var group = new CommitGroup();
        for (int i = 1; i <= count; i++)
        {
            AlarmPriority priority = (AlarmPriority)(1 + (i % 3));
            group.Records.Add(
                new ReceivedRecord(Alarm($"ward-{i}", 1, AlarmCondition.SpO2Low, priority), Records.UtcMs));
        }

        using (IRecordSink database = _fixture.OpenSink())
        {
            database.Commit(group);
        }

        string[] told = Told("/v1/alarms?limit=1000");
        Assert.HasCount(count, told);
        Assert.HasCount(count, told.Distinct());
        string priorities = string.Concat(told.Select(text => text[0]));
        Assert.AreEqual(
            new string('H', 3333) + new string('M', 3334) + new string('L', 3333), Sorted(priorities));
        Assert.AreEqual(Sorted(priorities), priorities, "highest first");
    }

    private static string Sorted(string priorities)
        => string.Concat(priorities.OrderBy(one => "HML".IndexOf(one)));

    internal static VerifiedRecord Alarm(
        string device, long sequence, int condition, AlarmPriority priority,
        AlarmStage stage = AlarmStage.Raised)
        => Records.Vitals(sequence, device) with
        {
            Kind = RecordKind.Alarm, Readings = [],
            Fields = new Dictionary<string, object?>
            {
                ["condition"] = (long)condition, ["priority"] = (long)priority,
                ["raised"] = stage != AlarmStage.Cleared, ["stage"] = (long)stage,
            },
        };

    private void CommitAt(long receivedMs, params VerifiedRecord[] records)
    {
        var group = new CommitGroup();
        group.Records.AddRange(records.Select(record => new ReceivedRecord(record, receivedMs)));
        using IRecordSink database = _fixture.OpenSink();
        database.Commit(group);
    }

    private string[] Told(string path) =>
    [
        .. Items(path).Select(item => item.GetProperty("alarm")).Select(alarm => string.Join(
            ' ', new[] { "priority", "device", "condition", "stage" }.Select(
                name => alarm.GetProperty(name).GetString()))),
    ];

    private List<JsonElement> Items(string path)
    {
        var items = new List<JsonElement>();
        for (string? after = ""; after is not null;)
        {
            string sign = path.Contains('?') ? "&" : "?";
            JsonElement page =
                _fixture.Get(after.Length == 0 ? path : $"{path}{sign}after={after}", Role.Viewer);
            items.AddRange(page.GetProperty("items").EnumerateArray());
            after = page.GetProperty("next").GetString();
        }

        return items;
    }
}
