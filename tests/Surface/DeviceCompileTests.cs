// Goal: a device project names every package and project that its sources use, and fits one assembly; whoever
// has the packages must not be the first to find out. Method: each project of the device solution is compiled
// as its own file says, against the v1 libraries that its packages bring and nothing else.

using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.Extensions.FileSystemGlobbing;
using Pulsegate.Bench;

namespace Pulsegate.Tests.Surface;

[TestClass]
public sealed class DeviceCompileTests
{
    // of one assembly: the metadata processor's table has 16-bit offsets
    private const int ByteCodeMax = 65_535;

    private readonly Dictionary<string, Built> _built = [];

    [TestMethod]
    public void EveryDeviceProject_CompilesAgainstThePackagesItNames_AndFitsOneAssembly()
    {
        foreach (string project in DeviceProjectTests.Projects)
        {
            Build(SurfaceCompiler.RepositoryPath(project));
        }

        Assert.IsGreaterThan(10, _built.Count);
    }

    private Built Build(string path)
    {
        if (_built.TryGetValue(path, out Built? known))
        {
            return known;
        }

        var project = DeviceProject.Read(path);
        var libraries = new SortedSet<string>(project.Packages.Select(LibraryOf));
        var own = new List<MetadataReference>();
        foreach (Built below in project.Projects.Select(Build))
        {
            libraries.UnionWith(below.Libraries);
            own.AddRange(below.References.Except(own));
        }

        while (libraries.ToArray().SelectMany(ReferencesOf).Count(libraries.Add) > 0)
        {
            // a package brings those that it rests on
        }

        string assembly = Compile(project, own.Concat(libraries.Select(Reference)));
        Assert.IsLessThanOrEqualTo(ByteCodeMax, FlashedSize.Of(assembly).ByteCode, path);
        return _built[path] = new Built([.. own, MetadataReference.CreateFromFile(assembly)], libraries);
    }

    private static string Compile(DeviceProject project, IEnumerable<MetadataReference> references)
    {
        var options = new CSharpParseOptions(LanguageVersion.CSharp13);
        CSharpCompilation compilation = CSharpCompilation.Create(
            Path.GetFileNameWithoutExtension(project.Path),
            project.Sources.Select(
                source => CSharpSyntaxTree.ParseText(File.ReadAllText(source), options, source)),
            references,
            new CSharpCompilationOptions(
                project.IsProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary,
                optimizationLevel: OptimizationLevel.Release));
        string folder = Path.Combine(SurfaceCompiler.ReferenceFolder, "device");
        string path =
            Path.Combine(Directory.CreateDirectory(folder).FullName, compilation.AssemblyName + ".dll");
        EmitResult result = compilation.Emit(path);
        Assert.IsTrue(
            result.Success,
            $"{project.Path}: "
                + $"{result.Diagnostics.FirstOrDefault(one => one.Severity == DiagnosticSeverity.Error)}");
        return path;
    }

    private static string LibraryOf(string package)
        => package == "nanoFramework.CoreLibrary" ? "mscorlib"
            : SurfaceCompiler.Table.Assemblies.Single(
                library => library.Name == package || "nanoFramework." + library.Name == package).Name;

    private static string[] ReferencesOf(string library)
        => SurfaceCompiler.Table.Assemblies.Single(assembly => assembly.Name == library).References;

    private static PortableExecutableReference Reference(string library)
        => MetadataReference.CreateFromFile(Path.Combine(SurfaceCompiler.ReferenceFolder, library + ".dll"));

    private sealed record Built(List<MetadataReference> References, SortedSet<string> Libraries);

    /// <summary>What a project file says, with the files that it imports from this repository.</summary>
    private sealed record DeviceProject(
        string Path, bool IsProgram, string[] Sources, string[] Packages, string[] Projects)
    {
        public static DeviceProject Read(string path)
        {
            string folder = System.IO.Path.GetDirectoryName(path)!;
            var packages = new List<string>();
            var projects = new List<string>();
            var sources = new SortedSet<string>(StringComparer.Ordinal);
            var removed = new List<string>();
            bool isProgram = false, takesAll = true;
            foreach ((string place, XElement element) in Elements(path))
            {
                string include = element.Attribute("Include")?.Value ?? "";
                switch (element.Name.LocalName)
                {
                    case "PackageReference": packages.Add(include); break;
                    case "ProjectReference": projects.Add(Full(place, include)); break;
                    case "OutputType": isProgram = element.Value == "Exe"; break;
                    case "EnableDefaultCompileItems": takesAll = element.Value == "true"; break;
                    case "Compile"
                        when include.Length == 0: removed.Add(element.Attribute("Remove")!.Value); break;
                    case "Compile":
                        sources.UnionWith(Files(folder, include, element.Attribute("Exclude")?.Value ?? ""));
                        break;
                }
            }

            if (takesAll)
            {
                sources.UnionWith(
                    Files(folder, "**/*.cs", string.Join(';', [.. removed, "obj/**", "bin/**"])));
            }

            return new DeviceProject(path, isProgram, [.. sources], [.. packages], [.. projects]);
        }

        private static IEnumerable<(string Place, XElement Element)> Elements(string path)
        {
            string place = System.IO.Path.GetDirectoryName(path)!;
            string text = File.ReadAllText(path).Replace("$(MSBuildThisFileDirectory)", place + "/");
            foreach (XElement element in XDocument.Parse(text).Descendants())
            {
                if (element.Name.LocalName == "Import")
                {
                    foreach ((string, XElement) imported in Elements(
                        Full(place, element.Attribute("Project")!.Value)))
                    {
                        yield return imported;
                    }
                }

                yield return (place, element);
            }
        }

        private static IEnumerable<string> Files(string folder, string include, string exclude)
        {
            // The globbing of this library starts at one folder: the root of the repository holds them all.
            string root = SurfaceCompiler.RepositoryPath("");
            var matcher = new Matcher(StringComparison.Ordinal);
            matcher.AddIncludePatterns(Patterns(include));
            matcher.AddExcludePatterns(Patterns(exclude));
            return matcher.GetResultsInFullPath(root);

            IEnumerable<string> Patterns(string list)
                => list.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                    .Select(one => System.IO.Path.GetRelativePath(root, Full(folder, one)));
        }

        private static string Full(string folder, string relative)
            => System.IO.Path.GetFullPath(System.IO.Path.Combine(folder, relative));
    }
}
