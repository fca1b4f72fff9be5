// SHA-256 (FIPS 180-4). nanoFramework has HMAC-SHA256 and no plain hash, so that what ES256 signs, the hash
// of the message, has to be computed here.

namespace Pulsegate.Signing;

/// <summary>Hashes whole messages. Allocates nothing after construction; not thread-safe.</summary>
public sealed class Sha256
{
    /// <summary>Bytes of a hash.</summary>
    public const int HashLength = 32;

    private const int BlockLength = 64;
    private const int LengthPosition = BlockLength - 8;
    private const int RoundCount = 64;

    private static readonly uint[] InitialState =
    {
        0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19,
    };

    private static readonly uint[] RoundConstants =
    {
        0x428A2F98, 0x71374491, 0xB5C0FBCF, 0xE9B5DBA5, 0x3956C25B, 0x59F111F1, 0x923F82A4, 0xAB1C5ED5,
        0xD807AA98, 0x12835B01, 0x243185BE, 0x550C7DC3, 0x72BE5D74, 0x80DEB1FE, 0x9BDC06A7, 0xC19BF174,
        0xE49B69C1, 0xEFBE4786, 0x0FC19DC6, 0x240CA1CC, 0x2DE92C6F, 0x4A7484AA, 0x5CB0A9DC, 0x76F988DA,
        0x983E5152, 0xA831C66D, 0xB00327C8, 0xBF597FC7, 0xC6E00BF3, 0xD5A79147, 0x06CA6351, 0x14292967,
        0x27B70A85, 0x2E1B2138, 0x4D2C6DFC, 0x53380D13, 0x650A7354, 0x766A0ABB, 0x81C2C92E, 0x92722C85,
        0xA2BFE8A1, 0xA81A664B, 0xC24B8B70, 0xC76C51A3, 0xD192E819, 0xD6990624, 0xF40E3585, 0x106AA070,
        0x19A4C116, 0x1E376C08, 0x2748774C, 0x34B0BCB5, 0x391C0CB3, 0x4ED8AA4A, 0x5B9CCA4F, 0x682E6FF3,
        0x748F82EE, 0x78A5636F, 0x84C87814, 0x8CC70208, 0x90BEFFFA, 0xA4506CEB, 0xBEF9A3F7, 0xC67178F2,
    };

    private readonly uint[] _schedule = new uint[RoundCount];
    private readonly uint[] _state = new uint[8];
    private readonly byte[] _last = new byte[BlockLength];

    /// <summary>Writes the hash of <c>message[0..length)</c> to <paramref name="hash"/> from its start. About
    /// 8 000 IL instructions for each 64 bytes.</summary>
    public void Compute(byte[] message, int length, byte[] hash)
    {
        for (int i = 0; i < _state.Length; i++)
        {
            _state[i] = InitialState[i];
        }

        int at = 0;
        for (; at + BlockLength <= length; at += BlockLength)
        {
            Absorb(message, at);
        }

        for (int i = 0; i < BlockLength; i++)
        {
            _last[i] = 0;
        }

        int rest = length - at;
        for (int i = 0; i < rest; i++)
        {
            _last[i] = message[at + i];
        }

        _last[rest] = 0x80;
        if (rest >= LengthPosition)
        {
            Absorb(_last, 0);
            for (int i = 0; i <= rest; i++)
            {
                _last[i] = 0;
            }
        }

        long bits = (long)length * 8;
        for (int i = BlockLength - 1; i >= LengthPosition; i--)
        {
            _last[i] = (byte)(bits & 0xFF);
            bits >>= 8;
        }

        Absorb(_last, 0);
        for (int i = 0; i < HashLength; i++)
        {
            hash[i] = (byte)((_state[i >> 2] >> (24 - (8 * (i & 3)))) & 0xFF);
        }
    }

    private void Absorb(byte[] block, int offset)
    {
        Expand(block, offset);
        uint[] w = _schedule, constants = RoundConstants, state = _state;
        uint a = state[0], b = state[1], c = state[2], d = state[3];
        uint e = state[4], f = state[5], g = state[6], h = state[7];
        for (int i = 0; i < RoundCount; i++)
        {
            uint first = h + (((e >> 6) | (e << 26)) ^ ((e >> 11) | (e << 21)) ^ ((e >> 25) | (e << 7)))
                + (g ^ (e & (f ^ g))) + constants[i] + w[i];
            uint second = (((a >> 2) | (a << 30)) ^ ((a >> 13) | (a << 19)) ^ ((a >> 22) | (a << 10)))
                + ((a & b) | (c & (a | b)));
            h = g;
            g = f;
            f = e;
            e = d + first;
            d = c;
            c = b;
            b = a;
            a = first + second;
        }

        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
        state[5] += f;
        state[6] += g;
        state[7] += h;
    }

    private void Expand(byte[] block, int offset)
    {
        uint[] w = _schedule;
        for (int i = 0; i < 16; i++)
        {
            int at = offset + (4 * i);
            w[i] = ((uint)block[at] << 24) | ((uint)block[at + 1] << 16)
                | ((uint)block[at + 2] << 8) | block[at + 3];
        }

        for (int i = 16; i < RoundCount; i++)
        {
            uint early = w[i - 15];
            uint late = w[i - 2];
            w[i] = (((early >> 7) | (early << 25)) ^ ((early >> 18) | (early << 14)) ^ (early >> 3))
                + (((late >> 17) | (late << 15)) ^ ((late >> 19) | (late << 13)) ^ (late >> 10))
                + w[i - 7] + w[i - 16];
        }
    }
}
