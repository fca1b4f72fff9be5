// What goes into the deployment partition: the .pe files of a program, one behind the other, as the project
// system writes them into one .bin file. The virtual board takes a file of the same beginning that names a
// version and nothing else.

using System.Text;

namespace Pulsegate.Field.Flash;

/// <summary>Checks and makes images.</summary>
public static class DeploymentImage
{
    /// <summary>Bytes that are enough to know an image by.</summary>
    public const int HeadSize = 256;

    /// <summary>The one library in the virtual board's image and firmware; the checksum is that of the
    /// published one, made for firmware of before 10 July 2026.</summary>
    public static readonly NativeLibrary VirtualLibrary = new("System.Net", 0x6DFA71D6, "100.2.0.12");

    private const string VirtualMark = "pulsegate-virtual ";

    /// <summary>How every .pe file of the v1 line begins (nf-interpreter, TypeSystem.cpp).</summary>
    internal static ReadOnlySpan<byte> Marker => "NFMRK1"u8;

    /// <summary>True when the bytes begin as a program does.</summary>
    public static bool IsProgram(ReadOnlySpan<byte> image) => image.StartsWith(Marker);

    /// <summary>An image for the virtual board.</summary>
    /// <param name="version">Version that it will say it is.</param>
    /// <param name="size">Bytes.</param>
    public static byte[] MakeVirtual(string version, int size)
    {
        byte[] library = PeFile.MakeEmpty(VirtualLibrary.Name, VirtualLibrary.Checksum, HeadSize);
        byte[] program =
            PeFile.MakeEmpty(VirtualMark + version, 0, Math.Max((size & ~3) - HeadSize, HeadSize));
        return [.. program, .. library];
    }

    /// <summary>The version in an image for the virtual board; null when it is none.</summary>
    public static string? VirtualVersion(ReadOnlySpan<byte> head)
    {
        string text = Encoding.ASCII.GetString(head);
        int start = text.IndexOf(VirtualMark, StringComparison.Ordinal);
        int end = start < 0 ? -1 : text.IndexOf('\0', start);
        return IsProgram(head) && end > 0 ? text[(start + VirtualMark.Length)..end] : null;
    }
}
