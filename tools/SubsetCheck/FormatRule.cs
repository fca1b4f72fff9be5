// Number formats: v1 knows the standard letters; a custom format prints itself or throws.

using System.Text.RegularExpressions;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Pulsegate.SubsetCheck;

/// <summary>Checks format strings at calls.</summary>
internal static partial class FormatRule
{
    private static readonly HashSet<string> Numbers =
    [
        "System.Byte", "System.SByte", "System.Int16", "System.UInt16", "System.Int32", "System.UInt32",
        "System.Int64", "System.UInt64", "System.Single", "System.Double",
    ];

    /// <summary>What is wrong with the format of this call; null when nothing is.</summary>
    public static string? Refused(MethodDefinition method, Instruction call, MethodReference called)
    {
        string type = called.DeclaringType.FullName;
        if (called.Name == "ToString" && called.Parameters.Count > 0
            && called.Parameters[0].ParameterType.FullName == "System.String")
        {
            string? literal = call.Previous?.Operand as string;
            if (Numbers.Contains(type) && (literal == null || !Standard().IsMatch(literal)))
            {
                return literal ?? "a format that is not a literal";
            }

            bool hasZone = literal != null && literal.AsSpan().ContainsAny('K', 'z');
            return type == "System.DateTime" && hasZone ? literal : null;
        }

        if (called.Name == "Format" && type == "System.String")
        {
            return method.Body.Instructions
                .Select(instruction => instruction.Operand).OfType<string>()
                .SelectMany(text => Placeholder().Matches(text))
                .Select(match => match.Groups[1].Value)
                .FirstOrDefault(format => !Standard().IsMatch(format));
        }

        return null;
    }

    [GeneratedRegex("^[DdEeFfGgNnXx][0-9]{0,2}$")]
    private static partial Regex Standard();

    [GeneratedRegex(@"\{[0-9]+(?:,-?[0-9]+)?:([^}]*)\}")]
    private static partial Regex Placeholder();
}
