// Goal: the display of the virtual unit tells how the self-test of this start has ended, a failed part too.
// Method: a whole demo; the oracle is the unit's own signed event in the database, and the row drawn again by
// the screen alone.

namespace Pulsegate.Tests.Web;

[TestClass]
[TestCategory("Slow")]
public sealed class SelfTestDisplayTests
{
    private const string Noted = "self-test ", Failed = "failed: ";
    private static readonly TimeSpan LookFor = TimeSpan.FromSeconds(6);   // a page is drawn within 2 s

    [TestMethod]
    public async Task EachStart_ShowsItsOwnOutcome()
    {
        using var site = new DemoSite();
        string first = await Outcome(site, start: 1);
        await WaitForRow(site, first);

        // Nothing can be written where a folder has that name.
        await Control(site, "control/power?on=true");
        Directory.CreateDirectory(
            Path.Combine(site.Session.Folder, "board", Pulsegate.Diagnostics.SelfTest.FlashFileName));
        await Control(site, "control/power?on=false");
        string second = await Outcome(site, start: 2);
        StringAssert.StartsWith(second, Failed);
        Assert.Contains("flash", second[Failed.Length..].Split(','));
        await WaitForRow(site, second);
    }

    // As the backend has committed it.
    private static async Task<string> Outcome(DemoSite site, int start)
    {
        long deadline = Environment.TickCount64 + (2 * (long)DemoSite.Limit.TotalMilliseconds);
        string? note = null;
        while (note is null)
        {
            Assert.IsLessThan(deadline, Environment.TickCount64, $"no outcome of start {start}");
            await Task.Delay(200);
            note = site.Text(
                $"select fields ->> 'note' from record where boot_id = {start} "
                + $"and fields ->> 'note' like '{Noted}%'");
        }

        return note[Noted.Length..];
    }

    // The page goes back to the numbers by itself, and at an alarm: it is asked for again.
    private static async Task WaitForRow(DemoSite site, string outcome)
    {
        string words = outcome.Replace(Failed, "FAILED ", StringComparison.Ordinal);
        long deadline = Environment.TickCount64 + (long)DemoSite.Limit.TotalMilliseconds;
        while (true)
        {
            await Control(site, "button/info");
            long until = Environment.TickCount64 + (long)LookFor.TotalMilliseconds;
            while (Environment.TickCount64 < until)
            {
                if (ExpectedPanel.TellsOfSelfTest(await site.Frame(), words))
                {
                    return;
                }

                await Task.Delay(100);
            }

            Assert.IsLessThan(deadline, Environment.TickCount64, $"the display does not tell: {words}");
        }
    }

    private static async Task Control(DemoSite site, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Headers = { { Pulsegate.Web.AccessGuard.ControlHeader, "page" } },
        };
        using HttpResponseMessage answer = await site.Client.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    }
}
