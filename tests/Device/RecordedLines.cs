namespace Pulsegate.Tests.Device;

/// <summary>Lines that the real nanoCLR printed, beside the sources that printed them, and those that .NET
/// prints.</summary>
internal static class RecordedLines
{
    /// <summary>What nanoCLR printed.</summary>
    public static string[] Read(string name) => File.ReadAllLines(PathOf(name));

    /// <summary>What a run prints here. Only for tests that do not run beside others: there is one
    /// console.</summary>
    public static string[] Capture(Action run)
    {
        TextWriter previous = Console.Out;
        using var captured = new StringWriter();
        Console.SetOut(captured);
        try
        {
            run();
        }
        finally
        {
            Console.SetOut(previous);
        }

        return captured.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Where a file of lines lies.</summary>
    public static string PathOf(string name)
    {
        for (string? folder = AppContext.BaseDirectory; folder
            != null; folder = Path.GetDirectoryName(folder))
        {
            string path = Path.Combine(folder, "tests", "Device", name);
            if (File.Exists(path))
            {
                return path;
            }
        }

        throw new FileNotFoundException("tests/Device/" + name);
    }
}
