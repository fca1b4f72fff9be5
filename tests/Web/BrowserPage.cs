using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Pulsegate.Tests.Web;

/// <summary>One of our pages in a browser. Everything waits for a condition, with a generous limit.</summary>
internal sealed partial class BrowserPage : IAsyncDisposable
{
    private const string Chromium = "/usr/bin/chromium";   // the launcher installs it
    private const string FolderVariable = "PULSEGATE_SCREENSHOTS";
    private const float DrawnWithinMs = 2000;
    private static readonly float LimitMs = (float)DemoSite.Limit.TotalMilliseconds;

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;
    private readonly List<string> _complaints = [];

    private BrowserPage(IPlaywright playwright, IBrowser browser, IPage page)
    {
        _playwright = playwright;
        _browser = browser;
        Page = page;
        page.PageError += (_, error) => Complain(error);
        page.Console += (_, message) =>
        {
            // A library that is not there is told by the page itself.
            bool isLibrary = (message.Location + message.Text).Contains("/lib/", StringComparison.Ordinal);
            if (message.Type == "error" && !isLibrary
                && !(IsRefusedOnPurpose
                    && message.Text.StartsWith("Failed to load", StringComparison.Ordinal)))
            {
                Complain(message.Text);
            }
        };
    }

    internal IPage Page { get; }

    /// <summary>True when the test asks for what the server refuses; the browser complains of it.</summary>
    internal bool IsRefusedOnPurpose { get; set; }

    /// <summary>Opens the page of a demo.</summary>
    internal static Task<BrowserPage> Open(
        DemoSite site, TestContext context, int width = 1280, int height = 1000)
        => Open(site.Session.PageAddress!, context, width, height);

    /// <summary>Opens the page of an address.</summary>
    internal static async Task<BrowserPage> Open(
        string address, TestContext context, int width = 1280, int height = 1000)
    {
        if (!File.Exists(Chromium))
        {
            Assert.Inconclusive($"{Chromium} is missing (Debian package chromium)");
        }

        IPlaywright playwright = await Playwright.CreateAsync();
        IBrowser browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Chromium, Headless = true, Timeout = LimitMs,
            Args =
            [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
            ],
        });
        IPage page = await browser.NewPageAsync(new BrowserNewPageOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height },
        });
        page.SetDefaultTimeout(LimitMs);
        context.WriteLine($"chromium {browser.Version}");
        var opened = new BrowserPage(playwright, browser, page);
        await page.GotoAsync(address);
        return opened;
    }

    /// <summary>Waits until the text of an element matches a pattern.</summary>
    internal Task Reads(string element, string pattern) => Assertions.Expect(Page.Locator(element))
        .ToHaveTextAsync(new Regex(pattern), new LocatorAssertionsToHaveTextOptions { Timeout = LimitMs });

    /// <summary>Waits until an attribute of an element matches a pattern.</summary>
    internal Task Shows(string element, string attribute, string pattern)
        => Assertions.Expect(Page.Locator(element)).ToHaveAttributeAsync(
            attribute, new Regex(pattern), new LocatorAssertionsToHaveAttributeOptions { Timeout = LimitMs });

    /// <summary>Uses a control by the keyboard, and waits until it has switched.</summary>
    /// <param name="name">The control.</param>
    /// <param name="staysOn">False for a control that does its work and is off again.</param>
    /// <param name="isPossible">False for one that must not be possible now.</param>
    internal async Task Press(string name, bool staysOn = true, bool isPossible = true)
    {
        ILocator control = Page.Locator($"[data-control={name}]");
        if (!isPossible)
        {
            await Assertions.Expect(control).ToBeDisabledAsync(
                new LocatorAssertionsToBeDisabledOptions { Timeout = LimitMs });
            return;
        }

        await Assertions.Expect(control).ToBeEnabledAsync(
            new LocatorAssertionsToBeEnabledOptions { Timeout = LimitMs });
        string before = (await control.GetAttributeAsync("aria-pressed"))!;
        await control.PressAsync("Enter");
        if (staysOn)
        {
            await Shows($"[data-control={name}]", "aria-pressed", before == "true" ? "false" : "true");
        }
    }

    /// <summary>Presses a button of the unit.</summary>
    internal Task PressUnit(string name) => Page.Locator($"[data-button={name}]").ClickAsync();

    /// <summary>The number of oxygen as it is told in words, asked anew each time.</summary>
    internal async Task<int> OxygenInWords()
    {
        string words = (await Page.Locator("#screen").GetAttributeAsync("alt"))!;
        return int.Parse("0" + Oxygen().Match(words).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    /// <summary>Waits until a chart has drawn the mark of an alarm; without the library, until the page says
    /// that there are no charts.</summary>
    internal Task ShowsChartMark(string chart, string title)
        => File.Exists(Path.Combine(DemoSite.LibraryFolder, "uplot", "dist", "uPlot.iife.min.js"))
            ? Shows(chart, "data-marks", title)
            : Assertions.Expect(Page.Locator("#no-charts")).ToBeVisibleAsync();

    /// <summary>Keeps a picture of the page where somebody has asked for it.</summary>
    internal async Task Keep(string name)
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder)
        {
            await Page.ScreenshotAsync(new PageScreenshotOptions
            {
                Path = Path.Combine(folder, $"page-{name}.png"), FullPage = true,
            });
        }
    }

    /// <summary>Keeps a picture of the unit alone where somebody has asked for it.</summary>
    internal async Task KeepUnit(string name)
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder)
        {
            await Page.WaitForTimeoutAsync(DrawnWithinMs);   // for the picture alone: the panel is drawn bit by bit
            await Page.Locator("#unit").ScreenshotAsync(new LocatorScreenshotOptions
            {
                Path = Path.Combine(folder, $"control-{name}.png"),
            });
        }
    }

    /// <summary>Leaves the page, as the demo must before it ends.</summary>
    internal Task Leave() => Page.GotoAsync("about:blank");

    public async ValueTask DisposeAsync()
    {
        await _browser.CloseAsync();
        _playwright.Dispose();
        lock (_complaints)
        {
            Assert.IsEmpty(_complaints, string.Join("\n", _complaints));
        }
    }

    private void Complain(string complaint)
    {
        lock (_complaints)
        {
            _complaints.Add(complaint);
        }
    }

    [GeneratedRegex("Oxygen ([0-9]+) percent")]
    private static partial Regex Oxygen();
}
