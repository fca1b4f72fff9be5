// Where in the source an instruction is, and the findings so far.

using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Pulsegate.SubsetCheck;

/// <summary>Collects findings of one assembly.</summary>
internal sealed class MethodReport(string assemblyPath)
{
    /// <summary>Findings, in the order of the assembly.</summary>
    public List<Violation> Violations { get; } = [];

    /// <summary>Name of a method as the list and the messages write it.</summary>
    public static string NameOf(MethodReference method) => $"{method.DeclaringType.FullName}::{method.Name}";

    /// <summary>Reports a method, at one of its instructions where known.</summary>
    public void Add(Rule rule, MethodDefinition method, Instruction? at, string detail)
    {
        SequencePoint? point = null;
        for (Instruction? i = at; i != null && point == null; i = i.Previous)
        {
            point = Visible(method, i);
        }

        if (point == null && method.HasBody)
        {
            point = method.Body.Instructions.Select(i => Visible(method, i))
                .FirstOrDefault(found => found != null);
        }

        Add(rule, NameOf(method), detail, point);
    }

    /// <summary>Reports a type or one of its fields.</summary>
    public void Add(Rule rule, TypeDefinition type, string place, string detail)
    {
        SequencePoint? point = type.Methods
            .Where(method => method.HasBody)
            .SelectMany(method => method.Body.Instructions.Select(i => Visible(method, i)))
            .FirstOrDefault(found => found != null);
        Add(rule, place, detail, point);
    }

    private void Add(Rule rule, string place, string detail, SequencePoint? point)
    {
        var violation =
            new Violation(rule, place, detail, point?.Document.Url ?? assemblyPath, point?.StartLine ?? 0);
        if (!Violations.Contains(violation))
        {
            Violations.Add(violation);
        }
    }

    private static SequencePoint? Visible(MethodDefinition method, Instruction instruction)
        => method.DebugInformation.GetSequencePoint(instruction) is { IsHidden: false } point ? point : null;
}
