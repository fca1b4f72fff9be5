// Processor time out of /proc, which other programs on the machine do not change.

using System.Globalization;

namespace Pulsegate.Cli.Load;

internal static class ProcessorTime
{
    private const double TicksPerSecond = 100;   // USER_HZ, the same on every Linux
    private const int ParentField = 1;           // fields after the name, which is in parentheses: proc(5)
    private const int UserField = 11;
    private const int SystemField = 12;

    /// <summary>Seconds that a process and its children have used, user and system; those that have ended and
    /// were not waited for are not in it.</summary>
    public static double SecondsOf(int processId)
    {
        double seconds = 0;
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), out int id) && TryRead(id, out string[] fields)
                && (id == processId || fields[ParentField] == processId.ToString(CultureInfo.InvariantCulture)))
            {
                seconds += (long.Parse(fields[UserField]) + long.Parse(fields[SystemField])) / TicksPerSecond;
            }
        }

        return seconds;
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
