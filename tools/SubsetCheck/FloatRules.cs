// Floating point: only in listed methods, and there division, comparison and conversion only through guards,
// because NaN compares as greater, division by zero throws, and an out-of-range conversion wraps on nanoCLR.

using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Pulsegate.SubsetCheck;

/// <summary>Checks floating point in one method at a time.</summary>
internal sealed class FloatRules(MethodReport report, FloatMethods floats)
{
    /// <summary>Checks signature and body.</summary>
    public void Check(MethodDefinition method)
    {
        string name = MethodReport.NameOf(method);
        if (!floats.Allows(name))
        {
            CheckAbsent(method);
        }
        else if (method.HasBody && !floats.IsGuard(name))
        {
            CheckGuarded(method);
        }
    }

    private void CheckAbsent(MethodDefinition method)
    {
        if (HasFloat(method))
        {
            report.Add(Rule.Float, method, null, "signature");
            return;
        }

        if (!method.HasBody)
        {
            return;
        }

        if (method.Body.Variables.Any(variable => TypeShapes.ContainsFloat(variable.VariableType)))
        {
            report.Add(Rule.Float, method, null, "local variable");
            return;
        }

        foreach (Instruction instruction in method.Body.Instructions)
        {
            if (Touches(instruction))
            {
                report.Add(Rule.Float, method, instruction, instruction.OpCode.Name);
                return;
            }
        }
    }

    private void CheckGuarded(MethodDefinition method)
    {
        var stack = new FloatStack(method);
        foreach (Instruction instruction in method.Body.Instructions)
        {
            if (!stack.HasFloatOnTop(instruction))
            {
                continue;
            }

            Code code = instruction.OpCode.Code;
            if (code is Code.Div or Code.Rem or Code.Ceq or Code.Cgt or Code.Cgt_Un or Code.Clt or Code.Clt_Un
                || (instruction.OpCode.FlowControl == FlowControl.Cond_Branch && code != Code.Switch))
            {
                report.Add(Rule.UnguardedFloat, method, instruction, instruction.OpCode.Name);
            }
            else if (instruction.OpCode.Name.StartsWith("conv.", StringComparison.Ordinal)
                && code is not (Code.Conv_R4 or Code.Conv_R8 or Code.Conv_R_Un))
            {
                report.Add(Rule.UnguardedConversion, method, instruction, instruction.OpCode.Name);
            }
        }
    }

    private static bool Touches(Instruction instruction)
    {
        switch (instruction.OpCode.Code)
        {
            case Code.Ldc_R4 or Code.Ldc_R8 or Code.Conv_R4 or Code.Conv_R8 or Code.Conv_R_Un
                or Code.Ldelem_R4 or Code.Ldelem_R8 or Code.Stelem_R4 or Code.Stelem_R8
                or Code.Ldind_R4 or Code.Ldind_R8 or Code.Stind_R4 or Code.Stind_R8:
                return true;
        }

        return instruction.Operand switch
        {
            MethodReference called => HasFloat(called),
            FieldReference field => TypeShapes.ContainsFloat(field.FieldType),
            TypeReference type => TypeShapes.ContainsFloat(type),
            _ => false,
        };
    }

    private static bool HasFloat(MethodReference method)
        => TypeShapes.ContainsFloat(method.ReturnType)
            || TypeShapes.IsFloat(method.DeclaringType)
            || method.Parameters.Any(parameter => TypeShapes.ContainsFloat(parameter.ParameterType));
}
