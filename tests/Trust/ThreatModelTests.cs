// Goal: the threat model cites tests that exist. Method: every `Class.Method` in the document is looked up.

using System.Reflection;
using System.Text.RegularExpressions;
using Pulsegate.Tests.Batch;

namespace Pulsegate.Tests.Trust;

[TestClass]
public sealed partial class ThreatModelTests
{
    [TestMethod]
    public void EveryTestThatItNames_Exists()
    {
        string document = File.ReadAllText(ProjectFile.Find("docs/threat-model.md"));
        string[] names = [.. Citation().Matches(document).Select(match => match.Groups[1].Value).Distinct()];
        Assert.IsGreaterThan(30, names.Length);
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
