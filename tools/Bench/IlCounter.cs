// Makes a copy of an assembly that counts the IL instructions it executes. The device interprets IL one
// instruction after the other, so this count is what its time goes with; it is the same on every machine.

using System.Diagnostics;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace Pulsegate.Bench;

/// <summary>Instruments assemblies.</summary>
public static class IlCounter
{
    /// <summary>Full name of the type that an instrumented copy carries, and of its public static field, a
    /// long.</summary>
    public const string CounterType = "Pulsegate.Bench.Counted", CounterField = "Instructions";

    private const long HashFactor = 0x100000001B3;   // of FNV-1a, 64 bits
    private const string Debuggable = "System.Diagnostics.DebuggableAttribute";

    /// <summary>Writes a counting copy.</summary>
    /// <param name="assemblyPath">The assembly, compiled optimised.</param>
    /// <param name="outputPath">The copy.</param>
    /// <param name="isCounted">Whether a type, by its full name, is counted; emulators, for one, are not.
    /// Null counts all.</param>
    /// <param name="isTraced">True to keep, instead of a number, a hash of which blocks of instructions were
    /// executed in which order: equal for equal sequences of operations.</param>
    /// <exception cref="InvalidOperationException">The assembly was compiled without optimisation: its
    /// instructions are not those of the device.</exception>
    public static void Instrument(
        string assemblyPath, string outputPath, Predicate<string>? isCounted = null, bool isTraced = false)
    {
        using AssemblyDefinition assembly = AssemblyDefinition.ReadAssembly(assemblyPath);
        if (!IsOptimised(assembly))
        {
            throw new InvalidOperationException($"{assemblyPath} is not optimised: build it with -c Release");
        }

        ModuleDefinition module = assembly.MainModule;
        FieldDefinition counter = AddCounter(module);
        int blockCount = 0;
        foreach (TypeDefinition type in module.GetTypes())
        {
            if (type != counter.DeclaringType && (isCounted == null || isCounted(type.FullName)))
            {
                foreach (MethodDefinition method in type.Methods.Where(method => method.HasBody))
                {
                    Instrument(method, counter, length => isTraced ? ++blockCount : length, isTraced);
                }
            }
        }

        assembly.Write(outputPath);
    }

    private static bool IsOptimised(AssemblyDefinition assembly)
    {
        CustomAttribute? debuggable = assembly.CustomAttributes
            .FirstOrDefault(attribute => attribute.AttributeType.FullName == Debuggable);
        if (debuggable == null || debuggable.ConstructorArguments.Count != 1)
        {
            return true;
        }

        var modes = (DebuggableAttribute.DebuggingModes)(int)debuggable.ConstructorArguments[0].Value;
        return (modes & DebuggableAttribute.DebuggingModes.DisableOptimizations) == 0;
    }

    private static FieldDefinition AddCounter(ModuleDefinition module)
    {
        int dot = CounterType.LastIndexOf('.');
        var type = new TypeDefinition(
            CounterType[..dot],
            CounterType[(dot + 1)..],
            TypeAttributes.Public | TypeAttributes.Abstract | TypeAttributes.Sealed,
            module.TypeSystem.Object);
        var field = new FieldDefinition(
            CounterField, FieldAttributes.Public | FieldAttributes.Static, module.TypeSystem.Int64);
        type.Fields.Add(field);
        module.Types.Add(type);
        return field;
    }

    // A block runs from one leader to the next and is executed whole, unless something in it throws: one
    // addition a block is enough.
    private static void Instrument(
        MethodDefinition method, FieldDefinition counter, Func<int, int> addendOf, bool isTraced)
    {
        MethodBody body = method.Body;
        body.SimplifyMacros();
        List<Instruction> original = [.. body.Instructions];
        HashSet<Instruction> leaders = LeadersOf(body);
        ILProcessor il = body.GetILProcessor();
        var firstOf = new Dictionary<Instruction, Instruction>();
        for (int i = 0; i < original.Count;)
        {
            int end = i + 1;
            while (end < original.Count && !leaders.Contains(original[end]))
            {
                end++;
            }

            Instruction first = il.Create(OpCodes.Ldsfld, counter);
            firstOf.Add(original[i], first);
            il.InsertBefore(original[i], first);
            if (isTraced)
            {
                il.InsertBefore(original[i], il.Create(OpCodes.Ldc_I8, HashFactor));
                il.InsertBefore(original[i], il.Create(OpCodes.Mul));
            }

            il.InsertBefore(original[i], il.Create(OpCodes.Ldc_I4, addendOf(end - i)));
            il.InsertBefore(original[i], il.Create(OpCodes.Conv_I8));
            il.InsertBefore(original[i], il.Create(OpCodes.Add));
            il.InsertBefore(original[i], il.Create(OpCodes.Stsfld, counter));
            i = end;
        }

        Retarget(body, original, firstOf);
        body.OptimizeMacros();
    }

    private static HashSet<Instruction> LeadersOf(MethodBody body)
    {
        var leaders = new HashSet<Instruction>();
        void Add(Instruction? instruction)
        {
            if (instruction != null)
            {
                leaders.Add(instruction);
            }
        }

        foreach (Instruction instruction in body.Instructions)
        {
            if (instruction.Operand is Instruction target)
            {
                Add(target);
            }
            else if (instruction.Operand is Instruction[] targets)
            {
                leaders.UnionWith(targets);
            }

            if (instruction.OpCode.FlowControl
                is FlowControl.Branch or FlowControl.Cond_Branch or FlowControl.Return or FlowControl.Throw)
            {
                Add(instruction.Next);
            }
        }

        foreach (ExceptionHandler handler in body.ExceptionHandlers)
        {
            Add(handler.TryStart);
            Add(handler.TryEnd);
            Add(handler.FilterStart);
            Add(handler.HandlerStart);
            Add(handler.HandlerEnd);
        }

        return leaders;
    }

    private static void Retarget(
        MethodBody body, List<Instruction> original, Dictionary<Instruction, Instruction> firstOf)
    {
        Instruction? Moved(Instruction? target) => target == null ? null : firstOf[target];
        foreach (Instruction instruction in original)
        {
            if (instruction.Operand is Instruction target)
            {
                instruction.Operand = firstOf[target];
            }
            else if (instruction.Operand is Instruction[] targets)
            {
                instruction.Operand = targets.Select(one => firstOf[one]).ToArray();
            }
        }

        foreach (ExceptionHandler handler in body.ExceptionHandlers)
        {
            handler.TryStart = Moved(handler.TryStart);
            handler.TryEnd = Moved(handler.TryEnd);
            handler.FilterStart = Moved(handler.FilterStart);
            handler.HandlerStart = Moved(handler.HandlerStart);
            handler.HandlerEnd = Moved(handler.HandlerEnd);
        }
    }
}
