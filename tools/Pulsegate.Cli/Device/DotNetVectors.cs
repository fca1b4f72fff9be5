// The other half of a comparison: the vectors' sources, run on .NET by the tests' own assembly.

using System.Reflection;
using System.Runtime.Loader;

namespace Pulsegate.Cli.Device;

/// <summary>Runs vectors on .NET.</summary>
internal sealed class DotNetVectors
{
    private readonly Assembly _tests;

    /// <summary>Loads the tests that were built with this command.</summary>
    public DotNetVectors()
    {
        string folder = ProjectFolder.Path("tests", "bin", "Release", "net10.0");
        var context = new AssemblyLoadContext("tests");
        context.Resolving += (_, name)
            => Path.Combine(folder, name.Name + ".dll") is { } path && File.Exists(path)
            ? context.LoadFromAssemblyPath(path) : null;
        _tests = context.LoadFromAssemblyPath(Path.Combine(folder, "Pulsegate.Tests.dll"));
    }

    /// <summary>The lines of one run.</summary>
    /// <exception cref="CommandException">There are no vectors of that name.</exception>
    public string[] Run(string name)
    {
        MethodInfo run = _tests.GetType("Pulsegate.Tests.Device." + name)?.GetMethod("Run")
            ?? throw new CommandException($"there are no vectors {name} on .NET");
        TextWriter console = Console.Out;
        using var output = new StringWriter { NewLine = "\n" };
        Console.SetOut(output);
        try
        {
            run.Invoke(null, null);
        }
        finally
        {
            Console.SetOut(console);
        }

        return output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
