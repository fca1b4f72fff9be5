// What objects take on the managed heap of a 32-bit nanoCLR, counted over the same objects on this machine.
// Source: nf-interpreter, nanoCLR_Runtime__HeapBlock.h and Execution.cpp: everything is made of blocks of 12
// bytes; an object has one for itself and one for every field, whatever its type; an array a header of 20
// bytes and its packed elements, of which a reference takes a block.

using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pulsegate.Bench;

/// <summary>Estimated size on a device's managed heap, in bytes.</summary>
public static class HeapSize
{
    private const int BlockBytes = 12;
    private const int ArrayHeaderBytes = 20;

    /// <summary>Size of all that can be reached from some objects and from static fields, through objects of
    /// the given types, arrays and texts; every text counts as one made at run time. Stacks, messages while
    /// they are made, the runtime's tables of types and what native code holds are not in it.</summary>
    /// <param name="roots">Where to begin.</param>
    /// <param name="types">Types that count.</param>
    public static long Of(IEnumerable<object> roots, IEnumerable<Type> types)
    {
        HashSet<Type> counted = [.. types];
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var open = new Stack<object>(roots);
        long bytes = 0;
        foreach (FieldInfo field in counted.SelectMany(StaticFields))
        {
            bytes += BlockBytes;
            Push(open, field.GetValue(null));
        }

        while (open.TryPop(out object? item))
        {
            bytes += (item is string or Array || counted.Contains(item.GetType())) && seen.Add(item)
                ? BytesOf(item, open) : 0;
        }

        return bytes;
    }

    private static IEnumerable<FieldInfo> StaticFields(Type type)
        => type.ContainsGenericParameters ? [] : type
        .GetFields(
            BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        .Where(field => !field.IsLiteral && !type.IsDefined(typeof(CompilerGeneratedAttribute)));

    private static long BytesOf(object item, Stack<object> open)
    {
        switch (item)
        {
            case string text:
                return Blocks(BlockBytes + text.Length + 1);
            case Array array:
                Type element = array.GetType().GetElementType()!;
                if (!element.IsValueType)
                {
                    foreach (object? reference in array)
                    {
                        Push(open, reference);
                    }
                }

                return Blocks(ArrayHeaderBytes
                    + (array.Length * (element.IsValueType ? ElementBytes(element) : BlockBytes)));
            default:
                int fieldCount = 0;
                for (Type? type = item.GetType(); type is not null; type = type.BaseType)
                {
                    foreach (FieldInfo field in type.GetFields(
                        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic
                            | BindingFlags.DeclaredOnly))
                    {
                        fieldCount++;
                        Push(open, field.FieldType.IsValueType ? null : field.GetValue(item));
                    }
                }

                return BlockBytes * (1 + fieldCount);
        }
    }

    private static int ElementBytes(Type element)
        => element.IsEnum ? ElementBytes(element.GetEnumUnderlyingType())
        : element == typeof(bool) ? 1 : element == typeof(char) ? 2 : Marshal.SizeOf(element);

    private static long Blocks(long bytes) => (bytes + BlockBytes - 1) / BlockBytes * BlockBytes;

    private static void Push(Stack<object> open, object? item)
    {
        if (item is not null)
        {
            open.Push(item);
        }
    }
}
