// Starts a newer program from the internal drive, in the place of the one that was flashed. The runtime
// resolves an assembly by name and version, so both are resident and each sees its own; the image stays in
// RAM, which is why only boards with PSRAM do this.

using System;
using System.IO;
using System.Reflection;
using Pulsegate.Diagnostics;
using Pulsegate.Platform;
using Pulsegate.Store;
using Pulsegate.Update;

namespace Pulsegate.Boards.Esp32;

/// <summary>Finds and starts an update. For the first lines of Main.</summary>
public static class ProgramLoader
{
    /// <summary>Where updates lie.</summary>
    public const string Folder = "I:\\up\\";

    /// <summary>The method of a program's main class that runs the unit without looking for an update
    /// again.</summary>
    public const string EntryName = "RunUnit";

    private const int CapacityBytes = 2 * UpdateManifest.ImageLengthMax;
    private const int SizeOffset = 100;   // of the last of the 16 table offsets in a .pe's header: its length
    private const int HeaderLength = 124;

    /// <summary>The slots of this unit.</summary>
    /// <param name="board">The board, as manifests name it.</param>
    /// <param name="keyPairs">What makes signers of key pairs.</param>
    /// <returns>Null when it has no key to believe an update by.</returns>
    /// <exception cref="IOException">The internal drive is not there.</exception>
    public static UpdateSlots OpenSlots(string board, KeyPairMaker keyPairs)
    {
        if (!Identity.TryRead(
            Identity.ReadText(Identity.IdentityName), keyPairs, out Identity identity, out string _))
        {
            return null;
        }

        var store = new FileStorage(FileStorage.DefaultFolder, CapacityBytes);
        ISigner station = identity.OpenKeys(store).StationSigner;
        return station == null
            ? null
            : new UpdateSlots(
                new FileStorage(Folder, CapacityBytes), station, new HmacSigner(1, FileDigest.Key, null),
                board, RunningNumber);
    }

    /// <summary>Version of this program, as a number.</summary>
    public static int RunningNumber => UpdateManifest.NumberOf(Recorder.FirmwareVersion);

    /// <summary>Starts an update when there is one. Returns when there is none. A program that was started
    /// does not return: it ends in a restart.</summary>
    /// <param name="board">The board, as manifests name it.</param>
    /// <param name="mainType">Full name of the program's main class.</param>
    /// <param name="keyPairs">What makes signers of key pairs; null on a board without them.</param>
    /// <exception cref="Exception">It could not be started. The try is counted: after the last one what was
    /// flashed runs again.</exception>
    public static void Start(string board, string mainType, KeyPairMaker keyPairs)
    {
        UpdateSlots slots = OpenSlots(board, keyPairs);
        byte[] image = slots == null ? null : slots.Choose();
        if (image != null)
        {
            Load(image).GetType(mainType).GetMethod(EntryName).Invoke(null, null);
        }
    }

    // The .pe files lie one behind the other, each at a word's border, the program last.
    private static Assembly Load(byte[] image)
    {
        Assembly last = null;
        int offset = 0;
        while (offset + HeaderLength <= image.Length)
        {
            int length = image[offset + SizeOffset] | (image[offset + SizeOffset + 1] << 8)
                | (image[offset + SizeOffset + 2] << 16) | (image[offset + SizeOffset + 3] << 24);
            if (length < HeaderLength || length > image.Length - offset)
            {
                throw new IOException("the image is damaged at " + offset.ToString());
            }

            var assembly = new byte[length];
            Array.Copy(image, offset, assembly, 0, length);
            last = Assembly.Load(assembly);
            offset += (length + 3) & ~3;
        }

        return last;
    }
}
