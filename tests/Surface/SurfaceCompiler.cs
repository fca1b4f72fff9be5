// Compiles device snippets in this process against freshly generated reference assemblies, as the surface
// projects do.

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;
using Pulsegate.Surface;

namespace Pulsegate.Tests.Surface;

/// <summary>The device compiler of the tests.</summary>
internal static class SurfaceCompiler
{
    private static readonly Lazy<ApiTable> LazyTable =
        new(() => ApiTable.Read(RepositoryPath("boards/Surface/api.tsv")));
    private static readonly Lazy<string> LazyFolder = new(MakeReferences);
    private static readonly Lazy<MetadataReference[]> LazyReferences = new(() => Directory
        .GetFiles(ReferenceFolder, "*.dll")
            .Select(path => (MetadataReference)MetadataReference.CreateFromFile(path)).ToArray());

    /// <summary>The table of the platform.</summary>
    public static ApiTable Table => LazyTable.Value;

    /// <summary>Where the generated assemblies are.</summary>
    public static string ReferenceFolder => LazyFolder.Value;

    /// <summary>A path in this repository.</summary>
    public static string RepositoryPath(string relative)
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder != null && !File.Exists(Path.Combine(folder.FullName, "Pulsegate.slnx")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(
            folder?.FullName ?? throw new DirectoryNotFoundException("Pulsegate.slnx"), relative);
    }

    /// <summary>Ids of the errors that a snippet gives; empty when it compiles.</summary>
    public static string[] Errors(string source)
        => Compile(source).Emit(Stream.Null).Diagnostics
            .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
            .Select(diagnostic => diagnostic.Id).ToArray();

    /// <summary>Compiles a snippet, optimised and with debug information, into a new folder.</summary>
    /// <returns>Path of the assembly.</returns>
    public static string ToFile(string source, string sourceName = "Snippet.cs")
    {
        string folder = Path.Combine(ReferenceFolder, "snippets", Guid.NewGuid().ToString("N"));
        string path = Path.Combine(Directory.CreateDirectory(folder).FullName, "Snippet.dll");
        using FileStream assembly = File.Create(path);
        using FileStream symbols = File.Create(Path.ChangeExtension(path, ".pdb"));
        EmitResult result = Compile(source, sourceName)
            .Emit(assembly, symbols,
                options: new EmitOptions(debugInformationFormat: DebugInformationFormat.PortablePdb));
        Assert.IsTrue(result.Success, string.Join('\n', result.Diagnostics));
        return path;
    }

    private static CSharpCompilation Compile(string source, string sourceName = "Snippet.cs")
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText(
            SourceText.From(source, System.Text.Encoding.UTF8),
                new CSharpParseOptions(LanguageVersion.CSharp13), sourceName);
        return CSharpCompilation.Create("Snippet", [tree], LazyReferences.Value, new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release,
                allowUnsafe: true));
    }

    private static string MakeReferences()
    {
        string folder = Directory.CreateTempSubdirectory("pulsegate-surface-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        SurfaceGenerator.Generate(Table, folder);
        return folder;
    }
}
