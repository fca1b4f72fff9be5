namespace Pulsegate.Tests.Device;

/// <summary>Files of lines that the real nanoCLR printed, beside the sources that printed them.</summary>
internal static class RecordedLines
{
    public static string PathOf(string name)
    {
        for (string? folder = AppContext.BaseDirectory; folder != null; folder = Path.GetDirectoryName(folder))
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
