// Hostile input by seed: random bytes, or a good input with bytes changed, cut out, doubled or swapped.

namespace Pulsegate.Tests.Batch;

/// <summary>Makes one hostile input after the other.</summary>
internal static class Fuzz
{
    // What has broken JSON readers before: numbers at and beyond every width, half surrogates, unfinished
    // escapes, nesting, empty and doubled members, bytes that are no UTF-8.
    private static readonly byte[][] Fragments =
    [
        .. new[]
        {
            "null", "true", "-0", "0.0", "1e999", "-1e-999", "2147483648", "-9223372036854775809",
            "18446744073709551616", "00", "0x10", "NaN", "\"\"", "\"\\ud800\"", "\"\\u00", "\\", "{}", "[]",
            "{", "}",
            "[", "]", ",", ":", "\"", "\"\":", "\"a\":{\"a\":", "//", "/*", "\u0000", "\n", "\\n", "\\u0000",
            "\uFEFF", "\u2028",
        }.Select(System.Text.Encoding.UTF8.GetBytes),
        [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xFF], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82],
        [.. Enumerable.Repeat((byte)'[', 500)], [.. Enumerable.Repeat((byte)'9', 400)],
    ];

    /// <summary>As <see cref="Mutate"/>, half of the time with a hostile piece of JSON put in, or in the
    /// place of a member, value or bracket.</summary>
    public static byte[] MutateJson(Random random, byte[] good)
    {
        if (random.Next(2) == 0)
        {
            return Mutate(random, good);
        }

        List<byte> bytes = [.. good];
        for (int change = random.Next(1, 4); change > 0 && bytes.Count > 0; change--)
        {
            int at = random.Next(bytes.Count);
            int end = at;
            while (random.Next(3) != 0 && end < bytes.Count && !",:{}[]"u8.Contains(bytes[end]))
            {
                end++;
            }

            bytes.RemoveRange(at, end - at);
            bytes.InsertRange(at, Fragments[random.Next(Fragments.Length)]);
        }

        return [.. bytes];
    }

    public static byte[] Mutate(Random random, byte[] good)
    {
        if (random.Next(8) == 0)
        {
            var noise = new byte[random.Next(200)];
            random.NextBytes(noise);
            return noise;
        }

        List<byte> bytes = [.. good];
        for (int change = random.Next(1, 6); change > 0 && bytes.Count > 1; change--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.RemoveRange(at, random.Next(1, Math.Min(20, bytes.Count - at + 1)));
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, random.Next(0, Math.Min(20, bytes.Count - at))));
                    break;
                default:
                    bytes[at] = bytes[random.Next(bytes.Count)];
                    break;
            }
        }

        return [.. bytes];
    }
}
