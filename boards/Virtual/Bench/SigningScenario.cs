// ES256 alone: what one signature costs. Counts, so that it also shows that the cost tells nothing about key
// and message.

using Pulsegate.Signing;

namespace Pulsegate.Virtual.Bench;

/// <summary>Signs, in plain types, in the room of the instruction counter or outside.</summary>
public static class SigningScenario
{
    /// <summary>Bytes of the signing input of a minute of vitals, about (docs/wire-format.md, section
    /// 7).</summary>
    public const int TypicalLength = 450;

    /// <summary>Numbers that <see cref="Run"/> gives, by index: instructions; bytes allocated.</summary>
    public const int Instructions = 0, AllocatedBytes = 1, Count = 2;

    /// <summary>Signs one message.</summary>
    /// <param name="privateKey">32 bytes.</param>
    /// <param name="message">What is signed.</param>
    /// <param name="instructions">Reads the instruction counter.</param>
    public static long[] Run(byte[] privateKey, byte[] message, Func<long> instructions)
    {
        var key = new Es256(privateKey);
        var signature = new byte[Es256.SignatureLength];
        // once unmeasured: what only the first run allocates
        key.TrySign(message, message.Length, signature, 0);
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long count = instructions();
        bool isSigned = key.TrySign(message, message.Length, signature, 0);
        count = instructions() - count;
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        return isSigned ? [count, allocated] : throw new InvalidOperationException("no signature");
    }

    /// <summary>Cost of a message of the usual length under a key.</summary>
    public static long[] Typical(Func<long> instructions)
        => Run([.. Enumerable.Range(1, Es256.KeyLength).Select(i => (byte)i)], new byte[TypicalLength],
            instructions);
}
