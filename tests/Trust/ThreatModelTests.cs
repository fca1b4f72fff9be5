// Goal: the threat model, and what a broker must hold, cite tests that exist. Method: every `Class.Method` in
// the document is looked up.

using System.Reflection;
using System.Text.RegularExpressions;
using Pulsegate.Tests.Batch;

namespace Pulsegate.Tests.Trust;

[TestClass]
public sealed partial class ThreatModelTests
{
    [TestMethod]
    [DataRow("docs/threat-model.md", 30)]
    [DataRow("docs/broker.md", 10)]
    [DataRow("docs/faults.md", 30)]
    public void EveryTestThatItNames_Exists(string path, int namesAtLeast)
    {
        string document = File.ReadAllText(ProjectFile.Find(path));
        string[] names = [.. Citation().Matches(document).Select(match => match.Groups[1].Value).Distinct()];
        Assert.IsGreaterThan(namesAtLeast, names.Length);
        var existing = typeof(ThreatModelTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods()
                .Where(method => method.GetCustomAttribute<TestMethodAttribute>() is not null)
                .Select(method => $"{type.Name}.{method.Name}"))
            .ToHashSet();
        string[] missing = [.. names.Where(name => !existing.Contains(name))];
        Assert.IsEmpty(missing, string.Join(", ", missing));
    }

    [GeneratedRegex("`([A-Za-z]+Tests\\.[A-Za-z_]+)`")]
    private static partial Regex Citation();
}
