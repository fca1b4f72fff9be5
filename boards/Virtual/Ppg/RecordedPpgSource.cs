// A finger played from a CSV recording, so that a chain can be judged on signals that nobody here made.

using Iot.Device.Max3010x.Emulator;

namespace Pulsegate.Virtual.Ppg;

/// <summary>
/// Light from a recording. Causal: light at a moment depends on no later row, except that scale and lag come
/// from the first second. Light lags the rows by <see cref="DelayMicroseconds"/>; times computed from it are
/// that much late.
/// </summary>
public sealed class RecordedPpgSource : IPpgSource
{
    private const double BaseLight = 320_000;       // pA per mA of LED current: a finger, mid range
    // where red says nothing: lit, and without a pulse, so that no saturation can be had
    private const double SteadyRed = 1;
    private const int SecondsMin = 1;
    private const int SecondsMax = 48 * 3600;

    /// <summary>Fewest rows a second that are played.</summary>
    public const int RowsPerSecondMin = 10;

    private readonly PpgTrack _infrared;
    private readonly PpgTrack? _red;
    private readonly string _columns;

    /// <summary>Reads a recording.</summary>
    /// <param name="path">CSV file with a header line.</param>
    /// <param name="timeColumn">Name of the time column, seconds.</param>
    /// <param name="infraredColumn">Name of the column played as infrared.</param>
    /// <param name="redColumn">Name of the column played as red; null for a steady red light without a
    /// pulse.</param>
    /// <param name="invert">True when the columns fall as blood volume rises (camera brightness, raw
    /// counts).</param>
    /// <param name="areCounts">True when the columns are the sensor's own counts (18 bits, 4 096 nA, 6.4 mA):
    /// they are played as they are, without a scale, and <paramref name="invert"/> says nothing.</param>
    /// <param name="rowsPerSecond">Rate of the rows, which then need no time column; 0 for none.</param>
    /// <exception cref="RecordingException">The file cannot be used; the message says why.</exception>
    public RecordedPpgSource(string path, string timeColumn, string infraredColumn, string? redColumn,
        bool invert, bool areCounts = false, double rowsPerSecond = 0)
    {
        if (redColumn == infraredColumn)
        {
            throw new RecordingException(
                $"{path}: column {redColumn} is named for red and infrared; their ratio would mean nothing");
        }

        CsvRecording recording = redColumn is null
            ? CsvRecording.Read(path, timeColumn, rowsPerSecond, infraredColumn)
            : CsvRecording.Read(path, timeColumn, rowsPerSecond, infraredColumn, redColumn);
        double start = recording.TimesSeconds[0];
        double[] times = [.. recording.TimesSeconds.Select(time => time - start)];
        double interval = FirstInterval(times);
        RequireNumbers(path, infraredColumn, recording.Columns[0]);
        RequireNumbers(path, redColumn, recording.Columns[^1]);

        if (times[^1] is < SecondsMin or > SecondsMax)
        {
            throw new RecordingException(
                $"{path}: the recording lasts {times[^1]:0.###} s; it must last {SecondsMin} s to "
                    + $"{SecondsMax} s (is the time in seconds?)");
        }

        RequireEnoughRows(path, times);
        if (areCounts)
        {
            RequireCounts(path, infraredColumn, recording.Columns[0]);
            RequireCounts(path, redColumn, recording.Columns[^1]);
        }

        StartSeconds = start;
        DurationMicroseconds = (long)(times[^1] * 1e6);
        DelayMicroseconds = (long)(interval * 1e6);
        _columns = redColumn is null ? "" : $"{infraredColumn} or {redColumn}";
        double lightPerCount = areCounts ? PpgCounts.LightPerCount / BaseLight : 0;
        _infrared = new PpgTrack(times, recording.Columns[0], interval, invert, lightPerCount);
        if (redColumn is not null)
        {
            _red = new PpgTrack(times, recording.Columns[1], interval, invert, lightPerCount);
        }
    }

    /// <summary>
    /// True when red was recorded and both columns have, as far as they were played, a level of their own;
    /// else an SpO2 computed from this light would mean nothing, and red is played steady: there is none.
    /// </summary>
    public bool HasRed => _red is not null && _infrared.IsNatural && _red.IsNatural;

    /// <summary>Why there can be no SpO2, in words; null while there can be one.</summary>
    public string? WhyNoSpO2 => HasRed ? null
        : _red is null ? "the recording has no red channel"
        : $"column {_columns} has no level of its own, which light has: one of at least four times its swing";

    /// <summary>By how much light lags the rows, in microseconds: about one row interval.</summary>
    public long DelayMicroseconds { get; }

    /// <summary>Time of the first row in the file's own seconds; it is played at time 0.</summary>
    public double StartSeconds { get; }

    /// <summary>Length of the recording, microseconds; the last row is held after it.</summary>
    public long DurationMicroseconds { get; }

    /// <inheritdoc/>
    public void Sample(long timeMicroseconds, int[] light)
    {
        double seconds = timeMicroseconds / 1e6;
        double infrared = _infrared.At(seconds);
        double recordedRed = _red?.At(seconds) ?? SteadyRed;
        double red = HasRed ? recordedRed : SteadyRed;
        light[PpgLight.Red] = (int)(BaseLight * red);
        light[PpgLight.Infrared] = (int)(BaseLight * infrared);
        light[PpgLight.Ambient] = 0;
    }

    private static void RequireNumbers(string path, string? column, double[] values)
    {
        if (column is not null && Array.TrueForAll(values, double.IsNaN))
        {
            throw new RecordingException(
                $"{path}: column {column} has no number in any row; name another column");
        }
    }

    private static void RequireCounts(string path, string? column, double[] values)
    {
        if (Array.Exists(values, value => value is < 0 or > PpgCounts.FullScale))
        {
            throw new RecordingException(
                $"{path}: column {column}: counts are 0 to {PpgCounts.FullScale}; leave out --counts if "
                    + "these are none");
        }
    }

    // By the median: a recording may pause. A pulse of 4 beats a second has its notch and its slopes above
    // that. In whole microseconds: differences of decimal times are off by their last bits.
    private static void RequireEnoughRows(string path, double[] times)
    {
        double[] intervals = [.. times.Zip(times.Skip(1), (before, after) => after - before).Order()];
        double median = intervals[intervals.Length / 2];
        if (Math.Round(median * 1e6) > 1_000_000 / RowsPerSecondMin)
        {
            throw new RecordingException(
                $"{path}: a row every {median:0.###} s; a pulse needs {RowsPerSecondMin} rows a second or "
                    + $"more "
                + "(is the time in seconds?)");
        }
    }

    // The row interval that four in five of the first second's keep within: above the median where rows
    // jitter.
    private static double FirstInterval(double[] times)
    {
        List<double> intervals = [];
        for (int i = 1; i < times.Length && times[i] < SecondsMin; i++)
        {
            intervals.Add(times[i] - times[i - 1]);
        }

        intervals.Sort();
        double interval = intervals.Count == 0 ? 0 : intervals[intervals.Count * 4 / 5];
        return Math.Clamp(interval, 0, 0.25);
    }
}
