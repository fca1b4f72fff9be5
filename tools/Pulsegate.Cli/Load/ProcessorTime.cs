// Processor time out of /proc, which other programs on the machine do not change.

using System.Globalization;

namespace Pulsegate.Cli.Load;

internal static class ProcessorTime
{
    private const double TicksPerSecond = 100;   // USER_HZ, the same on every Linux
    private const int ParentField = 1;           // fields after the name, which is in parentheses: proc(5)
    private const int UserField = 11;
    private const int SystemField = 12;
    private const int IdleField = 3;             // of the machine's line
    private const int WaitField = 4;

    /// <summary>Seconds that a process and its children have used, user and system; those that have ended and
    /// were not waited for are not in it.</summary>
    public static double SecondsOf(int processId)
    {
        double seconds = 0;
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), out int id) && TryRead(id, out string[] fields)
                && (id == processId
                    || fields[ParentField] == processId.ToString(CultureInfo.InvariantCulture)))
            {
                seconds += (long.Parse(fields[UserField]) + long.Parse(fields[SystemField])) / TicksPerSecond;
            }
        }

        return seconds;
    }

    /// <summary>Seconds of processor that all programs of the machine have used since it started.</summary>
    public static double SecondsOfAll()
    {
        // "cpu", then user, nice, system, idle, iowait, irq, softirq, steal: proc(5)
        double[] ticks = [.. File.ReadLines("/proc/stat").First()
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..9]
            .Select(field => double.Parse(field, CultureInfo.InvariantCulture))];
        return (ticks.Sum() - ticks[IdleField] - ticks[WaitField]) / TicksPerSecond;
    }

    /// <summary>Most memory that a process has held, MB; its children are not in it. 0 when it has
    /// ended.</summary>
    public static double MegabytesPeakOf(int processId)
    {
        try
        {
            string? line = File.ReadLines($"/proc/{processId}/status")
                .FirstOrDefault(text => text.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0
                : double.Parse(line.Split(' ', '\t')[^2], CultureInfo.InvariantCulture) / 1024;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static bool TryRead(int id, out string[] fields)
    {
        try
        {
            string text = File.ReadAllText($"/proc/{id}/stat");
            fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return true;
        }
        catch (IOException)
        {
            fields = [];   // it ended meanwhile
            return false;
        }
    }
}
