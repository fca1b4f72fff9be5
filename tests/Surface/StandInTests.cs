// Goal: the host stand-ins are the platform's types, not our wishes. Method: reflection over the stand-ins
// against the table of the v1 API, both ways: nothing more, nothing less, same kinds, parameters, results and
// constants.

using System.Globalization;
using System.Reflection;
using Pulsegate.Surface;

namespace Pulsegate.Tests.Surface;

[TestClass]
public sealed class StandInTests
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance
        | BindingFlags.Static | BindingFlags.DeclaredOnly;

    // Types whose stand-in leaves members of v1 out, and why. Finalizers are left out everywhere: .NET's own
    // do that work.
    private static readonly Dictionary<string, string> LeftOut = new()
    {
        ["nanoFramework.Json.JsonConvert"] = "device code reads settings into a Hashtable and writes no JSON",
        ["System.Device.Gpio.GpioController"] = "device code opens pins and nothing else",
        ["System.Device.Gpio.GpioPin"] = "device code polls its pins: no events, no debouncing",
        ["System.Device.Spi.SpiDevice"] = "the display is written to, in bytes",
    };

    private static IEnumerable<Type> StandIns
        => typeof(SpanByte).Assembly.GetExportedTypes()
            .Where(type => type.Namespace?.StartsWith("Pulsegate", StringComparison.Ordinal) != true);

    [TestMethod]
    public void EveryPublicStandIn_IsAV1TypeOfTheSameKind()
    {
        foreach (Type type in StandIns)
        {
            ApiType? listed = Find(type);
            Assert.IsNotNull(listed, $"{type.FullName} is not in v1");
            Assert.AreEqual(listed.Kind, KindOf(type), type.FullName);
            string baseName = type.IsEnum
                ? Enum.GetUnderlyingType(type).FullName! : type.BaseType?.FullName ?? "";
            Assert.AreEqual(listed.Base, baseName, type.FullName);
            foreach (string name in listed.Interfaces)
            {
                bool isThere = type.GetInterfaces().Any(implemented => implemented.FullName == name);
                Assert.IsTrue(isThere, $"{type.FullName} lacks {name}");
            }
        }
    }

    [TestMethod]
    public void EveryMemberOfAStandIn_IsInV1()
    {
        foreach (Type type in StandIns)
        {
            HashSet<string> listed = Listed(Find(type)!);
            foreach (string member in Actual(type))
            {
                Assert.Contains(member, listed, $"{type.FullName}: v1 has no {member}");
            }
        }
    }

    [TestMethod]
    public void EveryV1MemberOfAStandInType_IsThere()
    {
        foreach (Type type in StandIns.Where(type => !LeftOut.ContainsKey(type.FullName!)))
        {
            HashSet<string> actual = Actual(type);
            foreach (string member in Listed(Find(type)!).Where(member => !member.Contains(" Finalize()")))
            {
                Assert.Contains(member, actual, $"{type.FullName} lacks {member}");
            }
        }
    }

    [TestMethod]
    public void EveryTypeWithMembersLeftOut_IsStillAStandIn()
    {
        foreach (string name in LeftOut.Keys)
        {
            bool isThere = StandIns.Any(type => type.FullName == name);
            Assert.IsTrue(isThere, $"{name} is no stand-in any more: take it off the list");
        }
    }

    private static ApiType? Find(Type type)
        => SurfaceCompiler.Table.Assemblies.SelectMany(assembly => assembly.Types)
            .SingleOrDefault(listed => listed.FullName == type.FullName!.Replace('+', '/'));

    private static string KindOf(Type type)
    {
        if (type.IsEnum || type.IsInterface || type.IsValueType)
        {
            string valueKind = type.IsByRefLike ? "ref struct" : "struct";
            return type.IsEnum ? "enum" : type.IsInterface ? "interface" : valueKind;
        }

        if (type.IsSubclassOf(typeof(Delegate)))
        {
            return "delegate";
        }

        string sealedKind = type.IsAbstract ? "static class" : "sealed class";
        return type.IsSealed ? sealedKind : type.IsAbstract ? "abstract class" : "class";
    }

    private static HashSet<string> Listed(ApiType type)
        => type.Members.Select(member => member.Row switch
        {
            "method" => $"{Access(member.Modifiers)} {member.Type} {member.Name}("
                + $"{string.Join("; ", member.Parameters.Select(Show))})",
            "field" => $"{member.Modifiers} {member.Type} {member.Name} {member.Extra}".TrimEnd(),
            "property" => $"{member.Type} {member.Name} {member.Modifiers}",
            _ => $"event {member.Type} {member.Name}",
        }).ToHashSet();

    private static string Access(string modifiers)
        => modifiers.Split(' ')[0] + (modifiers.Contains("static") ? " static" : "");

    private static string Show(ApiParameter parameter)
    {
        string value = parameter.Default == null ? "" : " = " + parameter.Default;
        return $"{parameter.Direction} {parameter.Type} {parameter.Name}{value}".TrimStart();
    }

    private static HashSet<string> Actual(Type type)
    {
        var members = new HashSet<string>();
        foreach (MethodBase method in type.GetMembers(Declared).OfType<MethodBase>())
        {
            // An explicit interface implementation is private and has a dot in its name: not part of the
            // type's own face.
            if (method.IsPublic || method.IsFamily)
            {
                string result = method is MethodInfo info ? NameOf(info.ReturnType) : "System.Void";
                string access = AccessOf(method.IsPublic) + (method.IsStatic ? " static" : "");
                string parameters = string.Join("; ", method.GetParameters().Select(Show));
                members.Add($"{access} {result} {method.Name}({parameters})");
            }
        }

        foreach (FieldInfo field in type.GetFields(Declared))
        {
            if ((field.IsPublic || field.IsFamily) && !field.IsSpecialName)
            {
                string kind = field.IsLiteral ? " const"
                    : (field.IsStatic ? " static" : "") + (field.IsInitOnly ? " readonly" : "");
                string constant = field.IsLiteral ? Show(field.GetRawConstantValue()) : "";
                string access = AccessOf(field.IsPublic);
                members.Add($"{access}{kind} {NameOf(field.FieldType)} {field.Name} {constant}".TrimEnd());
            }
        }

        IEnumerable<PropertyInfo> properties = type.GetProperties(Declared);
        foreach (PropertyInfo property in properties.Where(property => property.GetAccessors().Length > 0))
        {
            string accessors = (property.GetGetMethod() != null ? "get " : "")
                + (property.GetSetMethod() != null ? "set" : "");
            members.Add($"{NameOf(property.PropertyType)} {property.Name} {accessors.TrimEnd()}");
        }

        members.UnionWith(type.GetEvents(Declared)
            .Select(item => $"event {NameOf(item.EventHandlerType!)} {item.Name}"));
        return members;
    }

    private static string Show(ParameterInfo parameter)
    {
        string direction = parameter.IsOut ? "out " : parameter.ParameterType.IsByRef ? "ref "
            : parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "";
        string value = parameter.HasDefaultValue ? " = " + Show(parameter.RawDefaultValue) : "";
        return $"{direction}{NameOf(parameter.ParameterType)} {parameter.Name}{value}";
    }

    private static string Show(object? constant)
        => constant switch
        {
            null => "null",
            bool flag => flag ? "true" : "false",
            string text => $"\"{text}\"",
            char character => ((int)character).ToString(CultureInfo.InvariantCulture),
            _ => Convert.ToString(constant, CultureInfo.InvariantCulture)!,
        };

    private static string AccessOf(bool isPublic) => isPublic ? "public" : "protected";

    private static string NameOf(Type type) => type.ToString().Replace('+', '/');
}
