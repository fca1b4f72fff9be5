using System.Reflection;
using System.Runtime.Loader;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Pulsegate.Virtual.Simulation;

namespace Pulsegate.Tests.Simulation;

/// <summary>A copy of the firmware with one planted bug, in a room of its own with fresh copies of everything
/// that refers to it. The firmware itself has no hook for it.</summary>
internal sealed class MutatedFirmware : AssemblyLoadContext, IDisposable
{
    private const string Firmware = "Pulsegate.Device";
    private readonly byte[] _mutated;

    /// <summary>Plants a bug.</summary>
    /// <param name="type">Full name of the type.</param>
    /// <param name="method">The method.</param>
    /// <param name="plant">Changes its body; returns how many places it has changed, of which there must be
    /// one at least.</param>
    public MutatedFirmware(string type, string method, Func<Mono.Cecil.Cil.MethodBody, int> plant)
        : base("mutated", isCollectible: true)
    {
        using AssemblyDefinition assembly = AssemblyDefinition.ReadAssembly(PathOf(Firmware));
        MethodDefinition found =
            assembly.MainModule.GetType(type)?.Methods.SingleOrDefault(m => m.Name == method)
            ?? throw new InvalidOperationException(
                $"there is no {type}.{method} any more: the mutation has to follow it");
        if (plant(found.Body) == 0)
        {
            throw new InvalidOperationException(
                $"{type}.{method} has changed: the mutation has to follow it");
        }

        using var stream = new MemoryStream();
        assembly.Write(stream);
        _mutated = stream.ToArray();
    }

    /// <summary>Runs a seed of the simulation against the mutated firmware.</summary>
    /// <param name="seed">Seed.</param>
    /// <param name="days">Days.</param>
    /// <param name="isQuiet">True for a run without any fault.</param>
    /// <returns>The broken promise that it finds; null for none.</returns>
    public string? RunSeed(int seed, double days, bool isQuiet)
        => (string?)LoadFromAssemblyName(new AssemblyName("Pulsegate.Virtual"))
            .GetType(typeof(GatewaySimulation).FullName!, throwOnError: true)!
            .GetMethod(nameof(GatewaySimulation.RunSeed))!
            .Invoke(null, BindingFlags.DoNotWrapExceptions, null, [seed, days, isQuiet], null);

    public void Dispose() => Unload();

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        string name = assemblyName.Name!;
        bool isOurs = name.StartsWith("Pulsegate.", StringComparison.Ordinal) && File.Exists(PathOf(name));
        if (!isOurs)
        {
            return null;
        }

        using var stream = new MemoryStream(name == Firmware ? _mutated : File.ReadAllBytes(PathOf(name)));
        return LoadFromStream(stream);
    }

    private static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, name + ".dll");
}
