// The schema as SQL text: Schema.sql with the status names of the firmware put in, so that the two cannot
// differ.

using System.Text.RegularExpressions;
using Pulsegate.Vitals;

namespace Pulsegate.Ingest.Storage;

internal static class DatabaseSchema
{
    /// <summary>All statements that make an empty database ours.</summary>
    internal static string Sql { get; } = Load();

    private static string Load()
    {
        using Stream stream = typeof(DatabaseSchema).Assembly.GetManifestResourceStream("Schema.sql")!;
        using var reader = new StreamReader(stream);
        return Regex.Replace(
            reader.ReadToEnd(), @"\{status:(\d+)\}", match => StatusCase(match.Groups[1].Value));
    }

    private static string StatusCase(string index)
    {
        IEnumerable<string> cases = Enum.GetValues<ReadingStatus>()
            .Select(status => $"when {(int)status} then '{status}'");
        return $"case e.value ->> {index} {string.Join(' ', cases)} end";
    }
}
