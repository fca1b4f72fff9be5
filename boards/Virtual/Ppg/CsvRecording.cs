// Columns of numbers from a CSV file with a header line. Every defect is reported with its line and column.

using System.Globalization;

namespace Pulsegate.Virtual.Ppg;

/// <summary>One time column and one or more value columns of a CSV file, read whole.</summary>
public sealed class CsvRecording
{
    private CsvRecording(double[] timesSeconds, double[][] columns)
    {
        TimesSeconds = timesSeconds;
        Columns = columns;
    }

    /// <summary>Time of each row in seconds, never falling.</summary>
    public double[] TimesSeconds { get; }

    /// <summary>The value columns in the order asked for; NaN where a cell is empty or says nan.</summary>
    public double[][] Columns { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file; its first line names the columns, separated by commas.</param>
    /// <param name="timeColumn">Name of the time column, seconds.</param>
    /// <param name="valueColumns">Names of the value columns.</param>
    /// <exception cref="RecordingException">The file is missing, empty, truncated, not numeric, lacks a
    /// column, or its time falls.</exception>
    public static CsvRecording Read(string path, string timeColumn, params string[] valueColumns)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception error) when (
            error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new RecordingException(
                $"{path}: cannot be read ({error.Message.TrimEnd('.')}); give the path of a CSV file");
        }

        if (lines.Length == 0)
        {
            throw new RecordingException($"{path}: is empty; a header line and rows of numbers are needed");
        }

        string[] header = lines[0].Split(',');
        int[] wanted = new int[valueColumns.Length + 1];
        wanted[0] = IndexOf(path, header, timeColumn);
        for (int i = 0; i < valueColumns.Length; i++)
        {
            wanted[i + 1] = IndexOf(path, header, valueColumns[i]);
        }

        return ReadRows(path, lines, header, wanted);
    }

    private static CsvRecording ReadRows(string path, string[] lines, string[] header, int[] wanted)
    {
        List<double> times = [];
        List<double>[] columns = new List<double>[wanted.Length - 1];
        for (int c = 0; c < columns.Length; c++)
        {
            columns[c] = [];
        }

        for (int line = 1; line < lines.Length; line++)
        {
            if (lines[line].Length == 0)
            {
                continue;
            }

            string[] cells = lines[line].Split(',');
            if (cells.Length != header.Length)
            {
                throw new RecordingException(
                    $"{path}: line {line + 1} has {cells.Length} cells where the header has {header.Length}; "
                    + "the file is truncated or damaged: remove the line or take a whole copy");
            }

            double time = Number(path, line, header, cells, wanted[0]);
            if (!double.IsFinite(time))
            {
                throw new RecordingException(
                    $"{path}: line {line + 1}, column {header[wanted[0]]}: no time; every row needs one");
            }

            if (times.Count > 0 && time < times[^1])
            {
                throw new RecordingException(
                    $"{path}: line {line + 1}, column {header[wanted[0]]}: time goes back "
                    + "from the row before; sort the rows by time");
            }

            times.Add(time);
            for (int c = 0; c < columns.Length; c++)
            {
                columns[c].Add(Number(path, line, header, cells, wanted[c + 1]));
            }
        }

        if (times.Count < 2)
        {
            throw new RecordingException($"{path}: has {times.Count} rows of numbers; at least 2 are needed");
        }

        return new CsvRecording([.. times], [.. columns.Select(column => column.ToArray())]);
    }

    private static int IndexOf(string path, string[] header, string name)
    {
        for (int i = 0; i < header.Length; i++)
        {
            if (header[i].Trim() == name)
            {
                return i;
            }
        }

        throw new RecordingException(
            $"{path}: line 1: there is no column {name}; it has {string.Join(", ", header)}");
    }

    private static double Number(string path, int line, string[] header, string[] cells, int column)
    {
        string cell = cells[column].Trim();
        if (cell.Length == 0 || cell.Equals("nan", StringComparison.OrdinalIgnoreCase))
        {
            return double.NaN;
        }

        if (!double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            || double.IsInfinity(value))
        {
            throw new RecordingException(
                $"{path}: line {line + 1}, column {header[column]}: \"{Short(cell)}\" is not a number; "
                + "write numbers with a decimal point, and leave the cell empty where there is none");
        }

        return value;
    }

    // A damaged file may hold anything; the message stays one short line.
    private static string Short(string cell)
    {
        string printable = new([.. cell.Where(c => !char.IsControl(c)).Take(20)]);
        return printable;
    }
}
