// How big a device assembly is. The .pe that is flashed is made from the same IL with tables of its own;
// where the metadata processor is not there, these figures stand in for it.

using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

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
        using var image = new PEReader(file);
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
