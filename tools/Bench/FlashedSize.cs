// How big a device assembly is once the metadata processor has made a .pe of it, estimated from the IL where
// that tool is not there. Source: the v1 .pe format as nanoFramework's interpreter reads it: a header of 124
// bytes, tables with rows of fixed size, names and signatures stored once each, byte code in which every
// token and every long branch takes two bytes.

using System.Text;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Pulsegate.Bench;

/// <summary>Estimated size of a .pe, part by part, in bytes. On 2026-11-21 the metadata processor (3.0 line)
/// made 90 952 bytes of firmware and drivers, where this estimate was 91 262.</summary>
/// <param name="Tables">Header and rows of the fixed tables.</param>
/// <param name="Names">Names and texts.</param>
/// <param name="Signatures">Signatures of methods, fields and locals, and the content of initialised
/// arrays.</param>
/// <param name="ByteCode">All method bodies.</param>
/// <param name="LargestByteCode">Those of the largest .pe: every driver is a package of its own.</param>
public sealed record FlashedSize(int Tables, int Names, int Signatures, int ByteCode, int LargestByteCode)
{
    private const int HeaderBytes = 124;
    private const int AssemblyReferenceBytes = 12;
    private const int ReferenceBytes = 8;         // of a type, a field or a method
    private const int TypeBytes = 24;
    private const int FieldBytes = 8;
    private const int MethodBytes = 16;
    private const int ExceptionHandlerBytes = 12;
    private const int TokenSaving = 2;            // a token has two bytes here, four in .NET
    private const int ClassBytes = 3;             // element type and token, in a signature

    /// <summary>All of it.</summary>
    public int TotalBytes => Tables + Names + Signatures + ByteCode;

    /// <summary>Estimates the .pe of an assembly.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="BadImageFormatException">The file is no assembly.</exception>
    public static FlashedSize Of(string path)
    {
        using AssemblyDefinition assembly = AssemblyDefinition.ReadAssembly(path);
        ModuleDefinition module = assembly.MainModule;
        var names = new HashSet<string>(StringComparer.Ordinal) { assembly.Name.Name };
        var signatures = new HashSet<string>(StringComparer.Ordinal);
        int signatureBytes = 0;
        var byteCode = new Dictionary<string, int>(StringComparer.Ordinal);
        int tables = HeaderBytes + (module.AssemblyReferences.Count * AssemblyReferenceBytes)
            + ((module.GetTypeReferences().Count() + module.GetMemberReferences().Count()) * ReferenceBytes);
        foreach (AssemblyNameReference reference in module.AssemblyReferences)
        {
            names.Add(reference.Name);
        }

        foreach (TypeReference reference in module.GetTypeReferences())
        {
            names.Add(reference.Name);
            names.Add(reference.Namespace);
        }

        foreach (MemberReference reference in module.GetMemberReferences())
        {
            names.Add(reference.Name);
            signatureBytes += reference is MethodReference method ? Once(signatures, Signature(method)) : 0;
        }

        foreach (TypeDefinition type in module.GetTypes().Where(type => type.Name != "<Module>"))
        {
            tables += TypeBytes;
            names.Add(type.Name);
            names.Add(type.Namespace);
            foreach (FieldDefinition field in type.Fields.Where(field => !field.IsLiteral))
            {
                tables += FieldBytes;
                names.Add(field.Name);
                signatureBytes += Once(signatures, [1, .. Bytes(field.FieldType)])
                    + field.InitialValue.Length;
            }

            foreach (MethodDefinition method in type.Methods)
            {
                tables += MethodBytes;
                names.Add(method.Name);
                signatureBytes += Once(signatures, Signature(method));
                if (method.HasBody)
                {
                    byteCode[PackageOf(type)] = byteCode.GetValueOrDefault(PackageOf(type))
                        + BodyBytes(method.Body, names);
                    signatureBytes += Once(signatures,
                        [.. method.Body.Variables.SelectMany(local => Bytes(local.VariableType))]);
                }
            }
        }

        return new FlashedSize(
            tables, names.Sum(name => Encoding.UTF8.GetByteCount(name) + 1), signatureBytes,
            byteCode.Values.Sum(),
            byteCode.Values.Max());
    }

    // As nanoFramework.sln has it: a namespace of a driver is an assembly, all the rest is one.
    private static string PackageOf(TypeDefinition type)
    {
        string name = type.DeclaringType?.Namespace ?? type.Namespace;
        return name.StartsWith("Iot.Device.", StringComparison.Ordinal) ? name : "";
    }

    private static int BodyBytes(MethodBody body, HashSet<string> names)
    {
        int bytes = (body.ExceptionHandlers.Count * ExceptionHandlerBytes)
            + (body.HasExceptionHandlers ? 1 : 0);
        foreach (Instruction instruction in body.Instructions)
        {
            bytes += instruction.GetSize();
            switch (instruction.OpCode.OperandType)
            {
                case OperandType.InlineSwitch:
                    // the count has one byte
                    bytes -= 3 + (TokenSaving * ((Instruction[])instruction.Operand).Length);
                    break;
                case OperandType.InlineString:
                    names.Add((string)instruction.Operand);
                    bytes -= TokenSaving;
                    break;
                case OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType
                    or OperandType.InlineTok
                    or OperandType.InlineBrTarget:
                    bytes -= TokenSaving;
                    break;
            }
        }

        return bytes;
    }

    private static byte[] Signature(MethodReference method)
        => [2, (byte)method.Parameters.Count, .. Bytes(method.ReturnType),
            .. method.Parameters.SelectMany(p => Bytes(p.ParameterType))];

    // Two equal signatures give equal bytes, and the count is that of the format; the values are not those of
    // the format.
    private static byte[] Bytes(TypeReference type) => type switch
    {
        ArrayType array => [1, .. Bytes(array.ElementType)],
        ByReferenceType reference => [2, .. Bytes(reference.ElementType)],
        _ when type.IsPrimitive || type.FullName is "System.Void" or "System.String" or "System.Object"
            => [(byte)type.MetadataType],
        _ => [3, .. BitConverter.GetBytes(type.MetadataToken.ToInt32())[..(ClassBytes - 1)]],
    };

    private static int Once(HashSet<string> signatures, byte[] signature)
        => signature.Length > 0 && signatures.Add(Convert.ToHexString(signature)) ? signature.Length : 0;
}
