// Goal: the counter counts exactly the IL instructions executed and changes nothing else. Method: methods
// written in IL by hand, whose count is known by counting; compiled ones, whose results must stay the same.

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Pulsegate.Bench;

namespace Pulsegate.Tests.Bench;

[TestClass]
public sealed class IlCounterTests
{
    private const string Odd = """
        using System;
        public static class Odd
        {
            public static string Run(int n)
            {
                string log = "";
                for (int i = 0; i < n; i++)
                {
                    try
                    {
                        log += i switch
                        {
                            0 => "a",
                            1 => "b",
                            2 => "c",
                            3 => throw new InvalidOperationException("d"),
                            _ => "e",
                        };
                        log += (i % 2 == 0 ? "even" : "odd") + (i > 4 && i < 7 || i == 9 ? 1 : 2);
                        if (i == 8) { continue; }
                    }
                    catch (InvalidOperationException e) when (e.Message == "d")
                    {
                        log += "!";
                    }
                    finally
                    {
                        log += ";";
                    }
                }
                Func<int, int> twice = x => x * n;
                return log + twice(3);
            }
        }
        """;

    private string _folder = "";

    [TestInitialize]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("pulsegate-il-").FullName;

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow(0, 10)]     // 5 before the loop, 3 for the test, 2 to return
    [DataRow(1, 21)]     // and 8 + 3 a turn
    [DataRow(1000, 11010)]
    public void HandWrittenLoop_CountsItsInstructions(int turns, long expected)
    {
        string path = Path.Combine(_folder, "Hand.dll");
        WriteLoop(path);
        using var context = new CountedContext(path, "Hand");
        Assert.AreEqual(0, context.Instructions);
        Assert.AreEqual(turns * (turns - 1) / 2, context.Call("Hand", "Hand", "Sum", turns));
        Assert.AreEqual(expected, context.Instructions);
        context.Instructions = 0;
        context.Call("Hand", "Hand", "Sum", turns);
        Assert.AreEqual(expected, context.Instructions);
    }

    [TestMethod]
    public void TypeThatIsNotCounted_CostsNothing()
    {
        string path = Path.Combine(_folder, "Hand.dll");
        WriteLoop(path);
        using var context = new CountedContext(path, "Hand", type => type != "Hand");
        context.Call("Hand", "Hand", "Sum", 5);
        Assert.AreEqual(0, context.Instructions);
    }

    [TestMethod]
    public void BranchesHandlersAndFilters_BehaveAsBefore()
    {
        string path = Compile(OptimizationLevel.Release);
        using var plain = new System.Runtime.Loader.AssemblyLoadContext("plain", isCollectible: true)
            .EnterContextualReflection();
        object? expected = System.Reflection.Assembly.Load(File.ReadAllBytes(path))
            .GetType("Odd")!.GetMethod("Run")!.Invoke(null, [12]);
        using var context = new CountedContext(path, "Odd");
        Assert.AreEqual(expected, context.Call("Odd", "Odd", "Run", 12));
        Assert.IsTrue(context.Instructions > 300, $"{context.Instructions}");
    }

    [TestMethod]
    public void AssemblyThatIsNotOptimised_IsRefused()
    {
        string path = Compile(OptimizationLevel.Debug);
        Assert.ThrowsExactly<InvalidOperationException>(() => IlCounter.Instrument(path, path + ".counted"));
    }

    [TestMethod]
    public void AllocationMeter_SeesAnArrayAndNothingElse()
    {
        int[] kept = [];
        Assert.AreEqual(0, AllocationMeter.BytesOf(() => _ = kept.Length));
        Assert.AreEqual(24 + 4000, AllocationMeter.BytesOf(() => kept = new int[1000]));
    }

    // By hand, from the format: header 124, one type 24, one method 16, no field; what the loop needs in
    // names and code.
    [TestMethod]
    public void FlashedSize_IsThatOfTheTablesNamesAndCode()
    {
        string path = Path.Combine(_folder, "Hand.dll");
        WriteLoop(path);
        FlashedSize size = FlashedSize.Of(path);
        using AssemblyDefinition assembly = AssemblyDefinition.ReadAssembly(path);
        int references = (12 * assembly.MainModule.AssemblyReferences.Count)
            + (8 * assembly.MainModule.GetTypeReferences().Count());
        Assert.AreEqual(124 + 24 + 16 + references, size.Tables);
        Assert.AreEqual(4 + 2, size.Signatures, "convention, count, result, parameter; two locals");
        Assert.IsTrue(size.ByteCode is > 20 and < 64, $"{size.ByteCode}");
    }

    // static int Sum(int n) { int s = 0; for (int i = 0; i < n; i++) s += i; return s; }
    private static void WriteLoop(string path)
    {
        using AssemblyDefinition assembly = AssemblyDefinition.CreateAssembly(
            new AssemblyNameDefinition("Hand", new Version(1, 0)), "Hand", ModuleKind.Dll);
        ModuleDefinition module = assembly.MainModule;
        TypeReference integer = module.TypeSystem.Int32;
        var method = new MethodDefinition("Sum", MethodAttributes.Public | MethodAttributes.Static, integer);
        method.Parameters.Add(new ParameterDefinition("n", ParameterAttributes.None, integer));
        method.Body.InitLocals = true;
        method.Body.Variables.Add(new VariableDefinition(integer));
        method.Body.Variables.Add(new VariableDefinition(integer));
        ILProcessor il = method.Body.GetILProcessor();
        Instruction loop = il.Create(OpCodes.Ldloc_0);
        Instruction test = il.Create(OpCodes.Ldloc_1);
        Instruction[] instructions =
        [
            il.Create(OpCodes.Ldc_I4_0), il.Create(OpCodes.Stloc_0), il.Create(OpCodes.Ldc_I4_0),
                il.Create(OpCodes.Stloc_1),
            il.Create(OpCodes.Br, test),
            loop, il.Create(OpCodes.Ldloc_1), il.Create(OpCodes.Add), il.Create(OpCodes.Stloc_0),
            il.Create(OpCodes.Ldloc_1), il.Create(OpCodes.Ldc_I4_1), il.Create(OpCodes.Add),
                il.Create(OpCodes.Stloc_1),
            test, il.Create(OpCodes.Ldarg_0), il.Create(OpCodes.Blt, loop),
            il.Create(OpCodes.Ldloc_0), il.Create(OpCodes.Ret),
        ];
        foreach (Instruction instruction in instructions)
        {
            il.Append(instruction);
        }

        var type =
            new TypeDefinition(
                "", "Hand", TypeAttributes.Public | TypeAttributes.Class, module.TypeSystem.Object);
        type.Methods.Add(method);
        module.Types.Add(type);
        assembly.Write(path);
    }

    private string Compile(OptimizationLevel level)
    {
        string path = Path.Combine(_folder, "Odd.dll");
        string runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var references = new[] { "System.Runtime.dll", "System.Private.CoreLib.dll" }
            .Select(name => MetadataReference.CreateFromFile(Path.Combine(runtime, name)));
        var result = CSharpCompilation.Create("Odd", [CSharpSyntaxTree.ParseText(Odd)], references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: level))
                .Emit(path);
        Assert.IsTrue(result.Success, string.Join('\n', result.Diagnostics));
        return path;
    }
}
