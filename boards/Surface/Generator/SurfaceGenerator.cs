// Makes the reference assemblies of the nanoFramework v1 libraries from api.tsv. What is not in the table
// does not exist for device code.

using Mono.Cecil;

namespace Pulsegate.Surface;

/// <summary>Writes all reference assemblies.</summary>
public static class SurfaceGenerator
{
    /// <summary>Generates every assembly of the table into a folder; a file whose content is already right is
    /// not touched.</summary>
    /// <returns>How many assemblies there are.</returns>
    public static int Generate(ApiTable table, string folder)
    {
        var all = new Dictionary<string, (ApiAssembly Home, ApiType Type)>();
        foreach (ApiAssembly assembly in table.Assemblies)
        {
            foreach (ApiType type in assembly.Types)
            {
                all.Add(type.FullName, (assembly, type));
            }
        }

        Directory.CreateDirectory(folder);
        using var primitiveSource = ModuleDefinition.CreateModule("primitives", ModuleKind.Dll);
        foreach (ApiAssembly assembly in table.Assemblies)
        {
            byte[] bytes = new ReferenceAssembly(assembly, all, primitiveSource).Make();
            string path = Path.Combine(folder, assembly.Name + ".dll");
            if (!File.Exists(path) || !File.ReadAllBytes(path).AsSpan().SequenceEqual(bytes))
            {
                File.WriteAllBytes(path, bytes);
            }
        }

        return table.Assemblies.Count;
    }
}
