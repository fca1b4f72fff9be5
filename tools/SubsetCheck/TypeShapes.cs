// What a type reference is made of.

using Mono.Cecil;

namespace Pulsegate.SubsetCheck;

/// <summary>Questions about type references.</summary>
internal static class TypeShapes
{
    /// <summary>True for an instance of a generic type, or something made of one.</summary>
    public static bool IsGeneric(TypeReference? type)
        => type switch
        {
            null => false,
            GenericInstanceType => true,
            TypeSpecification made => IsGeneric(made.ElementType),
            _ => type.DeclaringType != null && IsGeneric(type.DeclaringType),
        };

    /// <summary>True for an array of several dimensions, or something made of one.</summary>
    public static bool IsMultiDimensional(TypeReference? type)
        => type switch
        {
            ArrayType { Rank: > 1 } => true,
            TypeSpecification made => IsMultiDimensional(made.ElementType),
            _ => false,
        };

    /// <summary>True for float, double, and references to, arrays of and pointers to them.</summary>
    public static bool ContainsFloat(TypeReference? type)
        => type switch
        {
            TypeSpecification made => ContainsFloat(made.ElementType),
            _ => IsFloat(type),
        };

    /// <summary>True for float and double themselves.</summary>
    public static bool IsFloat(TypeReference? type)
        => type?.MetadataType is MetadataType.Single or MetadataType.Double;

    /// <summary>True for an enum type.</summary>
    public static bool IsEnum(TypeReference type)
    {
        if (type.IsPrimitive || type is TypeSpecification or GenericParameter)
        {
            return false;
        }

        return type.Resolve() is { IsEnum: true };
    }
}
