// The few attributes that the compiler acts on. Their values are written as metadata blobs (ECMA-335,
// II.23.3), so that nothing has to be resolved.

using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Mono.Cecil;

namespace Pulsegate.Surface;

/// <summary>Puts attributes of the table on what is being written.</summary>
internal sealed class AttributeWriter(TypeNames names)
{
    private const byte NamedProperty = 0x54;
    private const byte ElementBoolean = 0x02;

    /// <summary>Adds attributes written as <c>Name</c>, <c>Name(123)</c> or <c>Name("text")</c>, joined by
    /// commas.</summary>
    public void Add(ICustomAttributeProvider target, string written)
    {
        foreach (string one in SplitAttributes(written))
        {
            int bracket = one.IndexOf('(');
            string name = bracket < 0 ? one : one[..bracket];
            string argument = bracket < 0 ? "" : one[(bracket + 1)..^1];
            string argumentType = name == "System.AttributeUsageAttribute"
                ? "System.AttributeTargets" : "System.String";
            TypeReference nothing = names.InSignature("System.Void");
            var constructor = new MethodReference(".ctor", nothing, names.AsToken(name)) { HasThis = true };
            if (argument.Length > 0)
            {
                constructor.Parameters.Add(new ParameterDefinition(names.InSignature(argumentType)));
            }

            target.CustomAttributes.Add(new CustomAttribute(constructor, Blob(name, argument)));
        }
    }

    private static byte[] Blob(string name, string argument)
    {
        var blob = new List<byte> { 1, 0 };
        if (argument.StartsWith('"'))
        {
            byte[] text = Encoding.UTF8.GetBytes(argument[1..^1]);
            AddLength(blob, text.Length);
            blob.AddRange(text);
        }
        else if (argument.Length > 0)
        {
            var number = new byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(
                number, int.Parse(argument, CultureInfo.InvariantCulture));
            blob.AddRange(number);
        }

        if (name == "System.AttributeUsageAttribute")
        {
            // The table does not say which attributes may be repeated; [DataRow] must be.
            byte[] property = "AllowMultiple"u8.ToArray();
            blob.AddRange([1, 0, NamedProperty, ElementBoolean, (byte)property.Length, .. property, 1]);
        }
        else
        {
            blob.AddRange([0, 0]);
        }

        return blob.ToArray();
    }

    private static void AddLength(List<byte> blob, int length)
    {
        if (length >= 0x80)
        {
            blob.Add((byte)(0x80 | (length >> 8)));
        }

        blob.Add((byte)length);
    }

    private static IEnumerable<string> SplitAttributes(string written)
    {
        int start = 0;
        bool isQuoted = false;
        for (int i = 0; i <= written.Length; i++)
        {
            if (i == written.Length || (written[i] is ',' or ';' && !isQuoted))
            {
                if (i > start)
                {
                    yield return written[start..i].Trim();
                }

                start = i + 1;
            }
            else if (written[i] == '"')
            {
                isQuoted = !isQuoted;
            }
        }
    }
}
