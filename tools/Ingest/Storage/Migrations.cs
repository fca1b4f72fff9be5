// The schema as SQL text, one numbered file a version, with the status names of the firmware put in, so that the
// two cannot differ.

using System.Text.RegularExpressions;
using Pulsegate.Vitals;

namespace Pulsegate.Ingest.Storage;

/// <summary>The migrations of one engine: the first makes version 1 out of an empty database.</summary>
internal sealed class Migrations
{
    private readonly string[] _sql;

    private Migrations(string engine, string number)
    {
        string prefix = $"Migrations.{engine}/";
        string[] names = [.. typeof(Migrations).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        _sql = [.. names.Select(name => Load(name, number))];
    }

    /// <summary>Those of SQLite.</summary>
    internal static Migrations Sqlite { get; } = new("Sqlite", "e.value ->> {0}");

    /// <summary>Those of PostgreSQL.</summary>
    internal static Migrations Postgres { get; } = new("Postgres", "(e.value ->> {0})::int");

    /// <summary>The version that this program knows.</summary>
    internal int Version => _sql.Length;

    /// <summary>What makes a version out of the one before it.</summary>
    internal string this[int version] => _sql[version - 1];

    private static string Load(string name, string number)
    {
        using Stream stream = typeof(Migrations).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return Regex.Replace(
            reader.ReadToEnd(), @"\{status:(\d+)\}",
            match => StatusCase(string.Format(null, number, match.Groups[1].Value)));
    }

    private static string StatusCase(string number)
    {
        IEnumerable<string> cases = Enum.GetValues<ReadingStatus>()
            .Select(status => $"when {(int)status} then '{status}'");
        return $"case {number} {string.Join(' ', cases)} end";
    }
}
