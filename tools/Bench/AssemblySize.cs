// How big a device assembly is. The .pe that is flashed is made from the same IL with tables of its own;
// where the metadata processor is not there, these figures stand in for it.

using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Cecil = Mono.Cecil;

namespace Pulsegate.Bench;

/// <summary>Sizes of one assembly.</summary>
/// <param name="FileBytes">The file, padding included.</param>
/// <param name="IlBytes">All method bodies.</param>
/// <param name="MetadataBytes">Tables, names, texts and signatures.</param>
public sealed record AssemblySize(long FileBytes, int IlBytes, int MetadataBytes)
{
    /// <summary>Code and metadata together: what has to be flashed, in the form it has on .NET.</summary>
    public int ContentBytes => IlBytes + MetadataBytes;

    /// <summary>Measures a file.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="BadImageFormatException">The file is no assembly.</exception>
    public static AssemblySize Of(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Of(file);
    }

    /// <summary>Measures a device assembly without what the .pe does not carry: names of parameters and
    /// attributes. Still an upper bound: on 2026-11-21 the metadata processor made 89 080 bytes of .pe from sources
    /// whose IL and metadata measured about 131 000 bytes as they stand.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static AssemblySize OfDevice(string path)
    {
        using Cecil.AssemblyDefinition assembly = Cecil.AssemblyDefinition.ReadAssembly(path);
        foreach (Cecil.TypeDefinition type in assembly.MainModule.GetTypes())
        {
            type.CustomAttributes.Clear();
            foreach (Cecil.MethodDefinition method in type.Methods)
            {
                method.CustomAttributes.Clear();
                foreach (Cecil.ParameterDefinition parameter in method.Parameters)
                {
                    parameter.Name = null;
                    parameter.CustomAttributes.Clear();
                }
            }
        }

        using var stripped = new MemoryStream();
        assembly.Write(stripped);
        stripped.Position = 0;
        return Of(stripped);
    }

    private static AssemblySize Of(Stream file)
    {
        using var image = new PEReader(file, PEStreamOptions.LeaveOpen);
        MetadataReader metadata = image.GetMetadataReader();
        int il = 0;
        foreach (MethodDefinitionHandle handle in metadata.MethodDefinitions)
        {
            int address = metadata.GetMethodDefinition(handle).RelativeVirtualAddress;
            il += address == 0 ? 0 : image.GetMethodBody(address).Size;
        }

        return new AssemblySize(file.Length, il, metadata.MetadataLength);
    }
}
