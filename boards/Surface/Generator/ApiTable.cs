// The nanoFramework v1 API as data: reads api.tsv into assemblies, types and members. Format: see the head of
// that file.

namespace Pulsegate.Surface;

/// <summary>One library of the platform, as listed.</summary>
/// <param name="Name">Assembly name.</param>
/// <param name="Version">Assembly version.</param>
/// <param name="References">Names of the assemblies it refers to.</param>
/// <param name="Types">Its public types, without the generic ones.</param>
public sealed record ApiAssembly(string Name, Version Version, string[] References, List<ApiType> Types);

/// <summary>One public type.</summary>
/// <param name="FullName">Metadata name; '/' before a nested type.</param>
/// <param name="Kind">class, sealed class, abstract class, static class, struct, ref struct, interface, enum
/// or delegate.</param>
/// <param name="Base">Base type; the underlying type of an enum; empty for an interface.</param>
/// <param name="Interfaces">Interfaces it declares.</param>
/// <param name="Attributes">Attributes as written in the table.</param>
/// <param name="Members">Its public and protected members, in the order of the table.</param>
public sealed record ApiType(
    string FullName, string Kind, string Base, string[] Interfaces, string Attributes,
    List<ApiMember> Members);

/// <summary>One field, method, property or event.</summary>
/// <param name="Row">field, method, property or event.</param>
/// <param name="Name">Metadata name.</param>
/// <param name="Type">Field, return, property or delegate type.</param>
/// <param name="Parameters">Parameters of a method, index parameters of a property.</param>
/// <param name="Modifiers">Modifiers of a field or method; accessors of a property.</param>
/// <param name="Extra">Constant of a field, attributes of a method; null when there is none.</param>
public sealed record ApiMember(
    string Row, string Name, string Type, ApiParameter[] Parameters, string Modifiers, string? Extra);

/// <summary>One parameter.</summary>
/// <param name="Direction">Empty, out, ref, in or params.</param>
/// <param name="Type">Metadata type name.</param>
/// <param name="Name">Parameter name.</param>
/// <param name="Default">Default value as written; null when there is none.</param>
public sealed record ApiParameter(string Direction, string Type, string Name, string? Default);

/// <summary>The whole table.</summary>
public sealed class ApiTable
{
    private ApiTable(List<ApiAssembly> assemblies) => Assemblies = assemblies;

    /// <summary>All libraries, in the order of the table: a library comes after those it refers to.</summary>
    public List<ApiAssembly> Assemblies { get; }

    /// <summary>Reads the table.</summary>
    /// <exception cref="FormatException">A line is not of a known kind or has too few columns; the message
    /// names it.</exception>
    public static ApiTable Read(string path)
    {
        var assemblies = new List<ApiAssembly>();
        ApiType? type = null;
        int lineNumber = 0;
        foreach (string line in File.ReadLines(path))
        {
            lineNumber++;
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            string[] cells = line.Split('\t');
            string Cell(int index) => index < cells.Length ? cells[index] : "";
            switch (cells[0])
            {
                case "assembly":
                    assemblies.Add(new ApiAssembly(Cell(1), Version.Parse(Cell(2)), List(Cell(4)), []));
                    break;
                case "type":
                    type = new ApiType(Cell(1), Cell(2), Cell(3), List(Cell(4)), Cell(5), []);
                    if (!type.FullName.Contains('`'))
                    {
                        assemblies[^1].Types.Add(type);
                    }

                    break;
                case "field":
                    type!.Members.Add(new ApiMember("field", Cell(1), Cell(2), [], Cell(3),
                        cells.Length > 4 ? Cell(4) : null));
                    break;
                case "method":
                    type!.Members.Add(new ApiMember("method", Cell(1), Cell(2), Parameters(Cell(3)), Cell(4),
                        cells.Length > 5 ? Cell(5) : null));
                    break;
                case "property":
                    type!.Members.Add(
                        new ApiMember("property", Cell(1), Cell(2), Parameters(Cell(3)), Cell(4), null));
                    break;
                case "event":
                    type!.Members.Add(new ApiMember("event", Cell(1), Cell(2), [], "", null));
                    break;
                default:
                    throw new FormatException($"{path}({lineNumber}): unknown row '{cells[0]}'");
            }
        }

        return new ApiTable(assemblies);
    }

    private static string[] List(string cell) => cell.Length == 0 ? [] : cell.Split(',');

    private static ApiParameter[] Parameters(string cell)
    {
        if (cell.Length == 0)
        {
            return [];
        }

        string[] parts = cell.Split("; ");
        var parameters = new ApiParameter[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            string[] sides = parts[i].Split(" = ", 2);
            string[] words = sides[0].Split(' ');
            bool directed = words.Length == 3;
            parameters[i] = new ApiParameter(
                directed ? words[0] : "", words[^2], words[^1], sides.Length == 2 ? sides[1] : null);
        }

        return parameters;
    }
}
