// Partial National Early Warning Score 2: the points that a unit can know, of saturation, pulse and
// temperature. Source: Royal College of Physicians, "National Early Warning Score (NEWS) 2", 2017, chart 1.

namespace Pulsegate.Display;

/// <summary>
/// Points of single vitals, 0 to 3, as information for somebody who knows the rest of the patient
/// (respiration, blood pressure, consciousness). Never an alarm by itself, and never a whole score. Values
/// are rounded to the chart's resolution first, half up, and then banded.
/// </summary>
public static class News2
{
    private const int SinglePointsMax = 3;

    /// <summary>Points of a saturation on scale 1.</summary>
    /// <param name="tenths">0.1 %.</param>
    public static int OfSpO2(int tenths)
    {
        int percent = Rounded(tenths);
        return percent <= 91 ? SinglePointsMax : percent <= 93 ? 2 : percent <= 95 ? 1 : 0;
    }

    /// <summary>Points of a saturation on scale 2: for patients with hypercapnic failure, on a clinician's
    /// order.</summary>
    /// <param name="tenths">0.1 %.</param>
    /// <param name="isOnOxygen">True when the patient breathes more than air.</param>
    public static int OfSpO2OnScale2(int tenths, bool isOnOxygen)
    {
        int percent = Rounded(tenths);
        if (percent <= 92 || !isOnOxygen)
        {
            return percent <= 83 ? SinglePointsMax : percent <= 85 ? 2 : percent <= 87 ? 1 : 0;
        }

        return percent <= 94 ? 1 : percent <= 96 ? 2 : SinglePointsMax;
    }

    /// <summary>Points of a pulse rate.</summary>
    /// <param name="tenths">0.1 /min.</param>
    public static int OfPulseRate(int tenths)
    {
        int rate = Rounded(tenths);
        if (rate <= 50)
        {
            return rate <= 40 ? SinglePointsMax : 1;
        }

        return rate <= 90 ? 0 : rate <= 110 ? 1 : rate <= 130 ? 2 : SinglePointsMax;
    }

    /// <summary>Points of a body temperature. A skin temperature has none.</summary>
    /// <param name="hundredths">0.01 °C.</param>
    public static int OfTemperature(int hundredths)
    {
        int tenths = Rounded(hundredths);
        if (tenths <= 360)
        {
            return tenths <= 350 ? SinglePointsMax : 1;
        }

        return tenths <= 380 ? 0 : tenths <= 390 ? 1 : 2;
    }

    private static int Rounded(int value) => (value + 5) / 10;
}
