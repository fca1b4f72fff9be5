// Goal: what v1 lacks does not compile, what it has does. Method: snippets through the C# compiler against
// the generated assemblies; the oracle is the probe of the real compiler and runtime (NO-COMPILE entries).

using Mono.Cecil;
using Pulsegate.Surface;

namespace Pulsegate.Tests.Surface;

[TestClass]
public sealed class SurfaceTests
{
    [TestMethod]
    [DataRow("string s = \"a\".Replace(\"a\", \"b\");", "CS1061")]
    [DataRow("string s = string.Join(\",\", new string[0]);", "CS0117")]
    [DataRow("bool b = \"a\".Contains('a');", "CS1503")]
    [DataRow("var list = new System.Collections.Generic.List<int>();", "CS0234")]
    [DataRow("System.Func<int> f = null;", "CS0246")]
    [DataRow("System.Action<int> f = null;", "CS0308")]
    [DataRow("System.EventHandler<int> f = null;", "CS0308")]
    [DataRow("int? n = null;", "CS0518")]
    [DataRow("object o = System.DateTime.Now;", "CS0117")]
    [DataRow("object o = System.DateTime.ParseExact(\"\", \"\", null);", "CS0117")]
    [DataRow("System.Span<byte> span = null;", "CS0246")]
    [DataRow("decimal d = 1m;", "CS0518")]
    [DataRow("var pair = (1, 2);", "CS8179")]
    [DataRow("var tail = \"abc\"[1..];", "CS0518")]
    [DataRow("System.Array.Clear(new int[1]);", "CS7036")]
    [DataRow("System.Array.Sort(new int[1]);", "CS0117")]
    [DataRow("object o = System.Math.Round(1.5, 1);", "CS1501")]
    [DataRow("object o = System.Convert.ToHexString(new byte[1]);", "CS0117")]
    [DataRow("System.Threading.Monitor.Pulse(null);", "CS0117")]
    [DataRow("object o = new System.IO.BinaryWriter(null);", "CS0246")]
    [DataRow("object o = System.Security.Cryptography.SHA256.HashData(new byte[1]);", "CS0103")]
    public void UseOfAnApiThatV1Lacks_DoesNotCompile(string statement, string error)
    {
        string[] errors = SurfaceCompiler.Errors($"class C {{ void M() {{ {statement} }} }}");
        string[] similar = error is "CS0246" or "CS0234" or "CS0103" or "CS0305" or "CS0308"
            ? ["CS0246", "CS0234", "CS0103", "CS0305", "CS0308"] : [error];
        Assert.IsTrue(errors.Intersect(similar).Any(), $"expected {error}, got: {string.Join(' ', errors)}");
    }

    [TestMethod]
    [DataRow("class C { volatile int _x; }")]
    [DataRow("record C(int X);")]
    [DataRow("class C { async void M() { } }")]
    [DataRow("class C { System.Collections.IEnumerable M() { yield return 1; } }")]
    [DataRow("class C { object M() => new { A = 1 }; }")]
    public void LanguageFeaturesWithoutTheirTypes_DoNotCompile(string source)
        => Assert.AreNotEqual(0, SurfaceCompiler.Errors(source).Length);

    [TestMethod]
    public void WhatAGatewayUses_Compiles()
    {
        string source = File.ReadAllText(SurfaceCompiler.RepositoryPath("tests/Surface/GatewayApis.txt"));
        CollectionAssert.AreEqual(Array.Empty<string>(), SurfaceCompiler.Errors(source));
    }

    [TestMethod]
    public void EveryTypeOfTheTable_IsGeneratedWithAllItsMembers()
    {
        ApiTable table = SurfaceCompiler.Table;
        Assert.AreEqual(30, table.Assemblies.Count);
        foreach (ApiAssembly assembly in table.Assemblies)
        {
            using AssemblyDefinition read = AssemblyDefinition.ReadAssembly(
                Path.Combine(SurfaceCompiler.ReferenceFolder, assembly.Name + ".dll"));
            Assert.AreEqual(assembly.Version, read.Name.Version);
            foreach (ApiType type in assembly.Types)
            {
                TypeDefinition? found = read.MainModule.GetType(type.FullName);
                Assert.IsNotNull(found, type.FullName);
                Assert.AreEqual(
                    type.Members.Count(member => member.Row == "method"),
                        found.Methods.Count(method => !method.IsPrivate),
                    type.FullName);
                Assert.AreEqual(
                    type.Members.Count(member => member.Row == "property"), found.Properties.Count,
                        type.FullName);
                Assert.AreEqual(
                    type.Members.Count(member => member.Row == "event"), found.Events.Count, type.FullName);
            }
        }
    }

    [TestMethod]
    public void GeneratingTwice_GivesTheSameBytesAndTouchesNothing()
    {
        string file = Path.Combine(SurfaceCompiler.ReferenceFolder, "mscorlib.dll");
        DateTime before = File.GetLastWriteTimeUtc(file);
        SurfaceGenerator.Generate(SurfaceCompiler.Table, SurfaceCompiler.ReferenceFolder);
        Assert.AreEqual(before, File.GetLastWriteTimeUtc(file));
    }

    [TestMethod]
    public void TableWithAnUnknownRow_IsRefusedWithItsLine()
    {
        string path = Path.GetTempFileName();
        File.WriteAllText(path, "# head\nassembly\ta\t1.0.0.0\t\t\nrubbish\tx\n");
        FormatException exception = Assert.ThrowsExactly<FormatException>(() => ApiTable.Read(path));
        StringAssert.Contains(exception.Message, "(3)");
        File.Delete(path);
    }
}
