// The secret number of a signature, drawn from key and message (RFC 6979, section 3.2): a unit has no random
// generator, two signatures with one nonce give the key away, and the same record must have the same
// signature at every attempt. HMAC-SHA256 is the platform's, the one piece of this that nanoCLR has in native
// code.

using System;
using System.Security.Cryptography;

namespace Pulsegate.Signing;

/// <summary>Nonces of one key. Not thread-safe.</summary>
internal sealed class DeterministicNonce
{
    private const int HashLength = 32;

    private readonly byte[] _value = new byte[HashLength];
    private readonly byte[] _seed = new byte[(3 * HashLength) + 1];   // V, 0 or 1, private key, message hash
    private readonly byte[] _retry = new byte[HashLength + 1];        // V, 0
    private byte[] _key = new byte[HashLength];

    /// <summary>Nonces for a private key of 32 bytes.</summary>
    public DeterministicNonce(byte[] privateKey)
    {
        Array.Copy(privateKey, 0, _seed, HashLength + 1, HashLength);
    }

    /// <summary>Begins with a message.</summary>
    /// <param name="hash">Its hash modulo the order, 32 bytes.</param>
    /// <returns>False when the native call failed.</returns>
    public bool TryBegin(byte[] hash)
    {
        for (int i = 0; i < HashLength; i++)
        {
            _key[i] = 0;
            _value[i] = 1;
        }

        Array.Copy(hash, 0, _seed, (2 * HashLength) + 1, HashLength);
        return TryMix(_seed, 0) && TryMix(_seed, 1) && TryAdvance();
    }

    /// <summary>Writes the candidate, 32 bytes; it counts when it is 1 to n - 1.</summary>
    public void Read(long[] nonce) => Limbs.FromBytes(_value, 0, nonce);

    /// <summary>Goes on to the next candidate.</summary>
    /// <returns>False when the native call failed.</returns>
    public bool TryNext() => TryMix(_retry, 0) && TryAdvance();

    // K = HMAC(K, V || mark || what stands behind), V = HMAC(K, V).
    private bool TryMix(byte[] input, byte mark)
    {
        Array.Copy(_value, 0, input, 0, HashLength);
        input[HashLength] = mark;
        byte[] key = HMACSHA256.HashData(_key, input);
        if (key == null || key.Length != HashLength)
        {
            return false;
        }

        _key = key;
        return TryAdvance();
    }

    // V = HMAC(K, V).
    private bool TryAdvance()
    {
        byte[] value = HMACSHA256.HashData(_key, _value);
        if (value == null || value.Length != HashLength)
        {
            return false;
        }

        Array.Copy(value, 0, _value, 0, HashLength);
        return true;
    }
}
