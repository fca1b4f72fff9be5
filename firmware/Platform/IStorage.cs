// What a board owes the firmware: a flat folder of small files on flash.
//
// Fault model (littlefs as nanoFramework drives it): data is durable only when a file has been closed, so
// Append and Write below open, write once and close, and that close is the durable point. A power cut before
// it leaves the file as it was; a cut right after creation leaves an empty file. There is no rename over an
// existing name, no free-space figure, and a failed mount is formatted silently. Every call may fail; a
// failure leaves the file as it was or with a torn tail.

namespace Pulsegate.Platform;

/// <summary>
/// A flat folder of files. Names match <c>[a-z0-9.]{1,12}</c>. Every call blocks for the flash (up to some
/// 100 ms for a write that erases) and never throws for a storage failure: it returns false.
/// </summary>
public interface IStorage
{
    /// <summary>Names of all files, in no order; empty when there are none. Null when the folder cannot be
    /// read. What is no file, where a file system has such things, has a slash behind its name. Allocates;
    /// for start-up.</summary>
    string[] List();

    /// <summary>Length of a file in bytes; -1 when it is missing or cannot be read.</summary>
    int Length(string name);

    /// <summary>Reads up to <paramref name="count"/> bytes at <paramref name="fileOffset"/>.</summary>
    /// <returns>Bytes read (less than asked only at the end of the file); -1 when the file is missing or the
    /// read failed.</returns>
    int Read(string name, int fileOffset, byte[] buffer, int bufferOffset, int count);

    /// <summary>Opens (creating it when missing), appends, closes: durable when this returns true.</summary>
    bool TryAppend(string name, byte[] data, int offset, int count);

    /// <summary>Replaces the whole content: open, truncate, write, close. Not atomic: a cut may leave it
    /// empty or torn.</summary>
    bool TryWrite(string name, byte[] data, int offset, int count);

    /// <summary>Removes a file. True also when it was not there.</summary>
    bool TryDelete(string name);

    /// <summary>Bytes the firmware may fill on this partition, reserve for Wi-Fi and certificates already
    /// taken off.</summary>
    int CapacityBytes { get; }
}
