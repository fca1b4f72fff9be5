// Turns type names of the table into metadata references, seen from one of the assemblies being written.

using Mono.Cecil;

namespace Pulsegate.Surface;

/// <summary>Resolves the table's type names for one assembly.</summary>
internal sealed class TypeNames
{
    private readonly ApiAssembly _assembly;
    private readonly Dictionary<string, TypeDefinition> _own;
    private readonly Dictionary<string, (ApiAssembly Home, ApiType Type)> _all;
    private readonly ModuleDefinition _module;
    private readonly Dictionary<string, TypeReference> _primitives;
    private readonly Dictionary<string, TypeReference> _foreign = [];

    public TypeNames(
        ApiAssembly assembly,
        ModuleDefinition module,
        Dictionary<string, TypeDefinition> own,
        Dictionary<string, (ApiAssembly Home, ApiType Type)> all,
        ModuleDefinition primitiveSource)
    {
        _assembly = assembly;
        _module = module;
        _own = own;
        _all = all;

        // A primitive is an element type in a signature, never a token: Cecil knows them only through a
        // module's type system, and any module's will do.
        TypeSystem system = primitiveSource.TypeSystem;
        TypeReference[] primitives =
        [
            system.Void, system.Boolean, system.Char, system.SByte, system.Byte, system.Int16, system.UInt16,
            system.Int32, system.UInt32, system.Int64, system.UInt64, system.Single, system.Double,
            system.String, system.Object, system.IntPtr, system.UIntPtr,
        ];
        _primitives = primitives.ToDictionary(type => type.FullName);
    }

    /// <summary>A type as it stands in a signature.</summary>
    public TypeReference InSignature(string name)
    {
        if (name.EndsWith('&'))
        {
            return new ByReferenceType(InSignature(name[..^1]));
        }

        if (name.EndsWith("[]", StringComparison.Ordinal))
        {
            return new ArrayType(InSignature(name[..^2]));
        }

        return _primitives.TryGetValue(name, out TypeReference? primitive) ? primitive : AsToken(name);
    }

    /// <summary>A type as base type, interface or attribute: always a token.</summary>
    public TypeReference AsToken(string name)
    {
        if (_own.TryGetValue(name, out TypeDefinition? own))
        {
            return own;
        }

        if (_foreign.TryGetValue(name, out TypeReference? known))
        {
            return known;
        }

        if (!_all.TryGetValue(name, out (ApiAssembly Home, ApiType Type) found))
        {
            throw new InvalidOperationException($"{_assembly.Name}: type '{name}' is not in the table");
        }

        bool isValueType = found.Type.Kind is "struct" or "ref struct" or "enum";
        int slash = name.LastIndexOf('/');
        TypeReference reference;
        if (slash >= 0)
        {
            TypeReference outer = AsToken(name[..slash]);
            reference = new TypeReference("", name[(slash + 1)..], _module, outer.Scope, isValueType);
            reference.DeclaringType = outer;
        }
        else
        {
            (string space, string simple) = Split(name);
            reference = new TypeReference(space, simple, _module, ScopeOf(found.Home), isValueType);
        }

        _foreign.Add(name, reference);
        return reference;
    }

    /// <summary>The integral type of an enum; null when the name is not an enum's.</summary>
    public string? UnderlyingOf(string name)
        => _all.TryGetValue(name, out (ApiAssembly Home, ApiType Type) found) && found.Type.Kind == "enum"
            ? found.Type.Base
            : null;

    /// <summary>Namespace and simple name of a type that is not nested.</summary>
    public static (string Space, string Simple) Split(string fullName)
    {
        int dot = fullName.LastIndexOf('.');
        return dot < 0 ? ("", fullName) : (fullName[..dot], fullName[(dot + 1)..]);
    }

    private AssemblyNameReference ScopeOf(ApiAssembly home)
    {
        foreach (AssemblyNameReference reference in _module.AssemblyReferences)
        {
            if (reference.Name == home.Name)
            {
                return reference;
            }
        }

        var added = new AssemblyNameReference(home.Name, home.Version);
        _module.AssemblyReferences.Add(added);
        return added;
    }
}
