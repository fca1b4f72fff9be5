// Goal: floating point stays in listed methods, and there division, comparison and conversion go through
// guards. Method: planted snippets with a list of their own.

using Mono.Cecil;
using Pulsegate.SubsetCheck;
using Pulsegate.Tests.Surface;

namespace Pulsegate.Tests.SubsetCheck;

[TestClass]
public sealed class FloatRuleTests
{
    private const string Listed = "method\tC::M\tplanted";
    private const string Guard = "guard\tG::Divide\tplanted";
    private const string GuardSource =
        "static class G { public static float Divide(float a, float b) => b > 0.001f || b < -0.001f ? a / b "
            + ": 0f; }";

    [TestMethod]
    [DataRow("class C { float _state; float M(float x) { _state += x * 0.5f; return _state - x; } }")]
    [DataRow("class C { float M(float x) => G.Divide(x, 3f) + (float)System.Math.Sqrt(x); }")]
    [DataRow(
        "class C { float M(float[] x, int n) { float sum = 0; for (int i = 0; i < n; i++) { sum += x[i]; } "
            + "return sum; } }")]
    [DataRow("class C { float M(float x, bool isBig) => x * (isBig ? 2f : 0.5f); }")]
    [DataRow("class C { float M(int x, int y) => (x / (y + 1)) * 0.5f; }")]
    [DataRow(
        "class C { int M(float x, int y) { float z = x; try { z += 1f; } catch (System.Exception) { y /= 2; "
            + "} return y; } }")]
    public void ListedMethodThatUsesGuards_Passes(string source)
        => Assert.AreEqual(
            "", PlantedViolationTests.Ids(PlantedViolationTests.Check(source + GuardSource, Listed, Guard)));

    [TestMethod]
    [DataRow("PG07", "class C { float M(float x, float y) => x / y; }")]
    [DataRow("PG07", "class C { float M(float x) => 1f / (x * x); }")]
    [DataRow("PG07", "class C { double M(int x) => 1.0 / x; }")]
    [DataRow("PG07", "class C { float M(float x) => x % 2f; }")]
    [DataRow("PG07", "class C { float M(float x) => x > 1f ? 1f : x; }")]
    [DataRow("PG07", "class C { bool M(float x) => x == 0f; }")]
    [DataRow("PG07", "class C { bool M(float[] x, int i) => x[i] >= x[i + 1]; }")]
    [DataRow("PG07", "class C { float _x; void M(float y) { if (_x < y) { _x = y; } } }")]
    [DataRow("PG07", "class C { float M(float x, bool b) => (b ? x : 1f) / (b ? 2f : x); }")]
    [DataRow("PG07", "class C { bool M() => System.Math.Sqrt(2.0) > 1.0; }")]
    [DataRow("PG08", "class C { int M(float x) => (int)x; }")]
    [DataRow("PG08", "class C { byte M(double x) => (byte)x; }")]
    [DataRow("PG08", "class C { long M(float x) => (long)(x * 1000f); }")]
    public void ListedMethodThatDividesComparesOrConvertsItself_IsRejected(string rule, string source)
        => StringAssert.Contains(
            PlantedViolationTests.Ids(PlantedViolationTests.Check(source, Listed)), rule);

    [TestMethod]
    public void FloatingPointOutsideTheList_IsRejectedWhereItIs()
    {
        List<Violation> violations = PlantedViolationTests.Check(
            "class C {\n float M(float x) => x;\n int N(int x)\n {\n  return (int)(x * 0.5f);\n } }", Listed);
        Violation violation = violations.Single();
        Assert.AreEqual("PG06", violation.Rule.Id);
        Assert.AreEqual("C::N", violation.Place);
        Assert.AreEqual(5, violation.Line);
    }

    [TestMethod]
    [DataRow("method\tC::M")]
    [DataRow("method\tC::M\t ")]
    [DataRow("any\tC::M\treason")]
    [DataRow("method\tC.M\treason")]
    public void ListEntryWithoutKindMethodOrReason_IsRefused(string line)
        => Assert.ThrowsExactly<FormatException>(() => FloatMethods.Read([line]));

    [TestMethod]
    public void EveryMethodOfTheProjectsList_Exists()
    {
        FloatMethods list =
            FloatMethods.Read(
                File.ReadLines(SurfaceCompiler.RepositoryPath("tools/SubsetCheck/float-methods.tsv")));
        HashSet<string> methods = Directory
            .EnumerateFiles(
                SurfaceCompiler.RepositoryPath("boards/Surface"), "Pulsegate.Surface.*.dll",
                    SearchOption.AllDirectories)
            .Where(path => path.Contains("/bin/") && !path.Contains("Generator"))
            .SelectMany(path => ModuleDefinition.ReadModule(path).GetTypes().SelectMany(type => type.Methods))
            .Select(method => $"{method.DeclaringType.FullName}::{method.Name}").ToHashSet();
        if (methods.Count == 0)
        {
            Assert.Inconclusive("the surface projects have not been built");
        }

        foreach (string name in list.Names)
        {
            Assert.Contains(name, methods, $"{name} is listed and does not exist");
        }
    }
}
