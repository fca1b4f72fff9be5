// Follows the evaluation stack of a method, as far as one question needs: which values on it are floating
// point?

using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Pulsegate.SubsetCheck;

/// <summary>The kinds of values on the stack before each instruction of a method.</summary>
internal sealed class FloatStack
{
    private readonly MethodDefinition _method;
    private readonly Dictionary<Instruction, bool[]> _before = [];

    public FloatStack(MethodDefinition method)
    {
        _method = method;
        foreach (ExceptionHandler handler in method.Body.ExceptionHandlers)
        {
            // A catch or filter starts with the exception on the stack.
            bool[] caught = handler.HandlerType is ExceptionHandlerType.Catch or ExceptionHandlerType.Filter
                ? [false] : [];
            _before[handler.HandlerStart] = caught;
            if (handler.FilterStart != null)
            {
                _before[handler.FilterStart] = caught;
            }
        }

        // One pass is enough: the compiler never jumps backwards with values on the stack.
        bool[] current = [];
        foreach (Instruction instruction in method.Body.Instructions)
        {
            if (_before.TryGetValue(instruction, out bool[]? jumpedTo))
            {
                current = jumpedTo;
            }

            _before[instruction] = current;
            current = After(instruction, current);
            foreach (Instruction target in Targets(instruction))
            {
                _before.TryAdd(target, current);
            }

            if (instruction.OpCode.FlowControl
                is FlowControl.Branch or FlowControl.Return or FlowControl.Throw)
            {
                current = [];
            }
        }
    }

    /// <summary>True when the topmost value that the instruction takes is floating point.</summary>
    public bool HasFloatOnTop(Instruction instruction)
    {
        bool[] stack = _before[instruction];
        return stack.Length > 0 && PopCount(instruction, stack.Length) > 0 && stack[^1];
    }

    private static IEnumerable<Instruction> Targets(Instruction instruction)
        => instruction.Operand switch
        {
            Instruction target => [target],
            Instruction[] targets => targets,
            _ => [],
        };

    private bool[] After(Instruction instruction, bool[] stack)
    {
        if (instruction.OpCode.Code is Code.Leave or Code.Leave_S)
        {
            return [];
        }

        int kept = Math.Max(0, stack.Length - PopCount(instruction, stack.Length));
        var result = new List<bool>(stack[..kept]);
        if (instruction.OpCode.Code == Code.Dup)
        {
            bool top = stack.Length > 0 && stack[^1];
            result.AddRange([top, top]);
        }
        else
        {
            int pushed = PushCount(instruction);
            for (int i = 0; i < pushed; i++)
            {
                result.Add(PushesFloat(instruction, stack));
            }
        }

        return result.ToArray();
    }

    private bool PushesFloat(Instruction instruction, bool[] stack)
    {
        OpCode opCode = instruction.OpCode;
        if (opCode.StackBehaviourPush is StackBehaviour.Pushr4 or StackBehaviour.Pushr8)
        {
            return true;
        }

        switch (opCode.Code)
        {
            case Code.Add or Code.Sub or Code.Mul or Code.Div or Code.Rem or Code.Neg:
                return stack.Length > 0 && stack[^1];
            case Code.Ldloc or Code.Ldloc_S:
                return TypeShapes.IsFloat(((VariableDefinition)instruction.Operand).VariableType);
            case Code.Ldloc_0 or Code.Ldloc_1 or Code.Ldloc_2 or Code.Ldloc_3:
                return TypeShapes.IsFloat(_method.Body.Variables[opCode.Code - Code.Ldloc_0].VariableType);
            case Code.Ldarg or Code.Ldarg_S:
                return TypeShapes.IsFloat(((ParameterDefinition)instruction.Operand).ParameterType);
            case Code.Ldarg_0 or Code.Ldarg_1 or Code.Ldarg_2 or Code.Ldarg_3:
                int index = opCode.Code - Code.Ldarg_0 - (_method.HasThis ? 1 : 0);
                return index >= 0 && TypeShapes.IsFloat(_method.Parameters[index].ParameterType);
            case Code.Ldfld or Code.Ldsfld:
                return TypeShapes.IsFloat(((FieldReference)instruction.Operand).FieldType);
            case Code.Ldobj or Code.Unbox_Any or Code.Ldelem_Any:
                return TypeShapes.IsFloat((TypeReference)instruction.Operand);
            case Code.Call or Code.Callvirt:
                return TypeShapes.IsFloat(((MethodReference)instruction.Operand).ReturnType);
            default:
                return false;
        }
    }

    private int PopCount(Instruction instruction, int depth)
    {
        OpCode opCode = instruction.OpCode;
        switch (opCode.StackBehaviourPop)
        {
            case StackBehaviour.Pop0:
                return 0;
            case StackBehaviour.Pop1 or StackBehaviour.Popi or StackBehaviour.Popref:
                return 1;
            case StackBehaviour.PopAll:
                return depth;
            case StackBehaviour.Varpop when instruction.Operand is MethodReference called:
                bool hasThis = called.HasThis && opCode.Code != Code.Newobj;
                return called.Parameters.Count + (hasThis ? 1 : 0);
            case StackBehaviour.Varpop:
                return IsVoid(_method.ReturnType) ? 0 : 1;
            case StackBehaviour.Popi_popi_popi or StackBehaviour.Popref_popi_popi
                or StackBehaviour.Popref_popi_popi8 or StackBehaviour.Popref_popi_popr4
                or StackBehaviour.Popref_popi_popr8 or StackBehaviour.Popref_popi_popref:
                return 3;
            default:
                return 2;
        }
    }

    private static int PushCount(Instruction instruction)
        => instruction.OpCode.StackBehaviourPush switch
        {
            StackBehaviour.Push0 => 0,
            StackBehaviour.Push1_push1 => 2,
            StackBehaviour.Varpush => IsVoid(((MethodReference)instruction.Operand).ReturnType) ? 0 : 1,
            _ => 1,
        };

    private static bool IsVoid(TypeReference type) => type.MetadataType == MetadataType.Void;
}
