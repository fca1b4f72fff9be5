// From ratio of ratios to oxygen saturation. Which curve is right depends on the LEDs and the optics, and can
// only be measured on people.

using System;

namespace Pulsegate.Vitals;

/// <summary>A falling curve, linear between its points. Immutable.</summary>
public sealed class CalibrationTable
{
    /// <summary>Most points in a table.</summary>
    public const int PointsMax = 32;

    /// <summary>Lowest saturation that is given, 0.1 %.</summary>
    public const int SpO2DeciMin = 600;

    /// <summary>Highest saturation that is given, 0.1 %.</summary>
    public const int SpO2DeciMax = 1000;

    private readonly int[] _ratiosMilli;
    private readonly int[] _spO2Deci;

    /// <summary>Creates a table for one device.</summary>
    /// <param name="version">Number of the table, sent with the readings; 0 is the generic curve.</param>
    /// <param name="ratiosMilli">Ratios in thousandths, rising, 2 to <see cref="PointsMax"/>, within 1 to 5
    /// 000.</param>
    /// <param name="spO2Deci">Saturation at each, 0.1 %, never rising, within 0 to 1 000.</param>
    /// <exception cref="ArgumentException">The points are not as said.</exception>
    public CalibrationTable(int version, int[] ratiosMilli, int[] spO2Deci)
    {
        if (ratiosMilli.Length < 2 || ratiosMilli.Length > PointsMax || spO2Deci.Length != ratiosMilli.Length)
        {
            throw new ArgumentException("A calibration table needs 2 to 32 ratios and as many saturations");
        }

        for (int i = 0; i < ratiosMilli.Length; i++)
        {
            bool isOrdered = i == 0
                || (ratiosMilli[i] > ratiosMilli[i - 1] && spO2Deci[i] <= spO2Deci[i - 1]);
            if (!isOrdered || ratiosMilli[i] < 1 || ratiosMilli[i] > 5000 || spO2Deci[i] < 0
                || spO2Deci[i] > SpO2DeciMax)
            {
                throw new ArgumentException(
                    "A calibration table needs rising ratios and falling saturations, in range");
            }
        }

        Version = version;
        _ratiosMilli = new int[ratiosMilli.Length];
        _spO2Deci = new int[ratiosMilli.Length];
        Array.Copy(ratiosMilli, 0, _ratiosMilli, 0, ratiosMilli.Length);
        Array.Copy(spO2Deci, 0, _spO2Deci, 0, ratiosMilli.Length);
    }

    /// <summary>Number of the table; 0 is the generic curve.</summary>
    public readonly int Version;

    /// <summary>True for the curve that belongs to no device: its values are Uncalibrated.</summary>
    public bool IsGeneric
    {
        get { return Version == 0; }
    }

    /// <summary>
    /// Creates the curve published by the sensor's maker with reference design MAXREFDES117 (RD117): SpO2 =
    /// -45.060 R² + 30.354 R + 94.845 %, points every 0.05 or less. It belongs to the maker's optics, not to
    /// this device. Left of its vertex (R 0.337) it would fall again; 100 % stands there.
    /// </summary>
    public static CalibrationTable CreateGeneric()
    {
        int[] ratios = new[]
        {
            200, 337, 400, 450, 500, 550, 600, 650, 700, 750, 800, 850, 900, 950, 1000, 1050, 1100, 1150,
                1200, 1250, 1279,
        };
        int[] saturations = new int[ratios.Length];
        for (int i = 0; i < ratios.Length; i++)
        {
            // In 0.1 %: 948.45 + 303.54 R - 450.60 R², with R in thousandths and a half added for rounding.
            long r = ratios[i];
            int value = (int)((948_450_000 + (303_540 * r) - (450_600 * r * r / 1000) + 500_000) / 1_000_000);
            saturations[i] = r <= 337 || value > SpO2DeciMax ? SpO2DeciMax : value;
        }

        return new CalibrationTable(0, ratios, saturations);
    }

    /// <summary>Looks a ratio up.</summary>
    /// <param name="ratioMilli">Ratio of ratios, thousandths.</param>
    /// <param name="spO2Deci">Saturation, 0.1 %, 600 to 1 000; 0 when false.</param>
    /// <returns>False when the ratio lies outside the table or the saturation outside 60 to 100 %: it is
    /// refused, not limited.</returns>
    public bool TryLookUp(int ratioMilli, out int spO2Deci)
    {
        spO2Deci = 0;
        int last = _ratiosMilli.Length - 1;
        if (ratioMilli < _ratiosMilli[0] || ratioMilli > _ratiosMilli[last])
        {
            return false;
        }

        int i = 1;
        while (ratioMilli > _ratiosMilli[i])
        {
            i++;   // ends at the last point
        }

        int width = _ratiosMilli[i] - _ratiosMilli[i - 1];
        int fall = _spO2Deci[i - 1] - _spO2Deci[i];
        int value = _spO2Deci[i - 1] - (((ratioMilli - _ratiosMilli[i - 1]) * fall) + (width / 2)) / width;
        if (value < SpO2DeciMin || value > SpO2DeciMax)
        {
            return false;
        }

        spO2Deci = value;
        return true;
    }
}
