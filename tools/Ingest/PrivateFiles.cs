// The files that hold secrets, with the ingest's own error for who runs it.

namespace Pulsegate.Ingest;

internal static class PrivateFiles
{
    /// <summary>Reads a keyring.</summary>
    /// <exception cref="IngestException">It is not one, or open to others; one line.</exception>
    internal static KeyringFile LoadKeyring(string path) => Guard(() => KeyringFile.Load(path));

    /// <summary>Refuses a secret that others than its owner may read or change.</summary>
    /// <exception cref="IngestException">It is missing or open; one line.</exception>
    internal static void Require(string path, string what) => Guard(() =>
    {
        KeyringFile.RequirePrivate(path, what);
        return true;
    });

    private static T Guard<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (KeyringException e)
        {
            throw new IngestException(e.Message, e);
        }
    }
}
