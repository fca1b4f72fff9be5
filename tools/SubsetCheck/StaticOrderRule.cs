// Static initialisers: nanoCLR runs them all at load, in metadata order, not on first use. One that reads
// another type's static, itself or through what it calls, may read it before it is set.

using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Pulsegate.SubsetCheck;

/// <summary>Checks the static constructors of a module.</summary>
internal sealed class StaticOrderRule(MethodReport report)
{
    /// <summary>Checks every static constructor and what it reaches within the module.</summary>
    public void Check(ModuleDefinition module)
    {
        foreach (TypeDefinition type in module.GetTypes())
        {
            MethodDefinition? initialiser = Initialiser(type);
            if (initialiser != null)
            {
                Follow(type, initialiser);
            }
        }
    }

    private void Follow(TypeDefinition type, MethodDefinition initialiser)
    {
        var seen = new HashSet<MethodDefinition> { initialiser };
        var waiting = new Queue<MethodDefinition>(seen);
        while (waiting.TryDequeue(out MethodDefinition? method))
        {
            foreach (Instruction instruction in method.Body.Instructions)
            {
                if (instruction.OpCode.Code is Code.Ldsfld or Code.Ldsflda
                    && Own(type.Module, (FieldReference)instruction.Operand) is { } field
                    && field.DeclaringType != type && Initialiser(field.DeclaringType) != null)
                {
                    string through = method == initialiser ? "" : $" through {MethodReport.NameOf(method)}";
                    report.Add(
                        Rule.StaticOrder, initialiser, null,
                            $"{field.DeclaringType.FullName}::{field.Name}{through}");
                }

                if (instruction.Operand is MethodReference called && called.DeclaringType.Scope == type.Module
                    && called.Resolve() is { HasBody: true } body && seen.Add(body))
                {
                    waiting.Enqueue(body);
                }
            }
        }
    }

    private static FieldDefinition? Own(ModuleDefinition module, FieldReference field)
        => field.DeclaringType.Scope == module ? field.Resolve() : null;

    private static MethodDefinition? Initialiser(TypeDefinition type)
        => type.Methods.FirstOrDefault(method => method.Name == ".cctor" && method.HasBody);
}
