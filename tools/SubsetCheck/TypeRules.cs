// Rules on declarations: types, fields, signatures.

using Mono.Cecil;

namespace Pulsegate.SubsetCheck;

/// <summary>Checks declarations.</summary>
internal sealed class TypeRules(MethodReport report, FloatMethods floats)
{
    /// <summary>Checks a type and its members, without their bodies.</summary>
    public void Check(TypeDefinition type)
    {
        if (type.HasGenericParameters)
        {
            report.Add(Rule.GenericDefinition, type, type.FullName, "");
        }

        CheckUse(type, type.FullName, type.BaseType);
        foreach (InterfaceImplementation implementation in type.Interfaces)
        {
            CheckUse(type, type.FullName, implementation.InterfaceType);
        }

        foreach (FieldDefinition field in type.Fields)
        {
            CheckField(type, field);
        }

        foreach (MethodDefinition method in type.Methods)
        {
            CheckMethod(type, method);
        }
    }

    private void CheckField(TypeDefinition type, FieldDefinition field)
    {
        string place = $"{type.FullName}::{field.Name}";
        CheckUse(type, place, field.FieldType);
        if (field.FieldType is RequiredModifierType modified && modified.ModifierType.Name == "IsVolatile")
        {
            report.Add(Rule.Volatile, type, place, "");
        }

        if (TypeShapes.ContainsFloat(field.FieldType) && !floats.AllowsFieldsOf(type.FullName))
        {
            report.Add(Rule.Float, type, place, "field");
        }
    }

    private void CheckMethod(TypeDefinition type, MethodDefinition method)
    {
        if (method.HasGenericParameters)
        {
            report.Add(Rule.GenericDefinition, method, null, "");
        }

        string place = MethodReport.NameOf(method);
        CheckUse(type, place, method.ReturnType);
        foreach (ParameterDefinition parameter in method.Parameters)
        {
            CheckUse(type, place, parameter.ParameterType);
        }

        if (type.IsInterface && method.HasBody)
        {
            report.Add(Rule.DefaultInterfaceMethod, method, null, "");
        }

        if (method.Name == "Finalize" && method.IsVirtual && method.Parameters.Count == 0)
        {
            report.Add(Rule.Finalizer, method, null, "");
        }
    }

    private void CheckUse(TypeDefinition type, string place, TypeReference? used)
    {
        if (TypeShapes.IsGeneric(used))
        {
            report.Add(Rule.GenericUse, type, place, used!.FullName);
        }

        if (TypeShapes.IsMultiDimensional(used))
        {
            report.Add(Rule.MultiDimensionalArray, type, place, used!.FullName);
        }
    }
}
