// A room of its own for a counting copy and everything that refers to it, so that the ordinary assembly can
// be loaded beside it.

using System.Reflection;
using System.Runtime.Loader;

namespace Pulsegate.Bench;

/// <summary> Loads a counting copy in place of the original, together with fresh copies of the project's
/// other assemblies: scenarios written against the ordinary types run against the counting ones. </summary>
public sealed class CountedContext : AssemblyLoadContext, IDisposable
{
    private readonly string _folder;
    private readonly string _countedPath;
    private readonly string _countedName;
    private readonly string _prefix;
    private readonly FieldInfo _counter;

    /// <summary>A context over a folder of assemblies.</summary>
    /// <param name="assemblyPath">The assembly to count in; the folder it lies in has the others.</param>
    /// <param name="prefix">Assemblies whose names begin so are loaded anew in here; all others are
    /// shared.</param>
    /// <param name="isCounted">As in <see cref="IlCounter.Instrument"/>.</param>
    /// <param name="isTraced">As there: <see cref="Instructions"/> is the hash then.</param>
    /// <exception cref="InvalidOperationException">The assembly was compiled without
    /// optimisation.</exception>
    public CountedContext(
        string assemblyPath, string prefix, Predicate<string>? isCounted = null, bool isTraced = false)
        : base("counted", isCollectible: true)
    {
        _folder = Path.GetDirectoryName(Path.GetFullPath(assemblyPath))!;
        _countedName = Path.GetFileNameWithoutExtension(assemblyPath);
        _prefix = prefix;
        _countedPath = Path.Combine(
            Directory.CreateTempSubdirectory("pulsegate-bench-").FullName, Path.GetFileName(assemblyPath));
        IlCounter.Instrument(assemblyPath, _countedPath, isCounted, isTraced);
        _counter = LoadFromAssemblyName(new AssemblyName(_countedName))
            .GetType(IlCounter.CounterType, throwOnError: true)!.GetField(IlCounter.CounterField)!;
    }

    /// <summary>Instructions executed so far, on all threads together; set it to 0 to begin.</summary>
    public long Instructions
    {
        get => (long)_counter.GetValue(null)!;
        set => _counter.SetValue(null, value);
    }

    /// <summary>Calls a public static method of an assembly in here.</summary>
    /// <param name="assembly">Name of the assembly.</param>
    /// <param name="type">Full name of the type.</param>
    /// <param name="method">Name of the method; it must be the only one of that name.</param>
    /// <param name="arguments">Arguments of types that both rooms share: numbers, strings, arrays of them,
    /// delegates over them.</param>
    public object? Call(string assembly, string type, string method, params object?[] arguments)
        => LoadFromAssemblyName(new AssemblyName(assembly))
            .GetType(type, throwOnError: true)!
            .GetMethod(method, BindingFlags.Public | BindingFlags.Static)!
            .Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null);

    /// <summary>Unloads the assemblies and removes the copy.</summary>
    public void Dispose()
    {
        Unload();
        Directory.Delete(Path.GetDirectoryName(_countedPath)!, recursive: true);
    }

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        string name = assemblyName.Name!;
        if (name == _countedName)
        {
            return LoadFromBytes(_countedPath);
        }

        string path = Path.Combine(_folder, name + ".dll");
        bool isOurs = name.StartsWith(_prefix, StringComparison.Ordinal) && File.Exists(path);
        return isOurs ? LoadFromBytes(path) : null;
    }

    // From memory, so that no file stays mapped and the copy can be removed.
    private Assembly LoadFromBytes(string path)
    {
        using var stream = new MemoryStream(File.ReadAllBytes(path));
        return LoadFromStream(stream);
    }
}
