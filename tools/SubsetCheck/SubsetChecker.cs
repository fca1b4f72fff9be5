// Walks an assembly and applies every rule to every type, member and instruction.

using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Pulsegate.SubsetCheck;

/// <summary>Checks compiled device code.</summary>
public sealed class SubsetChecker
{
    private readonly FloatMethods _floats;
    private readonly bool _isBoard;

    /// <summary>A checker.</summary>
    /// <param name="floats">Methods that may use floating point.</param>
    /// <param name="isBoard">True for board code, which may take time, sleep and chance from the
    /// system.</param>
    public SubsetChecker(FloatMethods floats, bool isBoard)
    {
        _floats = floats;
        _isBoard = isBoard;
    }

    /// <summary>Checks one assembly.</summary>
    /// <param name="path">The assembly; its debug information beside it is used when there.</param>
    /// <param name="referenceFolders">Where the assemblies it refers to lie.</param>
    /// <returns>Every finding; empty when there are none.</returns>
    public List<Violation> Check(string path, IEnumerable<string> referenceFolders)
    {
        using var resolver = new DefaultAssemblyResolver();
        foreach (string folder in resolver.GetSearchDirectories())
        {
            resolver.RemoveSearchDirectory(folder);
        }

        resolver.AddSearchDirectory(Path.GetDirectoryName(Path.GetFullPath(path)));
        foreach (string folder in referenceFolders)
        {
            resolver.AddSearchDirectory(folder);
        }

        using AssemblyDefinition assembly = AssemblyDefinition.ReadAssembly(path, new ReaderParameters
        {
            AssemblyResolver = resolver,
            ReadSymbols = File.Exists(Path.ChangeExtension(path, ".pdb")),
        });
        var report = new MethodReport(Path.GetFullPath(path));
        var types = new TypeRules(report, _floats);
        var instructions = new InstructionRules(report, _isBoard);
        var floats = new FloatRules(report, _floats);
        foreach (TypeDefinition type in assembly.MainModule.GetTypes())
        {
            if (IsOurs(type))
            {
                types.Check(type);
            }
        }

        // Also what the compiler made: lambdas and the like hold the author's code.
        foreach (MethodDefinition method in assembly.MainModule.GetTypes().SelectMany(type => type.Methods))
        {
            if (method.HasBody)
            {
                instructions.Check(method);
            }

            floats.Check(method);
        }

        new StaticOrderRule(report).Check(assembly.MainModule);
        return report.Violations;
    }

    // The compiler puts a few attributes and its own data into every assembly; they are no type of the
    // author's.
    private static bool IsOurs(TypeDefinition type)
        => type.Namespace is not ("Microsoft.CodeAnalysis" or "System.Runtime.CompilerServices")
            && !type.FullName.StartsWith("<Module>", StringComparison.Ordinal);
}
