using Iot.Device.Ili9341;
using Pulsegate.Alarms;
using Pulsegate.Display;
using Pulsegate.Tests.Display;
using Pulsegate.Virtual.Display;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Web;

/// <summary>What the panel must look like, drawn by the screen alone.</summary>
internal static class ExpectedPanel
{
    private const int BytesPerPixel = 3;

    /// <summary>Where a picture differs from a number of oxygen and the title of an alarm of high priority;
    /// empty for nowhere.</summary>
    internal static string Difference(Picture shown, int oxygenPercent, int condition)
    {
        Picture expected = Draw(oxygenPercent, condition);
        return Differs(shown, expected, 2, 48, 140, 84) ? "number"
            : Differs(shown, expected, 0, 178, Ili9341.Width, 24) ? "banner" : "";
    }

    /// <summary>True where a picture of the information page tells of the self-test in these words.</summary>
    internal static bool TellsOfSelfTest(Picture shown, string words)
    {
        Picture expected = Draw(new UnitFacts { SelfTest = words }, screen =>
        {
            screen.ToggleInfo();
            screen.Show(new Reading(), new AlarmSignal(), true);
        });
        return !Differs(shown, expected, 4, 62, 312, 18);
    }

    private static Picture Draw(int oxygenPercent, int condition)
    {
        var reading = new Reading();
        reading.Set(Vital.SpO2, oxygenPercent * 10, ReadingStatus.Uncalibrated);
        var signal = new AlarmSignal
        {
            Condition = condition, Raised = 1 << condition, LightPriority = (byte)AlarmPriority.High,
        };
        return Draw(new UnitFacts(), screen => screen.Show(reading, signal, true));
    }

    private static Picture Draw(UnitFacts facts, Action<Screen> change)
    {
        var panel = new LitPanel(facts);
        change(panel.Screen);
        panel.Draw();
        return panel.Look();
    }

    private static bool Differs(Picture a, Picture b, int left, int top, int width, int height)
    {
        for (int y = top; y < top + height; y++)
        {
            int at = ((y * Ili9341.Width) + left) * BytesPerPixel;
            int length = width * BytesPerPixel;
            if (!a.Pixels.AsSpan(at, length).SequenceEqual(b.Pixels.AsSpan(at, length)))
            {
                return true;
            }
        }

        return false;
    }
}
