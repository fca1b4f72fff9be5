// Values of the configuration file: what each may be, and what is said of one that may not.

using System.Collections;

namespace Pulsegate.Configuration;

/// <content>Values.</content>
public sealed partial class ConfigurationReader
{
    private void ReadCalibration(object value)
    {
        var table = value as Hashtable;
        if (table == null || table.Count != 3)
        {
            Refuse("calibration", "an object of version, ratioMilli and spo2Tenths");
            return;
        }

        _configuration.CalibrationVersion = Integer("calibration.version", table["version"], 1, 65535);
        int[] ratios = Integers("calibration.ratioMilli", table["ratioMilli"], 100, 5000);
        int[] values = Integers("calibration.spo2Tenths", table["spo2Tenths"], 0, 1100);
        if (_error.Length != 0)
        {
            return;
        }

        bool isRising = ratios.Length == values.Length;
        for (int i = 1; isRising && i < ratios.Length; i++)
        {
            isRising = ratios[i] > ratios[i - 1] && values[i] < values[i - 1];
        }

        if (!isRising)
        {
            Refuse("calibration", "as many ratioMilli, rising, as spo2Tenths, falling");
            return;
        }

        _configuration.CalibrationRatioMilli = ratios;
        _configuration.CalibrationSpO2Tenths = values;
    }

    private void ReadAveraging(string key, object value)
    {
        if (value is int)
        {
            var seconds = (int)value;
            if (seconds == GatewayConfiguration.SpO2AveragingSecondsDefault
                || seconds == GatewayConfiguration.SpO2AveragingSecondsFast)
            {
                _configuration.SpO2AveragingSeconds = seconds;
                return;
            }
        }

        Refuse(key, "8 or 4");
    }

    private int[] Integers(string path, object value, int min, int max)
    {
        var list = value as ArrayList;
        if (list == null || list.Count < GatewayConfiguration.CalibrationPointCountMin
            || list.Count > GatewayConfiguration.CalibrationPointCountMax)
        {
            Refuse(path, "a list of 2 to 32 integers");
            return new int[0];
        }

        var numbers = new int[list.Count];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = Integer(path, list[i], min, max);
        }

        return numbers;
    }

    private int Integer(string path, object value, int min, int max)
    {
        if (value is int)
        {
            var number = (int)value;
            if (number >= min && number <= max)
            {
                return number;
            }
        }

        Refuse(path, "an integer from " + min.ToString() + " to " + max.ToString());
        return min;
    }

    private bool Flag(string path, object value)
    {
        if (value is bool)
        {
            return (bool)value;
        }

        Refuse(path, "true or false");
        return true;
    }

    private string Text(string path, object value, int lengthMax)
    {
        var text = value as string;
        if (text != null && text.Length > 0 && text.Length <= lengthMax)
        {
            return text;
        }

        Refuse(path, "text of 1 to " + lengthMax.ToString() + " characters");
        return "";
    }

    // The first refusal is the one that is told: later ones may follow from it.
    private void Refuse(string path, string allowed)
    {
        if (_error.Length == 0)
        {
            _error = "configuration: " + ShownName.Of(path) + " must be " + allowed;
        }
    }
}
