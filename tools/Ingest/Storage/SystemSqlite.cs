// Uses the system's SQLite (Debian libsqlite3-0): the provider asks for "e_sqlite3", which is a bundled copy
// elsewhere.

using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace Pulsegate.Ingest.Storage;

internal static class SystemSqlite
{
    private const string AskedName = "e_sqlite3";
    private const string SystemName = "libsqlite3.so.0";
    private const int HasMovedControl = 20;   // SQLITE_FCNTL_HAS_MOVED
    private static readonly Lock Gate = new();
    private static bool _done;

    /// <summary>Sets the provider up, once a process.</summary>
    /// <exception cref="IngestException">The library is not installed.</exception>
    internal static void Initialize()
    {
        lock (Gate)
        {
            if (_done)
            {
                return;
            }

            if (!NativeLibrary.TryLoad(SystemName, out _))
            {
                throw new IngestException($"{SystemName} is missing: apt-get install libsqlite3-0");
            }

            NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
            raw.SetProvider(new SQLite3Provider_e_sqlite3());
            _done = true;
        }
    }

    /// <summary>True when the file behind a connection is no longer the one of its name.</summary>
    internal static bool HasMoved(sqlite3 connection)
    {
        bool isHeld = false;
        try
        {
            connection.DangerousAddRef(ref isHeld);
            int result = FileControl(
                connection.DangerousGetHandle(), IntPtr.Zero, HasMovedControl, out int hasMoved);
            return result == raw.SQLITE_OK && hasMoved != 0;
        }
        finally
        {
            if (isHeld)
            {
                connection.DangerousRelease();
            }
        }
    }

    // The provider has no way to it; no name means the main database.
    [DllImport(SystemName, EntryPoint = "sqlite3_file_control")]
    private static extern int FileControl(IntPtr connection, IntPtr name, int control, out int answer);

    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? path)
        => name == AskedName ? NativeLibrary.Load(SystemName) : IntPtr.Zero;
}
