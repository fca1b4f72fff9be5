// Writes one signature-only assembly from its rows of the table: every type and member with the right shape
// and no behaviour.

using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Pulsegate.Surface;

/// <summary>One reference assembly in the making.</summary>
internal sealed class ReferenceAssembly
{
    private const MethodAttributes Accessor = MethodAttributes.SpecialName;
    private readonly ApiAssembly _source;
    private readonly AssemblyDefinition _assembly;
    private readonly Dictionary<string, TypeDefinition> _own = [];
    private readonly TypeNames _names;
    private readonly AttributeWriter _attributes;

    public ReferenceAssembly(
        ApiAssembly source,
        Dictionary<string, (ApiAssembly Home, ApiType Type)> all,
        ModuleDefinition primitiveSource)
    {
        _source = source;
        _assembly = AssemblyDefinition.CreateAssembly(
            new AssemblyNameDefinition(source.Name, source.Version), source.Name + ".dll", ModuleKind.Dll);
        _names = new TypeNames(source, _assembly.MainModule, _own, all, primitiveSource);
        _attributes = new AttributeWriter(_names);
    }

    /// <summary>The finished assembly as bytes; the same table gives the same bytes.</summary>
    public byte[] Make()
    {
        foreach (ApiType type in _source.Types)
        {
            Declare(type);
        }

        TypeDefinition? byRefLike = _source.Types.Exists(type => type.Kind == "ref struct")
            ? DeclareByRefLike() : null;
        foreach (ApiType type in _source.Types)
        {
            TypeDefinition definition = _own[type.FullName];
            Shape(type, definition);
            if (type.Kind == "ref struct")
            {
                definition.CustomAttributes.Add(new CustomAttribute(byRefLike!.Methods[0]));
            }
        }

        // The compiler looks for extension methods only in assemblies that are marked as having some.
        if (_source.Types.Exists(type => type.Attributes.Contains("ExtensionAttribute")))
        {
            _attributes.Add(_assembly, "System.Runtime.CompilerServices.ExtensionAttribute");
        }

        using var stream = new MemoryStream();
        _assembly.Write(stream, new WriterParameters { DeterministicMvid = true, Timestamp = 0 });
        return stream.ToArray();
    }

    private void Declare(ApiType type)
    {
        int slash = type.FullName.LastIndexOf('/');
        TypeAttributes attributes = type.Kind switch
        {
            "class" => TypeAttributes.Class,
            "sealed class" or "delegate" or "enum" => TypeAttributes.Sealed,
            "struct" or "ref struct" => TypeAttributes.Sealed | TypeAttributes.SequentialLayout,
            "abstract class" => TypeAttributes.Abstract,
            "static class" => TypeAttributes.Abstract | TypeAttributes.Sealed,
            "interface" => TypeAttributes.Interface | TypeAttributes.Abstract,
            _ => throw new InvalidOperationException($"{type.FullName}: unknown kind '{type.Kind}'"),
        };
        TypeDefinition definition;
        if (slash >= 0)
        {
            definition = new TypeDefinition(
                "", type.FullName[(slash + 1)..], attributes | TypeAttributes.NestedPublic);
            _own[type.FullName[..slash]].NestedTypes.Add(definition);
        }
        else
        {
            (string space, string simple) = TypeNames.Split(type.FullName);
            definition = new TypeDefinition(space, simple, attributes | TypeAttributes.Public);
            _assembly.MainModule.Types.Add(definition);
        }

        _own.Add(type.FullName, definition);
    }

    // v1 marks its ref struct with an attribute that is not public there; the compiler needs to see one.
    private TypeDefinition DeclareByRefLike()
    {
        var definition = new TypeDefinition(
            "System.Runtime.CompilerServices", "IsByRefLikeAttribute", TypeAttributes.Sealed,
            _names.AsToken("System.Attribute"));
        definition.Methods.Add(NewMethod(
            new ApiMember("method", ".ctor", "System.Void", [], "public", null),
            MethodAttributes.RTSpecialName | Accessor));
        _assembly.MainModule.Types.Add(definition);
        return definition;
    }

    private void Shape(ApiType type, TypeDefinition definition)
    {
        // What makes a value type is its base type, not a flag.
        definition.BaseType = type.Kind == "enum" ? _names.AsToken("System.Enum")
            : type.Base.Length > 0 ? _names.AsToken(type.Base) : null;
        foreach (string name in type.Interfaces)
        {
            definition.Interfaces.Add(new InterfaceImplementation(_names.AsToken(name)));
        }

        if (type.Kind == "enum")
        {
            definition.Fields.Add(new FieldDefinition(
                "value__",
                FieldAttributes.Public | FieldAttributes.SpecialName | FieldAttributes.RTSpecialName,
                _names.InSignature(type.Base)));
        }
        else if (type.Kind is "struct" or "ref struct")
        {
            // Without a field the compiler would take a struct for empty, and so for always assigned.
            definition.Fields.Add(
                new FieldDefinition("_dummy", FieldAttributes.Private, _names.InSignature("System.Int32")));
        }

        HashSet<string> accessors = AccessorsOf(type);
        foreach (ApiMember member in type.Members)
        {
            AddMember(type, definition, member, accessors);
        }

        _attributes.Add(definition, type.Attributes);
    }

    private void AddMember(
        ApiType type, TypeDefinition definition, ApiMember member, HashSet<string> accessors)
    {
        switch (member.Row)
        {
            case "field":
                definition.Fields.Add(NewField(member));
                break;
            case "method":
                bool isConstructor = member.Name is ".ctor" or ".cctor";
                bool isSpecial = accessors.Contains(member.Name)
                    || member.Name.StartsWith("op_", StringComparison.Ordinal);
                MethodDefinition method = NewMethod(
                    member,
                    isConstructor ? MethodAttributes.RTSpecialName | Accessor : isSpecial ? Accessor : 0);
                definition.Methods.Add(method);
                if (type.Kind == "delegate")
                {
                    method.ImplAttributes = MethodImplAttributes.Runtime;
                    method.Body = null;
                }

                _attributes.Add(method, member.Extra ?? "");
                break;
            case "property":
                definition.Properties.Add(NewProperty(definition, member));
                break;
            default:
                definition.Events.Add(
                    new EventDefinition(member.Name, EventAttributes.None, _names.InSignature(member.Type))
                {
                    AddMethod = Find(definition, "add_" + member.Name, 1),
                    RemoveMethod = Find(definition, "remove_" + member.Name, 1),
                });
                break;
        }
    }

    private FieldDefinition NewField(ApiMember member)
    {
        FieldAttributes attributes = member.Modifiers.StartsWith("public", StringComparison.Ordinal)
            ? FieldAttributes.Public : FieldAttributes.Family;
        bool isConstant = member.Modifiers.Contains("const");
        attributes |= isConstant ? FieldAttributes.Static | FieldAttributes.Literal : 0;
        attributes |= member.Modifiers.Contains("static") ? FieldAttributes.Static : 0;
        attributes |= member.Modifiers.Contains("readonly") ? FieldAttributes.InitOnly : 0;
        var field = new FieldDefinition(member.Name, attributes, _names.InSignature(member.Type));
        if (isConstant)
        {
            field.Constant = Constants.Parse(member.Extra!, _names.UnderlyingOf(member.Type) ?? member.Type);
        }

        return field;
    }

    private MethodDefinition NewMethod(ApiMember member, MethodAttributes special)
    {
        string[] words = member.Modifiers.Split(' ');
        MethodAttributes attributes = MethodAttributes.HideBySig | special;
        attributes |= words[0] == "public" ? MethodAttributes.Public : MethodAttributes.Family;
        attributes |= words.Contains("static") ? MethodAttributes.Static : 0;
        attributes |= words.Contains("abstract")
            ? MethodAttributes.Abstract | MethodAttributes.Virtual | MethodAttributes.NewSlot : 0;
        attributes |= words.Contains("virtual") ? MethodAttributes.Virtual | MethodAttributes.NewSlot : 0;
        attributes |= words.Contains("override") ? MethodAttributes.Virtual : 0;
        attributes |= words.Contains("sealed") ? MethodAttributes.Final : 0;
        var method = new MethodDefinition(member.Name, attributes, _names.InSignature(member.Type));
        foreach (ApiParameter parameter in member.Parameters)
        {
            method.Parameters.Add(NewParameter(parameter));
        }

        if (!method.IsAbstract)
        {
            method.Body = new MethodBody(method);
            method.Body.Instructions.Add(Instruction.Create(OpCodes.Ldnull));
            method.Body.Instructions.Add(Instruction.Create(OpCodes.Throw));
        }

        return method;
    }

    private ParameterDefinition NewParameter(ApiParameter parameter)
    {
        var definition = new ParameterDefinition(
            parameter.Name,
            parameter.Direction == "out" ? ParameterAttributes.Out : ParameterAttributes.None,
            _names.InSignature(parameter.Type));
        if (parameter.Default != null)
        {
            definition.Attributes |= ParameterAttributes.Optional;
            definition.Constant = Constants.Parse(
                parameter.Default, _names.UnderlyingOf(parameter.Type) ?? parameter.Type);
        }

        if (parameter.Direction == "params")
        {
            _attributes.Add(definition, "System.ParamArrayAttribute");
        }

        return definition;
    }

    private PropertyDefinition NewProperty(TypeDefinition definition, ApiMember member)
    {
        var property =
            new PropertyDefinition(member.Name, PropertyAttributes.None, _names.InSignature(member.Type));
        property.GetMethod = member.Modifiers.Contains("get")
            ? Find(definition, "get_" + member.Name, member.Parameters.Length) : null;
        property.SetMethod = member.Modifiers.Contains("set")
            ? Find(definition, "set_" + member.Name, member.Parameters.Length + 1) : null;
        return property;
    }

    private static HashSet<string> AccessorsOf(ApiType type)
    {
        var accessors = new HashSet<string>();
        foreach (ApiMember member in type.Members)
        {
            if (member.Row is "property" or "event")
            {
                accessors.UnionWith(
                    new[] { "get_", "set_", "add_", "remove_" }.Select(prefix => prefix + member.Name));
            }
        }

        return accessors;
    }

    private static MethodDefinition? Find(TypeDefinition type, string name, int parameterCount)
        => type.Methods.FirstOrDefault(
            method => method.Name == name && method.Parameters.Count == parameterCount);
}
