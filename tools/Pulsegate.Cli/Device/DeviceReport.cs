// What the launcher of the device's tests printed: results, vectors between two marks, costs.

using System.Globalization;

namespace Pulsegate.Cli.Device;

/// <summary>The outcome of a run on the device's runtime.</summary>
internal sealed class DeviceReport
{
    private const string VectorBegin = "vector begin ", VectorEnd = "vector end", Cost = "cost ";

    private DeviceReport()
    {
    }

    /// <summary>Full names of the tests that passed.</summary>
    public List<string> Passed { get; } = [];

    /// <summary>Name and message of each that failed.</summary>
    public List<(string Name, string Message)> Failed { get; } = [];

    /// <summary>Name and reason of each that was skipped.</summary>
    public List<(string Name, string Message)> Skipped { get; } = [];

    /// <summary>Lines of each vector that came to its end.</summary>
    public Dictionary<string, string[]> Vectors { get; } = [];

    /// <summary>Name, count and microseconds of what was timed.</summary>
    public List<(string Name, long Count, long Microseconds)> Costs { get; } = [];

    /// <summary>Reads what was printed. What a crash has cut off is missing and therefore not
    /// passed.</summary>
    public static DeviceReport Read(IEnumerable<string> lines)
    {
        var report = new DeviceReport();
        string? vector = null;
        var vectorLines = new List<string>();
        foreach (string raw in lines)
        {
            string line = raw.TrimEnd('\r');
            if (line.StartsWith(VectorBegin, StringComparison.Ordinal))
            {
                vector = line[VectorBegin.Length..];
                vectorLines.Clear();
            }
            else if (line == VectorEnd && vector is not null)
            {
                report.Vectors[vector] = [.. vectorLines];
                vector = null;
            }
            else if (line.StartsWith("Test ", StringComparison.Ordinal))
            {
                report.AddResult(line);
                vector = null;
            }
            else if (line.StartsWith(Cost, StringComparison.Ordinal))
            {
                report.AddCost(line[Cost.Length..].Split(' '));
            }
            else if (vector is not null)
            {
                vectorLines.Add(line);
            }
        }

        return report;
    }

    // "Test passed,Namespace.Class.Method.0,ticks", "Test failed,...,message", "Test skipped,...,reason".
    private void AddResult(string line)
    {
        string[] parts = line.Split(',', 3);
        if (parts.Length != 3)
        {
            return;
        }

        string name = parts[1];
        switch (parts[0])
        {
            case "Test passed":
                Passed.Add(name);
                break;
            case "Test failed":
                Failed.Add((name, parts[2]));
                break;
            case "Test skipped":
                Skipped.Add((name, parts[2]));
                break;
        }
    }

    private void AddCost(string[] parts)
    {
        if (parts.Length == 3 && long.TryParse(parts[1], CultureInfo.InvariantCulture, out long count)
            && count > 0
            && long.TryParse(parts[2], CultureInfo.InvariantCulture, out long microseconds))
        {
            Costs.Add((parts[0], count, microseconds));
        }
    }
}
