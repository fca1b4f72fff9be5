// Rules on single instructions and their close neighbours.

using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Pulsegate.SubsetCheck;

/// <summary>Checks method bodies, floating point apart.</summary>
internal sealed class InstructionRules(MethodReport report, bool isBoard)
{
    private static readonly Dictionary<string, string> PlatformCalls = new()
    {
        ["System.Threading.Thread::Sleep"] = "Thread.Sleep",
        ["System.DateTime::get_UtcNow"] = "DateTime.UtcNow",
        ["System.DateTime::get_Today"] = "DateTime.Today",
        ["System.Environment::get_TickCount64"] = "Environment.TickCount64",
        ["System.Random::.ctor"] = "new Random()",
        ["System.Guid::NewGuid"] = "Guid.NewGuid",
    };

    private static readonly Dictionary<string, string> TreacherousCalls = new()
    {
        ["System.IO.File::AppendText"] = "File.AppendText writes from offset 0: open with FileMode.Append",
        ["System.DateTime::Parse"] = "DateTime.Parse refuses what TryParse takes",
        ["System.Threading.Thread::get_ManagedThreadId"] = "ManagedThreadId is always 0",
        ["System.Enum::HasFlag"] = "Enum.HasFlag boxes: mask by hand",
    };

    /// <summary>Checks one body.</summary>
    public void Check(MethodDefinition method)
    {
        foreach (VariableDefinition variable in method.Body.Variables)
        {
            CheckType(method, method.Body.Instructions[0], variable.VariableType);
            if (variable.IsPinned)
            {
                report.Add(Rule.StackOrPinned, method, null, "fixed");
            }
        }

        foreach (Instruction instruction in method.Body.Instructions)
        {
            CheckOpCode(method, instruction);
            switch (instruction.Operand)
            {
                case MethodReference called:
                    CheckCall(method, instruction, called);
                    break;
                case FieldReference field:
                    CheckType(method, instruction, field.DeclaringType);
                    CheckType(method, instruction, field.FieldType);
                    break;
                case TypeReference type:
                    CheckType(method, instruction, type);
                    break;
            }
        }
    }

    private void CheckOpCode(MethodDefinition method, Instruction instruction)
    {
        Code code = instruction.OpCode.Code;
        if (instruction.OpCode.Name.Contains(".ovf", StringComparison.Ordinal))
        {
            report.Add(Rule.Checked, method, instruction, instruction.OpCode.Name);
        }

        switch (code)
        {
            case Code.Localloc:
                report.Add(Rule.StackOrPinned, method, instruction, "stackalloc");
                break;
            case Code.Volatile:
                report.Add(Rule.Volatile, method, instruction, "");
                break;
            case Code.Box or Code.Constrained when TypeShapes.IsEnum((TypeReference)instruction.Operand):
                report.Add(
                    Rule.EnumAsText, method, instruction, ((TypeReference)instruction.Operand).FullName);
                break;
            case Code.Div or Code.Rem when IsMinusOne(instruction.Previous):
                report.Add(Rule.DivisionByMinusOne, method, instruction, "");
                break;
        }
    }

    private void CheckCall(MethodDefinition method, Instruction instruction, MethodReference called)
    {
        if (called is GenericInstanceMethod)
        {
            report.Add(Rule.GenericUse, method, instruction, called.FullName);
        }

        CheckType(method, instruction, called.DeclaringType);
        CheckType(method, instruction, called.ReturnType);
        foreach (ParameterDefinition parameter in called.Parameters)
        {
            CheckType(method, instruction, parameter.ParameterType);
        }

        string name = MethodReport.NameOf(called);
        if (!isBoard && PlatformCalls.TryGetValue(name, out string? shown))
        {
            report.Add(Rule.PlatformOnly, method, instruction, shown);
        }

        if (TreacherousCalls.TryGetValue(name, out string? why))
        {
            report.Add(Rule.TreacherousCall, method, instruction, why);
        }

        string? format = FormatRule.Refused(method, instruction, called);
        if (format != null)
        {
            report.Add(Rule.NumberFormat, method, instruction, format);
        }
    }

    private void CheckType(MethodDefinition method, Instruction instruction, TypeReference type)
    {
        if (TypeShapes.IsGeneric(type))
        {
            report.Add(Rule.GenericUse, method, instruction, type.FullName);
        }

        if (TypeShapes.IsMultiDimensional(type))
        {
            report.Add(Rule.MultiDimensionalArray, method, instruction, type.FullName);
        }
    }

    private static bool IsMinusOne(Instruction? instruction)
    {
        if (instruction?.OpCode.Code is Code.Conv_I8)
        {
            instruction = instruction.Previous;
        }

        return instruction?.OpCode.Code == Code.Ldc_I4_M1 || instruction?.Operand is -1 or -1L;
    }
}
