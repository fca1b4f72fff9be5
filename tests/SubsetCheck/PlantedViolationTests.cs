// Goal: each construct that compiles for v1 and then crashes or lies is rejected under its rule, at its line,
// and what is fine is not. Method: planted snippets, compiled against the surface, through the checker. The
// oracle is the probe of the real runtime.

using Pulsegate.SubsetCheck;
using Pulsegate.Tests.Surface;

namespace Pulsegate.Tests.SubsetCheck;

[TestClass]
public sealed class PlantedViolationTests
{
    [TestMethod]
    [DataRow("PG01", "class C<T> { public T X; }")]
    [DataRow("PG01", "class C { static int M<T>(T x) => 3; }")]
    [DataRow("PG01", "delegate T Make<T>();")]
    [DataRow("PG02", "class C<T> { } class D : C<int> { }")]
    [DataRow("PG02", "delegate T Func<T>(); class C { int M(Func<int> f) => f(); }")]
    [DataRow("PG02", "delegate void Action<T>(T x); class C { Action<int> _f; }")]
    [DataRow("PG02", "class C { static int G<T>(T x) => 3; int M() => G(1); }")]
    [DataRow("PG02", "class C<T> { } class D { void M() { object o = new C<int>[3]; } }")]
    [DataRow("PG03", "class C { int[,] _x; }")]
    [DataRow("PG03", "class C { void M() { var x = new int[2, 2]; x[1, 1] = 3; } }")]
    [DataRow("PG03", "class C { int M(int[][,] x) => 1; }")]
    [DataRow("PG04", "class C { int M(int a) => checked(a + 1); }")]
    [DataRow("PG04", "class C { byte M(int a) => checked((byte)a); }")]
    [DataRow("PG04", "class C { object M(long a) => new byte[a]; }")]
    [DataRow("PG05", "enum E { A } class C { string M(E e) => e.ToString(); }")]
    [DataRow("PG05", "enum E { A } class C { string M(E e) => \"is \" + e; }")]
    [DataRow("PG05", "enum E { A } class C { string M(E e) => $\"is {e}\"; }")]
    [DataRow("PG05", "enum E { A } class C { object M(E e) => e; }")]
    [DataRow("PG05", "class C { string M(System.DayOfWeek e) => e.ToString(); }")]
    [DataRow("PG06", "class C { float _x; }")]
    [DataRow("PG06", "class C { double M(double x) => x; }")]
    [DataRow("PG06", "class C { int M(int x) => (int)(x * 0.5); }")]
    [DataRow("PG06", "class C { int M(int x) { float[] y = new float[x]; return y.Length; } }")]
    [DataRow("PG06", "class C { int M(System.TimeSpan x) => (int)x.TotalSeconds; }")]
    [DataRow("PG06", "class C { string M(object x) => ((double)x).ToString(); }")]
    [DataRow("PG06", "class C { System.Threading.ThreadStart M(int x) => () => { x = (int)(x * 0.5); }; }")]
    [DataRow("PG09", "interface I { int M() => 1; }")]
    [DataRow("PG10", "unsafe class C { int M() { byte* x = stackalloc byte[4]; return x[1]; } }")]
    [DataRow("PG10", "unsafe class C { int M(byte[] y) { fixed (byte* x = y) { return x[1]; } } }")]
    [DataRow("PG11", "class C { string M(int x) => x.ToString(\"000\"); }")]
    [DataRow("PG11", "class C { string M(int x, string f) => x.ToString(f); }")]
    [DataRow("PG11", "class C { string M(int x) => $\"{x:#.0}\"; }")]
    [DataRow("PG11", "class C { string M(int x) => string.Format(\"{0,5:0.00}\", x); }")]
    [DataRow("PG11", "class C { string M(System.DateTime x) => x.ToString(\"yyyy-MM-ddTHH:mm:ssK\"); }")]
    [DataRow("PG12", "class C { ~C() { } }")]
    [DataRow(
        "PG14", "class A { public static int V = B.V + 1; } class B { public static int V = "
            + "System.Environment.TickCount64 > 0 ? 1 : 2; }")]
    [DataRow(
        "PG14", "class A { static int[] T = B.Make(); } class B { static int[] K = { 1, 2, 3 }; public "
            + "static int[] Make() => K; }")]
    [DataRow("PG15", "class C { void M() => System.Threading.Thread.Sleep(1); }")]
    [DataRow("PG15", "class C { object M() => new System.Random(); }")]
    [DataRow("PG15", "class C { long M() => System.DateTime.UtcNow.Ticks; }")]
    [DataRow("PG16", "class C { object M() => System.IO.File.AppendText(\"a\"); }")]
    [DataRow("PG17", "class C { int M(int x) => x / -1; }")]
    [DataRow("PG17", "class C { long M(long x) => x % -1; }")]
    public void PlantedViolation_IsRejectedUnderItsRule(string rule, string source)
    {
        List<Violation> violations = Check(source);
        Assert.IsTrue(
            violations.Exists(violation => violation.Rule.Id == rule),
                $"{rule} not among: {Ids(violations)}");
    }

    [TestMethod]
    [DataRow(
        "enum E { A, B } class C { int M(E e) => e switch { E.A => 1, E.B => 2, _ => 0 }; bool Is(E a, E b) "
            + "=> a == b; }")]
    [DataRow(
        "class C { int[][] _x = { new int[1], new int[2] }; int M(int a) => unchecked(a + 1) / 3 >> 2; }")]
    [DataRow(
        "class C { static readonly int[] T = { 1, 2, 3, 4, 5, 6 }; const int K = 3; static readonly int L = "
            + "K + 1; }")]
    [DataRow(
        "class A { public const int V = 1; } class B { static readonly int W = A.V + byte.MaxValue; static "
            + "string S = string.Empty; }")]
    [DataRow(
        "class C { event System.EventHandler E; void M() => E?.Invoke(this, null); System.Action A(int x) => "
            + "() => x++; }")]
    [DataRow("class C { string M(int x) => x.ToString(\"X8\") + $\"{x:D4} {x}\"; }")]
    [DataRow(
        "class C { void M() { try { lock (this) { } } catch (System.Exception e) when (e.Message != null) { "
            + "throw; } finally { } } }")]
    [DataRow(
        "class C { int M(string s) { switch (s) { case \"a\": return 1; case \"b\": return 2; case \"c\": "
            + "return 3; case \"d\": return 4;"
        + " case \"e\": return 5; case \"f\": return 6; case \"g\": return 7; case \"h\": return 8; default: "
            + "return 0; } } }")]
    [DataRow(
        "struct S { public int X; } class C { S[] _s = new S[3]; int M(in S s, ref int y, out int z) { z = "
            + "y; return s.X; } }")]
    public void WhatRunsOnTheDevice_Passes(string source)
        => Assert.AreEqual("", Ids(Check(source)));

    [TestMethod]
    public void ClockAndSleep_AreAllowedInBoardCode()
    {
        string path = SurfaceCompiler.ToFile("class C { void M() => System.Threading.Thread.Sleep(1); }");
        var checker = new SubsetChecker(FloatMethods.Read([]), isBoard: true);
        Assert.AreEqual("", Ids(checker.Check(path, [SurfaceCompiler.ReferenceFolder])));
    }

    [TestMethod]
    public void Finding_NamesFileLineTypeAndMethod()
    {
        Violation violation =
            Check("namespace N;\nclass C\n{\n  int M(int a)\n  {\n    return checked(a * 2);\n  }\n}\n")
                .Single();
        Assert.AreEqual("N.C::M", violation.Place);
        Assert.AreEqual(6, violation.Line);
        StringAssert.StartsWith(violation.ToString(), "Snippet.cs(6): error PG04: N.C::M ");
    }

    internal static List<Violation> Check(string source, params string[] floatLines)
        => new SubsetChecker(FloatMethods.Read(floatLines), isBoard: false)
            .Check(SurfaceCompiler.ToFile(source), [SurfaceCompiler.ReferenceFolder]);

    internal static string Ids(List<Violation> violations)
        => string.Join(' ', violations.Select(violation => violation.Rule.Id));
}
