// SHA-256 and ES256 in the device subset: standard vectors, and a chain of signatures each of which is the
// next message and makes the next key. The same file runs on .NET (SigningVectorsTests) and on the real
// nanoCLR. A nanoCLR for a desktop has no native HMAC: there a stand-in over Sha256 takes its place.

#nullable disable

using System;
using Pulsegate.Signing;

namespace Pulsegate.Tests.Device;

/// <summary>Vectors of the signatures.</summary>
public static class SigningVectors
{
    private const int ChainLength = 30;
    private const string Rfc6979Key = "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721";

    /// <summary>Prints everything.</summary>
    public static void Run()
    {
        var hasher = new Sha256();
        PrintHash(hasher, Ascii(""));
        PrintHash(hasher, Ascii("abc"));
        PrintHash(hasher, Ascii("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"));
        for (int length = 50; length <= 130; length += 7)
        {
            PrintHash(hasher, new byte[length]);
        }

        var key = new Es256(Bytes(Rfc6979Key));
        byte[] signature = new byte[Es256.SignatureLength];
        PrintSignature(key, Ascii("sample"), signature);
        PrintSignature(key, Ascii("test"), signature);
        PrintChain(signature);
        PrintKey("0000000000000000000000000000000000000000000000000000000000000000");
        PrintKey("0000000000000000000000000000000000000000000000000000000000000001");
        PrintKey("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550");
        PrintKey("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
        PrintKey("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff");
    }

    private static void PrintChain(byte[] signature)
    {
        var privateKey = new byte[Es256.KeyLength];
        for (int link = 0; link < ChainLength; link++)
        {
            Array.Copy(signature, 0, privateKey, 0, Es256.KeyLength);
            privateKey[0] &= 0x7F;   // below the order, whatever it says
            PrintSignature(new Es256(privateKey), signature, signature);
        }
    }

    private static void PrintHash(Sha256 hasher, byte[] message)
    {
        var hash = new byte[Sha256.HashLength];
        hasher.Compute(message, message.Length, hash);
        Console.WriteLine("hash " + message.Length.ToString() + " " + Hex(hash));
    }

    private static void PrintSignature(Es256 key, byte[] message, byte[] signature)
    {
        bool isSigned = key.TrySign(message, message.Length, signature, 0);
        Console.WriteLine("signature " + (isSigned ? Hex(signature) : "none"));
    }

    private static void PrintKey(string key)
        => Console.WriteLine("key " + key + (Es256.IsPrivateKey(Bytes(key)) ? " yes" : " no"));

    private static byte[] Ascii(string text)
    {
        var bytes = new byte[text.Length];
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)text[i];
        }

        return bytes;
    }

    private static byte[] Bytes(string hex)
    {
        var bytes = new byte[hex.Length / 2];
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)((Digit(hex[2 * i]) << 4) | Digit(hex[(2 * i) + 1]));
        }

        return bytes;
    }

    private static int Digit(char character) => character <= '9' ? character - '0' : character - 'a' + 10;

    private static string Hex(byte[] bytes)
    {
        var characters = new char[2 * bytes.Length];
        for (int i = 0; i < bytes.Length; i++)
        {
            int high = bytes[i] >> 4;
            int low = bytes[i] & 15;
            characters[2 * i] = (char)(high < 10 ? '0' + high : 'a' + high - 10);
            characters[(2 * i) + 1] = (char)(low < 10 ? '0' + low : 'a' + low - 10);
        }

        return new string(characters);
    }
}
