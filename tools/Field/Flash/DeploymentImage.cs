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

    private const string VirtualMark = "pulsegate-virtual ";

    /// <summary>How every .pe file of the v1 line begins (nf-interpreter, TypeSystem.cpp).</summary>
    private static ReadOnlySpan<byte> Marker => "NFMRK1"u8;

    /// <summary>True when the bytes begin as a program does.</summary>
    public static bool IsProgram(ReadOnlySpan<byte> image) => image.StartsWith(Marker);

    /// <summary>An image for the virtual board.</summary>
    /// <param name="version">Version that it will say it is.</param>
    /// <param name="size">Bytes.</param>
    public static byte[] MakeVirtual(string version, int size)
    {
        byte[] head = [.. Marker, 0, 0, .. Encoding.ASCII.GetBytes($"{VirtualMark}{version}\0")];
        var image = new byte[Math.Max(size, head.Length)];
        for (int i = 0; i < image.Length; i++)
        {
            image[i] = i < head.Length ? head[i] : (byte)(i * 31);
        }

        return image;
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
