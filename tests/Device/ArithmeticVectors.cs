// Integer arithmetic at its edges, as the device code uses it: wrapping, shifts, division of negatives,
// casts. The same file runs on .NET and on nanoCLR, and prints the same lines.

#nullable disable

using System;

namespace Pulsegate.Tests.Device;

/// <summary>Prints results of integer operations on edge values.</summary>
public static class ArithmeticVectors
{
    /// <summary>Prints a line an operand pair.</summary>
    public static void Run()
    {
        int[] values =
        {
            0, 1, -1, 2, -2, 3, -3, 7, 255, 256, -256, 32767, 32768, -32768, 65535, 65536, 1000003, -1000003,
                int.MaxValue,
            int.MinValue,
        };
        for (int i = 0; i < values.Length; i++)
        {
            for (int k = 0; k < values.Length; k++)
            {
                PrintPair(values[i], values[k]);
            }

            PrintOne(values[i]);
        }
    }

    private static void PrintPair(int a, int b)
    {
        // int.MinValue / -1 ends nanoCLR on a host: no device code may ask for it.
        bool isDividable = b != 0 && b != -1;
        long product = (long)a * b;
        uint ua = (uint)a;
        uint ub = (uint)b;
        Console.WriteLine(
            a.ToString() + " " + b.ToString() + ": " + (a + b).ToString() + " " + (a - b).ToString() + " "
            + (a * b).ToString() + " " + product.ToString() + " " + (product >> 15).ToString() + " "
            + (isDividable ? (a / b).ToString() + " " + (a % b).ToString() : "-") + " "
            + (b != 0 ? (ua / ub).ToString() + " " + (ua % ub).ToString() : "-") + " "
            + (a < b ? 1 : 0).ToString() + (ua < ub ? 1 : 0).ToString() + " "
            + (isDividable ? (((long)a << 20) / b).ToString() : "-"));
    }

    private static void PrintOne(int a)
    {
        string line = a.ToString() + " casts " + ((byte)a).ToString() + " " + ((sbyte)a).ToString() + " "
            + ((short)a).ToString() + " " + ((ushort)a).ToString() + " " + ((long)(uint)a).ToString()
                + " shifts";
        for (int shift = 0; shift < 32; shift += 7)
        {
            line = line + " " + (a << shift).ToString() + " " + (a >> shift).ToString() + " "
                + ((uint)a >> shift).ToString();
        }

        Console.WriteLine(line);
    }
}
