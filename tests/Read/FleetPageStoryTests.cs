// Goal: an operator finds the unit that needs him among ten thousand, and sees of it what the backend has,
// with all its doubt. Method: the real server and database, Debian's chromium driven by Playwright.

using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Pulsegate.Alarms;
using Pulsegate.Batch;
using Pulsegate.Ingest.Format;
using Pulsegate.Ingest.Storage;
using Pulsegate.Platform;
using Pulsegate.Read.Access;
using Pulsegate.Tests.Batch;
using Pulsegate.Tests.Ingest;
using Pulsegate.Tests.Web;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Read;

[TestClass]
[TestCategory("Slow")]
public sealed class FleetPageStoryTests
{
    private readonly ReadFixture _fixture = new() { LibraryFolder = DemoSite.LibraryFolder };

    public TestContext TestContext { get; set; } = null!;

    [TestCleanup]
    public void Cleanup() => _fixture.Dispose();

    [TestMethod]
    public async Task TenThousandUnits_AreListed_TheTroubledFirst_AndAnyIsFound()
    {
        const int count = 10_000;
        CommitFleet(count);
        await using BrowserPage page = await Enter(Role.Viewer);
        await page.Reads("#found", "^10.000 of 10.000$");
        await page.Reads("[data-trouble=late]", "^10late$");
        await page.Reads("[data-trouble=filling]", "^1filling up$");
        await page.Reads("[data-trouble=ending]", "^1certificate ends$");
        // of the ten that are late
        await page.Reads("#shown tr:first-child", "^ward-[0-9]+0[0-9]+ (min|h) ago");
        Assert.IsLessThan(200, await page.Page.Locator("#shown tr").CountAsync(), "rows in the document");
        await page.Reads("#standing-count", "^2 high, 1 medium, 0 low$");
        // late
        await page.Reads("#standing-list li:first-child", "^High ward-1000: spo2Low.*it may have ended$");
        await page.Reads("#standing-list li:last-child", "^Medium ward-7: pulseRateHigh");
        await page.Keep("fleet");

        await page.Page.Locator("#find").FillAsync("ward-777");
        await page.Reads("#found", "^11 of");   // it, and the ten that begin with it
        await page.Page.Locator("#find").FillAsync("");
        await page.Page.Locator("#rows").EvaluateAsync("list => list.scrollTop = list.scrollHeight");
        await page.Reads("#shown tr:last-child", "ward-");
        await page.Page.Locator("[data-trouble=ending]").ClickAsync();
        await page.Reads("#found", "^1 of");
        await page.Reads("#shown tr", "^ward-2");
        await page.Page.Locator("#shown a").ClickAsync();
        await page.Reads("#name", "^ward-2$");
        await page.Reads("#trouble", "certificate ends");
        await page.Reads("#facts", "firmware1.2.3");

        await page.Page.Locator("#leave").ClickAsync();
        await Assertions.Expect(page.Page.Locator("#entry")).ToBeVisibleAsync();
        await page.Reads("#facts", "^$");
    }

    [TestMethod]
    public async Task AUnit_ShowsItsDoubt_ItsGaps_ItsAlarms_AndEveryMessage()
    {
        string[] texts = [.. Enumerable.Range(1, 9).Select(i => _fixture.Unit.Seal(
            i, i == 1 ? TimeQuality.Estimated : TimeQuality.Synced))];
        _fixture.CommitAt(
            BatchSample.UtcMs + 600_000,
            [
                .. texts[..4], .. texts[6..], _fixture.Unit.Tombstone(10, 6, 6), _fixture.Unit.Alarm(11),
                _fixture.Unit.Alarm(12, AlarmStage.Unattended),
            ]);
        CommitTwentyMinutes(BatchSample.UtcMs - 1_200_000);
        await using BrowserPage page = await Enter(Role.Clinician);
        await page.Page.Locator("#shown a").ClickAsync();
        await page.Reads(
            "#gaps", "records 5 to 5 of store [0-9a-f]{16} are missing.*records 6 to 6: Full, declared");
        await page.Reads(
            "#doubt", "^1263 readings, 63 of them came later, 9 at a time that the unit had only estimated");
        // 1140, and two of each record's nine statuses
        await page.Shows("#chart-spO2", "data-numbers", "^1154$");
        await page.Shows("#chart-spO2", "data-marks", "spo2Low");
        await page.Reads("#records li:first-child", "record 9, 9 readings");

        await page.Reads(
            "#alarms", "spo2Low, High, Unattended 87.4 %.*spo2Low, High, Raised 87.4 % \\(limit 90\\)");
        await page.Page.Locator("#alarms button", new PageLocatorOptions { HasText = "Seen" }).ClickAsync();
        await page.Reads("#alarms", "seen by a-Clinician");
        await page.Page.Locator("#records li:first-child button").ClickAsync();
        await page.Reads("#message-title", "^Record 9, Vitals: verified$");
        await page.Reads("#message-text", "^" + Regex.Escape(texts[8]) + "$");
        await page.Page.Locator("#message button").ClickAsync();
        await page.Keep("unit");
        await page.Page.Locator("[data-move='-1']").ClickAsync();
        await page.Reads("#records", "^no record of this time$");
        Assert.IsNotEmpty(ReadFixture.Sql(
            _fixture.AccessFile, "select * from audit where token = 'a-Clinician' and outcome = 'allowed'"));
    }

    [TestMethod]
    public async Task WhoMayNot_IsTold_AndWhatIsOld_IsMarked()
    {
        _fixture.CommitAt(BatchSample.UtcMs + 60_000, _fixture.Unit.Seal(1));
        await using BrowserPage page = await Enter("nobody's", isRefusedOnPurpose: true);
        await page.Reads("#problem", "not known here");
        await page.Page.Locator("#token").FillAsync(_fixture.TokenOf(Role.Viewer));
        await page.Page.Locator("#entry button").ClickAsync();
        await page.Page.Locator("#shown a").ClickAsync();
        await page.Page.Locator("#records li:first-child button").ClickAsync();
        await page.Reads("#problem", "the role Viewer may not");

        _fixture.StopServer();
        await page.Page.Locator("[data-move='0']").ClickAsync();
        await page.Reads("#problem", "The server does not answer. What stands here is old.");
        await page.Shows("body", "class", "old");
    }

    // Received now, but for every thousandth, a day ago.
    private void CommitFleet(int count)
    {
        long nowMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var group = new CommitGroup();
        for (int i = 1; i <= count; i++)
        {
            long receivedMs = i % 1000 == 0 ? nowMs - 86_400_000 : nowMs;
            group.Records.Add(new ReceivedRecord(Records.Vitals(1, $"ward-{i}"), receivedMs));
        }

        foreach ((string device, int condition, AlarmPriority priority, long receivedMs) in new[]
        {
            ("ward-7", AlarmCondition.PulseRateHigh, AlarmPriority.Medium, nowMs),
            ("ward-8", AlarmCondition.SpO2Low, AlarmPriority.High, nowMs),
            ("ward-1000", AlarmCondition.SpO2Low, AlarmPriority.High, nowMs - 86_400_000),
        })
        {
            group.Records.Add(new ReceivedRecord(
                StandingAlarmTests.Alarm(device, 2, condition, priority), receivedMs));
        }

        AddHealth(group, "ward-1", new() { ["stored"] = 500L, ["freeMinutes"] = 90L }, nowMs);
        AddHealth(group, "ward-2", new() { ["certificateEndDay"] = (nowMs / 86_400_000) + 9 }, nowMs);
        group.States.Add(new ReceivedState(
            "status", Records.Vitals(1, "ward-2") with
            {
                Kind = RecordKind.Status, Readings = [],
                Fields = new Dictionary<string, object?> { ["firmware"] = "1.2.3", ["online"] = true },
            },
            nowMs));
        using IRecordSink database = _fixture.OpenSink();
        database.Commit(group);
    }

    // A quiet time, received as it came, with a minute of motion and then without a calibration.
    private void CommitTwentyMinutes(long beginUtcMs)
    {
        var group = new CommitGroup();
        for (int minute = 0; minute < 20; minute++)
        {
            long utcMs = beginUtcMs + (minute * 60_000);
            group.Records.Add(new ReceivedRecord(
                Records.Vitals(minute + 1, TestKeys.Device) with
                {
                    UtcMs = utcMs,
                    Readings =
                        [.. Enumerable.Range(minute * 60, 60).Select(second => Reading(second, beginUtcMs))],
                },
                utcMs + 61_000));
        }

        using IRecordSink database = _fixture.OpenSink();
        database.Commit(group);
    }

    private static DecodedReading Reading(int second, long beginUtcMs)
    {
        bool isMoving = second is >= 300 and < 360;
        byte doubt = (byte)(second < 600 ? 0 : (byte)ReadingStatus.Uncalibrated);
        byte status = isMoving ? (byte)ReadingStatus.Motion : doubt;
        return new DecodedReading(
            second * 1000, beginUtcMs + (second * 1000),
            [
                isMoving ? null : 970 + (int)(8 * Math.Sin(second / 40.0)),
                isMoving ? null : 720 + (int)(60 * Math.Sin(second / 70.0)), 250, isMoving ? 10 : 85,
                3350 + (second / 20),
            ],
            [status, status, 0, 0, 0]);
    }

    private static void AddHealth(
        CommitGroup group, string device, Dictionary<string, object?> fields, long receivedMs)
        => group.States.Add(new ReceivedState(
            "health",
            Records.Vitals(1, device) with { Kind = RecordKind.Health, Readings = [], Fields = fields },
            receivedMs));

    private Task<BrowserPage> Enter(Role role) => Enter(_fixture.TokenOf(role));

    private async Task<BrowserPage> Enter(string token, bool isRefusedOnPurpose = false)
    {
        BrowserPage page = await BrowserPage.Open(_fixture.Server.Address.ToString(), TestContext);
        page.IsRefusedOnPurpose = isRefusedOnPurpose;
        await page.Page.Locator("#token").FillAsync(token);
        await page.Page.Locator("#entry button").ClickAsync();
        return page;
    }
}
