// Goal: what happens at the bedside is to be seen at the unit, and truly at the backend. Method: the real
// page in a real browser (Debian's chromium, driven by Playwright) over a whole demo; the oracle is the
// panel's picture, drawn again by the screen alone, and the database, asked beside the page.

using Microsoft.Playwright;
using Pulsegate.Alarms;
using Pulsegate.Virtual.Display;
using Pulsegate.Web;

namespace Pulsegate.Tests.Web;

[TestClass]
[TestCategory("Slow")]
public sealed class PageStoryTests
{
    private const string Measuring = "Oxygen 9[0-9] percent, pulse [67][0-9] a minute";

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task Desaturation_IsSeenOnTheUnit_InTheDatabase_AndInTheChart()
    {
        using var site = new DemoSite();
        await using BrowserPage page = await BrowserPage.Open(site, TestContext);
        await page.Shows("#screen", "alt", Measuring);
        await WaitForPanel(site, page, difference: "banner");   // the number, and no alarm
        await page.PressUnit("info");
        await WaitForPanel(site, page, difference: "number");   // something else stands there
        await page.PressUnit("info");
        await WaitForPanel(site, page, difference: "banner");
        await page.Press("desaturate");

        await page.Reads("#alarm", "High alarm: OXYGEN VERY LOW");
        await page.Reads("#light-words", "red, flashes 120 times a minute, lit 40 %");
        await page.Reads("#sound-words", "beeps, volume [0-9]+ %");
        await page.Shows("#screen", "alt", "Oxygen 7[0-9] percent");
        await WaitForPanel(site, page, difference: "");

        await page.Reads("#alarms", "OXYGEN VERY LOW: raised \\(high");
        Assert.IsGreaterThan(0, site.Query(
            "select count(*) from alarm where fields ->> 'raised' "
            + $"and fields ->> 'condition' = {AlarmCondition.SpO2VeryLow}"));
        await page.Reads("#chart-spo2 output", "7[0-9]\\.[0-9] \\(Uncalibrated\\)");
        await page.ShowsChartMark("#chart-spo2", "OXYGEN VERY LOW");
        await page.Keep("desaturation");

        await page.Reads("#alarms", "OXYGEN LOW: raised");   // the first level, slower by its delay
        await page.PressUnit("silence");
        await page.Reads("#alarm", "OXYGEN VERY LOW \\(sound paused\\)");
        await page.PressUnit("acknowledge");
        await page.Reads("#alarm", "OXYGEN VERY LOW \\(seen\\)");
        await page.Reads("#alarms", "OXYGEN VERY LOW: seen at the bedside");
        await page.Press("desaturate");
        await page.Shows("#screen", "alt", Measuring);
        await page.Reads("#alarms", "OXYGEN VERY LOW: over");
        await page.Leave();
        Assert.IsTrue(site.Session.Finish());
    }

    [TestMethod]
    public async Task WithoutNetworkAndPower_ThereIsAGap_ThenRecovery_AndBackfill()
    {
        using var site = new DemoSite();
        await using BrowserPage page = await BrowserPage.Open(site, TestContext);
        await page.Shows("#screen", "alt", Measuring);
        await page.Press("network");
        await page.Reads("#outages", "to now nothing has come for [0-9]+ s");
        await page.Reads("[data-count=stored]", "^[1-9][0-9]+$");

        await page.Press("power");
        await page.Shows("#screen", "alt", "no power");
        await page.Reads("#light-words", "dark");
        Picture dark = await site.Frame();
        Assert.IsTrue(dark.Pixels.All(channel => channel == 0), "the panel of a unit without power is dark");
        await page.Press("flash", isPossible: false);
        await page.Keep("power-cut");

        await page.Press("power");
        await page.Shows("#screen", "alt", Measuring);
        await page.Press("network");
        await page.Reads("#outages", "[1-9][0-9]* readings came later, [1-9][0-9]* s without a reading");
        await page.Reads("#events", "started \\(start 2\\)");
        await page.Reads("[data-count=unaccounted]", "^0$");
        await page.Reads("[data-count=stored]", "^0$");
        await page.Keep("back-fill");
        Assert.AreEqual(2, site.Query("select count(distinct boot_id) from record"));
        Assert.IsGreaterThan(0, site.Query("select count(*) from reading where boot_id = 2"));
        await page.Leave();
        Assert.IsTrue(site.Session.Finish());
    }

    [TestMethod]
    public async Task EveryControlOfTheFinger_DoesWhatItSays()
    {
        using var site = new DemoSite();
        await using BrowserPage page = await BrowserPage.Open(site, TestContext);
        await page.Shows("#screen", "alt", Measuring);
        await page.Press("fever");
        await page.Press("fast-pulse");
        await page.Reads("#alarm", "High alarm: PULSE VERY FAST");
        await page.KeepUnit("fast-pulse");
        await page.Press("fast-pulse");
        await page.Reads("#alarms", "PULSE VERY FAST: over");
        await page.PressUnit("acknowledge");
        await page.Reads("#alarm", "^(?!.*PULSE)");
        await page.Shows("#screen", "alt", Measuring);
        await page.Press("shake");
        await page.Shows("#screen", "alt", "Oxygen no reading");
        await page.KeepUnit("shake");
        await page.Press("shake");
        await page.Shows("#screen", "alt", Measuring);
        await page.Press("no-finger");
        await page.Shows("#screen", "alt", "pulse no reading: no finger");
        await page.Reads("#alarms", "NO SIGNAL: raised \\(medium");
        await page.KeepUnit("no-finger");
        await page.Press("no-finger");
        await page.Shows("#screen", "alt", Measuring + ", temperature 40 degrees");
        await page.Reads("#alarms", "HIGH FEVER: raised \\(medium");
        await page.KeepUnit("fever");
        await page.Press("fever");
        await page.Shows("#screen", "alt", "temperature no reading: wait");   // cools, and is no probe off
    }

    [TestMethod]
    public async Task SpoiledFlash_IsFoundOut_AndDeclared()
    {
        using var site = new DemoSite();
        await using BrowserPage page = await BrowserPage.Open(site, TestContext);
        await page.Shows("#screen", "alt", Measuring);

        // What the backend does not have yet is spoiled: the unit must find out and say so.
        await page.Press("network");
        await page.Reads("[data-count=stored]", "^[1-9][0-9]*$");
        await page.Press("flash", staysOn: false);
        await page.Reads("#balance-words", "damaged 1 times");
        await page.Press("power");
        await page.Press("power");
        await page.Press("network");
        await page.Reads("#events", "flash could not be read: [0-9]+ records declared lost");
        await page.Shows("#screen", "alt", Measuring);
        await page.Keep("corrupt-flash");
    }

    [TestMethod]
    public async Task ASoundIsTold_WhileItIsThere_AndNoLonger()
    {
        using var site = new DemoSite();
        await using BrowserPage page = await BrowserPage.Open(site, TestContext);
        await page.Press("desaturate");
        await page.Reads("#alarm", "High alarm: OXYGEN VERY LOW");
        await page.Reads("#sound-words", "beeps");
        await page.Press("power");
        await page.Reads("#sound-words", "^Sound: silent$");   // nothing is told of a dark unit that could end it
    }

    [TestMethod]
    public async Task WhoWasTurnedAway_ComesAgain_WhenThereIsRoom()
    {
        using var site = new DemoSite();
        var others = new List<HttpResponseMessage>();
        while (others.Count < EventStream.SubscriberCountMax)
        {
            others.Add(await site.Client.GetAsync("events", HttpCompletionOption.ResponseHeadersRead));
        }

        await using BrowserPage page = await BrowserPage.Open("about:blank", TestContext);
        page.IsRefusedOnPurpose = true;
        await page.Page.GotoAsync(site.Session.PageAddress!);
        await page.Shows("body", "class", "old");
        others.ForEach(other => other.Dispose());
        await page.Shows("#screen", "alt", "Oxygen");
        await page.Shows("body", "class", "^$");
    }

    [TestMethod]
    [DataRow(390, 844)]
    [DataRow(360, 740)]
    public async Task OnAPhone_NothingIsWiderThanTheGlass(int width, int height)
    {
        using var site = new DemoSite();
        await using BrowserPage page = await BrowserPage.Open(site, TestContext, width, height);
        await page.Shows("#screen", "alt", Measuring);
        await page.Reads("#chart-pulse output", "[67][0-9] at");
        foreach (string part in new[] { "#unit", "#backend", "#controls", "#balance", "#chart-spo2" })
        {
            LocatorBoundingBoxResult box = (await page.Page.Locator(part).BoundingBoxAsync())!;
            Assert.IsTrue(box.X >= 0 && box.X + box.Width <= width, $"{part}: {box.X} to {box.X + box.Width}");
        }

        double widest = await page.Page.EvaluateAsync<double>("document.documentElement.scrollWidth");
        Assert.AreEqual(width, widest);
        await page.Keep("phone");
    }

    // The number and the banner, drawn again from what is said of them, pixel by pixel.
    private static async Task WaitForPanel(DemoSite site, BrowserPage page, string difference)
    {
        long deadline = Environment.TickCount64 + (long)DemoSite.Limit.TotalMilliseconds;
        string seen;
        do
        {
            int before = await page.OxygenInWords();
            Picture shown = await site.Frame();
            seen = before == await page.OxygenInWords()
                ? ExpectedPanel.Difference(shown, before, AlarmCondition.SpO2VeryLow)
                : "the number changed meanwhile";
        }
        while (seen != difference && Environment.TickCount64 < deadline);

        Assert.AreEqual(difference, seen);
    }
}
