// One version of keys in the key file: the version, 0 for none, then the keys.

namespace Pulsegate.Renewal;

internal static class KeySlot
{
    internal const int Length = 1 + KeySet.Length;

    internal static KeySet Read(byte[] content, int at) => KeySet.Read(content[at], content, at + 1);

    internal static void Write(KeySet keys, byte[] content, int at)
    {
        content[at] = keys.Version;
        keys.Write(content, at + 1);
    }
}
