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

    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? path)
        => name == AskedName ? NativeLibrary.Load(SystemName) : IntPtr.Zero;
}
