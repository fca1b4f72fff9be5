// Goal: the numbers can be read at 2 m and every word by eyes that confuse red and green; method: the drawn panel,
// measured: visual angle on the smallest panel that is named (ISO 9241-303 recommends 20 to 22 minutes of arc, 16 at
// least), contrast by WCAG 2.1, and again as dichromats see it (Vienot, Brettel and Mollon, 1999).

using Iot.Device.Ili9341;
using Pulsegate.Alarms;
using Pulsegate.Display;

namespace Pulsegate.Tests.Display;

[TestClass]
public sealed class LegibilityTests : ScreenFixture
{
    private const double SmallestPanelMm = 36.72;   // height of a panel of 2.4 inches, 3 : 4
    private const double ContrastOfText = 4.5;      // WCAG 2.1, 1.4.3

    // Linear light to linear light.
    private static readonly double[][] Eyes =
    [
        [1, 0, 0, 0, 1, 0, 0, 0, 1],
        [0.11238, 0.88762, 0, 0.11238, 0.88762, 0, 0.00401, -0.00401, 1],   // without red cones
        [0.29275, 0.70725, 0, 0.29275, 0.70725, 0, -0.02234, 0.02234, 1],   // without green cones
    ];

    [TestMethod]
    public void Numbers_CanBeReadAtTwoMetres_AndTheGuideSaysWhatCannot()
    {
        double Minutes(int pixels, double metres) => Math.Atan(
            pixels * SmallestPanelMm / Ili9341.Height / 1000 / metres) * 180 / Math.PI * 60;
        Assert.IsGreaterThanOrEqualTo(20, Minutes(Canvas.DigitHeight, 2));
        int title = 7 * Canvas.ScaleMax;
        Assert.IsLessThan(16, Minutes(title, 2));
        Assert.IsGreaterThanOrEqualTo(16, Minutes(title, 0.65));
        Assert.IsGreaterThanOrEqualTo(16, Minutes(title * 2 / 3, 0.45));
        string said = File.ReadAllText(Pulsegate.Tests.Batch.ProjectFile.Find("docs/alarms.md"));
        StringAssert.Contains(said, "title of an alarm from 0.65 m, what to do from 0.45 m");
    }

    [TestMethod]
    [DataRow(-1)]
    [DataRow(AlarmCondition.ProbeOff)]
    [DataRow(AlarmCondition.SpO2Low)]
    [DataRow(AlarmCondition.SpO2VeryLow)]
    public void EveryColourOfInk_StandsOutFromItsPaper_ForEveryEye(int condition)
    {
        Alarm(condition, 1);
        Reading.SetStale(Pulsegate.Vitals.Vital.SpO2, 968, 4000);
        Draw(true);
        foreach ((int top, int bottom) in new[] { (0, 176), (176, Ili9341.Height) })
        {
            (double R, double G, double B)[] colours = Colours(top, bottom);
            foreach (double[] eye in Eyes)
            {
                double paper = Luminance(colours[0], eye);
                foreach ((double R, double G, double B) ink in colours.Skip(1))
                {
                    double contrast = Contrast(paper, Luminance(ink, eye));
                    Assert.IsGreaterThanOrEqualTo(ContrastOfText, contrast, $"rows {top} to {bottom}: {ink}");
                }
            }
        }
    }

    // A priority is told by its title, too; but no two look the same to anybody.
    [TestMethod]
    public void BannersOfPriorities_DifferInLightness_ForEveryEye()
    {
        int[] conditions =
            [-1, AlarmCondition.ProbeOff, AlarmCondition.SpO2Low, AlarmCondition.SpO2VeryLow];
        (double R, double G, double B)[] papers = [.. conditions.Select(condition =>
        {
            Alarm(condition, 1);
            Draw(true);
            return Colours(176, Ili9341.Height)[0];
        })];
        foreach (double[] eye in Eyes)
        {
            double[] light = [.. papers.Select(paper => Luminance(paper, eye)).Order()];
            for (int i = 1; i < light.Length; i++)
            {
                Assert.IsGreaterThanOrEqualTo(1.3, Contrast(light[i - 1], light[i]));
            }
        }
    }

    // Linear, the most frequent first.
    private (double R, double G, double B)[] Colours(int top, int bottom)
    {
        const int RowBytes = Ili9341.Width * 3;
        return [.. Lit.Look().Pixels[(top * RowBytes)..(bottom * RowBytes)].Chunk(3)
            .GroupBy(pixel => (pixel[0], pixel[1], pixel[2])).OrderByDescending(group => group.Count())
            .Select(group => (Linear(group.Key.Item1), Linear(group.Key.Item2), Linear(group.Key.Item3)))];
    }

    private static double Linear(byte channel)
    {
        double share = channel / 255.0;
        return share <= 0.04045 ? share / 12.92 : Math.Pow((share + 0.055) / 1.055, 2.4);
    }

    private static double Luminance((double R, double G, double B) colour, double[] eye)
    {
        double Seen(int row) => Math.Clamp(
            (eye[row] * colour.R) + (eye[row + 1] * colour.G) + (eye[row + 2] * colour.B), 0, 1);
        return (0.2126 * Seen(0)) + (0.7152 * Seen(3)) + (0.0722 * Seen(6));
    }

    private static double Contrast(double one, double other)
        => (Math.Max(one, other) + 0.05) / (Math.Min(one, other) + 0.05);
}
