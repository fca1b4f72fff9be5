// What a unit's firmware has compiled in of each library. The managed half of a library in an image carries
// the checksum of the native half that it was made for; the runtime loads nothing when one differs, and says
// so only to whoever listens. Source: nf-interpreter, src/CLR/Startup/CLRStartup.cpp (LoadAssembly) and
// src/CLR/Include/nanoCLR_Debugging.h (Debugging_Execution_QueryCLRCapabilities), July 2026.

using System.Buffers.Binary;
using System.Text;
using Pulsegate.Field.Wire;

namespace Pulsegate.Field.Flash;

/// <summary>The native half of one library.</summary>
/// <param name="Name">The library's name.</param>
/// <param name="Checksum">Checksum over the signatures of its native methods.</param>
/// <param name="Version">Version of the native half, four numbers.</param>
public sealed record NativeLibrary(string Name, uint Checksum, string Version)
{
    /// <summary>Most libraries that a firmware can name: count and index have a byte each in the
    /// question.</summary>
    public const int CountMax = 255;

    /// <summary>What of the runtime's capabilities is asked for, in the lowest byte of the question: a list,
    /// whose first index and count are in the third and fourth byte, or how many there are.</summary>
    public const uint ListQuery = 8, CountQuery = 9;

    private const int VersionOffset = 4, NameOffset = 12, EntrySize = 140, TryCount = 3;
    private const int PageCount = WirePacket.PayloadSizeMax / EntrySize;

    /// <summary>Asks a unit for all of its own, seven at a time.</summary>
    /// <param name="session">The unit.</param>
    /// <param name="limit">Longest wait for one answer; each question is asked three times.</param>
    /// <param name="onAsk">Called before each question with how many are known; ends the asking by
    /// throwing.</param>
    /// <returns>Null when the firmware does not know the question.</returns>
    /// <exception cref="IOException">No answer, or one that cannot be: one line.</exception>
    public static IReadOnlyList<NativeLibrary>? AskAll(
        WireSession session, TimeSpan limit, Action<int> onAsk)
    {
        if (Ask(session, CountQuery, limit, () => onAsk(0)) is not { } counted)
        {
            return null;
        }

        uint count = counted.Length == sizeof(uint) ? BinaryPrimitives.ReadUInt32LittleEndian(counted) : 0;
        if (count is 0 or > CountMax)
        {
            throw new IOException("the unit did not say how many libraries its firmware has");
        }

        var libraries = new List<NativeLibrary>();
        while (libraries.Count < count)
        {
            int page = Math.Min(PageCount, (int)count - libraries.Count);
            uint query = ListQuery | (uint)(libraries.Count << 16) | ((uint)page << 24);
            byte[]? entries = Ask(session, query, limit, () => onAsk(libraries.Count));
            if (entries?.Length != page * EntrySize)
            {
                throw new IOException("the unit did not list the libraries of its firmware");
            }

            libraries.AddRange(entries.Chunk(EntrySize).Select(entry => Parse(entry)));
        }

        return libraries;
    }

    /// <summary>Compares a firmware with an image.</summary>
    /// <returns>Null when every library in the image finds its native half; else one line.</returns>
    public static string? FindMisfit(IReadOnlyList<NativeLibrary> firmware, IEnumerable<PeFile> image)
    {
        foreach (PeFile file in image)
        {
            // The base library's name is one that the runtime knows, and not in the file.
            bool isNamed = file.Name.Length > 0;
            NativeLibrary? native = isNamed
                ? firmware.FirstOrDefault(library => library.Name == file.Name)
                : firmware.FirstOrDefault(library => library.Checksum == file.NativeChecksum);
            string name = isNamed ? file.Name : "the base library";
            if (native is null && file.NativeChecksum != 0)
            {
                return $"the board's firmware has no native code for {name} {file.NativeChecksum:X8}";
            }

            if (native is not null && native.Checksum != file.NativeChecksum)
            {
                return $"the board's firmware does not fit the program: {name} needs native code "
                    + $"{file.NativeChecksum:X8}, the firmware has {native.Checksum:X8} ({native.Version})";
            }
        }

        return null;
    }

    /// <summary>As the runtime tells it: 140 bytes.</summary>
    public byte[] ToEntry()
    {
        var entry = new byte[EntrySize];
        BinaryPrimitives.WriteUInt32LittleEndian(entry, Checksum);
        string[] parts = Version.Split('.');
        for (int i = 0; i < parts.Length; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(
                entry.AsSpan(VersionOffset + (2 * i)), ushort.Parse(parts[i]));
        }

        Encoding.ASCII.GetBytes(Name).CopyTo(entry, NameOffset);
        return entry;
    }

    // Null when the unit refuses the question.
    private static byte[]? Ask(WireSession session, uint query, TimeSpan limit, Action onAsk)
    {
        for (int i = 0; i < TryCount; i++)
        {
            onAsk();
            if (session.Ask(WireCommand.QueryCapabilities, WireSession.Words(query), limit) is { } answer)
            {
                return answer.IsAccepted ? answer.Payload : null;
            }
        }

        throw new IOException("the unit did not say which libraries its firmware has");
    }

    private static NativeLibrary Parse(byte[] entry)
    {
        ReadOnlySpan<byte> name = entry.AsSpan(NameOffset);
        int end = name.IndexOf((byte)0);
        return new NativeLibrary(
            Encoding.ASCII.GetString(end < 0 ? name : name[..end]),
            BinaryPrimitives.ReadUInt32LittleEndian(entry), PeFile.VersionIn(entry.AsSpan(VersionOffset)));
    }
}
