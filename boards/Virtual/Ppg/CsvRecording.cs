// Columns of numbers from a CSV file with a header line. Every defect is reported with its line and column.

using System.Globalization;

namespace Pulsegate.Virtual.Ppg;

/// <summary>One time column and one or more value columns of a CSV file, read whole.</summary>
public sealed class CsvRecording
{
    private const int FileBytesMax = 512 * 1024 * 1024;   // two days at 100 rows a second, a few columns
    private const int PrintedMax = 40;

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
    /// <param name="path">The file, at most 512 MB; its first line names the columns, separated by commas; a
    /// cell may stand in quotation marks.</param>
    /// <param name="timeColumn">Name of the time column, seconds; not looked at where the rows have a
    /// rate.</param>
    /// <param name="rowsPerSecond">Rate of the rows, which then need no time column; 0 for none.</param>
    /// <param name="valueColumns">Names of the value columns.</param>
    /// <exception cref="RecordingException">The file is missing, empty, truncated, not numeric, lacks a
    /// column, or its time falls.</exception>
    public static CsvRecording Read(string path, string timeColumn, double rowsPerSecond,
        params string[] valueColumns)
    {
        string[] lines;
        try
        {
            lines = ReadLines(path);
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

        string[] header = Cells(lines[0]);
        if (header.Length == 1 && lines[0].Contains(';'))
        {
            throw new RecordingException(
                $"{path}: line 1: the columns are separated by semicolons; separate them by commas, with "
                    + $"decimal points in numbers");
        }

        int[] wanted = new int[valueColumns.Length + 1];
        wanted[0] = rowsPerSecond > 0 ? -1 : IndexOf(path, header, timeColumn);
        for (int i = 0; i < valueColumns.Length; i++)
        {
            wanted[i + 1] = IndexOf(path, header, valueColumns[i]);
        }

        return ReadRows(path, lines, header, wanted, rowsPerSecond);
    }

    private static CsvRecording ReadRows(
        string path, string[] lines, string[] header, int[] wanted, double rowsPerSecond)
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

            string[] cells = Cells(lines[line]);
            if (cells.Length != header.Length)
            {
                throw new RecordingException(
                    $"{path}: line {line + 1} has {cells.Length} cells where the header has {header.Length}; "
                    + "the file is truncated or damaged: remove the line or take a whole copy");
            }

            times.Add(wanted[0] < 0 ? times.Count / rowsPerSecond
                : Time(path, line, header, cells, wanted[0], times.LastOrDefault(double.NegativeInfinity)));
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

    private static double Time(
        string path, int line, string[] header, string[] cells, int column, double before)
    {
        double time = Number(path, line, header, cells, column);
        if (!double.IsFinite(time))
        {
            throw new RecordingException(
                $"{path}: line {line + 1}, column {header[column]}: no time; every row needs one");
        }

        return time >= before ? time : throw new RecordingException(
            $"{path}: line {line + 1}, column {header[column]}: time goes back "
            + "from the row before; sort the rows by time");
    }

    private static int IndexOf(string path, string[] header, string name)
    {
        int index = Array.IndexOf(header, name);
        if (index < 0)
        {
            throw new RecordingException(
                $"{path}: line 1: there is no column {name}; it has "
                    + $"{string.Join(", ", header.Select(Printable))}");
        }

        return Array.IndexOf(header, name, index + 1) < 0
            ? index
            : throw new RecordingException($"{path}: line 1: two columns are named {name}; name each once");
    }

    // Whole, because the scale is taken from its start; a device or a pipe without an end is refused at the
    // limit.
    private static string[] ReadLines(string path)
    {
        using FileStream file = File.OpenRead(path);
        using var content = new MemoryStream();
        byte[] part = new byte[64 * 1024];
        for (int read = file.Read(part); read > 0; read = file.Read(part))
        {
            if (content.Length + read > FileBytesMax)
            {
                throw new RecordingException(
                    $"{path}: is larger than {FileBytesMax >> 20} MB; cut it into shorter recordings");
            }

            content.Write(part, 0, read);
        }

        content.Position = 0;
        using var reader = new StreamReader(content);
        List<string> lines = [];
        while (reader.ReadLine() is { } line)
        {
            lines.Add(line);
        }

        return [.. lines];
    }

    private static string[] Cells(string line)
    {
        string[] cells = line.Split(',');
        for (int i = 0; i < cells.Length; i++)
        {
            cells[i] = cells[i].Trim();
            if (cells[i].Length >= 2 && cells[i][0] == '"' && cells[i][^1] == '"')
            {
                cells[i] = cells[i][1..^1].Trim();
            }
        }

        return cells;
    }

    private static double Number(string path, int line, string[] header, string[] cells, int column)
    {
        string cell = cells[column];
        if (cell.Length == 0 || cell.Equals("nan", StringComparison.OrdinalIgnoreCase))
        {
            return double.NaN;
        }

        if (!double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            || double.IsInfinity(value))
        {
            throw new RecordingException(
                $"{path}: line {line + 1}, column {header[column]}: \"{Printable(cell)}\" is not a number; "
                + "write numbers with a decimal point, and leave the cell empty where there is none");
        }

        return value;
    }

    // A damaged file may hold anything; the message stays one short line.
    private static string Printable(string cell)
        => new([.. cell.Where(c => !char.IsControl(c)).Take(PrintedMax)]);
}
