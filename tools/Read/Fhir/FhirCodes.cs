// LOINC, MDC and UCUM codes of the vitals, out of codes.json, which names its sources.

using System.Text.Json;
using System.Text.Json.Nodes;
using Pulsegate.Vitals;

namespace Pulsegate.Read.Fhir;

internal static class FhirCodes
{
    /// <summary>Our own statuses, as a system of codes.</summary>
    internal const string StatusSystem = "urn:pulsegate:reading-status";

    private const string AbsentSystem = "http://terminology.hl7.org/CodeSystem/data-absent-reason";
    private static readonly JsonNode Data = Load();

    /// <summary>Profile that an observation of the vital claims; null for none.</summary>
    internal static string? Profile(int vital) => Of(vital)["profile"]?.GetValue<string>();

    /// <summary>Short name of the vital.</summary>
    internal static string Name(int vital) => Of(vital)["name"]!.GetValue<string>();

    /// <summary>What is measured.</summary>
    internal static JsonObject Code(int vital)
    {
        JsonNode code = Of(vital);
        var codings = new JsonArray([.. code["loinc"]!.AsArray().Select(loinc => Coding("loinc", loinc!.GetValue<string>()))]);
        codings.Add(Coding("mdc", code["mdc"]!.GetValue<string>()));
        return new JsonObject { ["coding"] = codings, ["text"] = code["text"]!.GetValue<string>() };
    }

    /// <summary>A value in the vital's unit.</summary>
    internal static JsonObject Quantity(int vital, decimal value)
    {
        string unit = Of(vital)["unit"]!.GetValue<string>();
        return new JsonObject
        {
            ["value"] = value, ["unit"] = unit, ["system"] = System("ucum"), ["code"] = unit,
        };
    }

    /// <summary>Why there is no value.</summary>
    internal static JsonObject Absent(ReadingStatus status) => new()
    {
        ["coding"] = new JsonArray(
            new JsonObject
            {
                ["system"] = AbsentSystem,
                ["code"] = Data["absent"]![status.ToString()]?.GetValue<string>() ?? "unknown",
            },
            Status(status)),
        ["text"] = status.ToString(),
    };

    /// <summary>A status as a coding of our own.</summary>
    internal static JsonObject Status(ReadingStatus status)
        => new() { ["system"] = StatusSystem, ["code"] = status.ToString() };

    /// <summary>Stands where FHIR wants something that is not known.</summary>
    internal static JsonObject Unknown() => new()
    {
        ["extension"] = new JsonArray(new JsonObject
        {
            ["url"] = "http://hl7.org/fhir/StructureDefinition/data-absent-reason", ["valueCode"] = "unknown",
        }),
    };

    private static JsonNode Of(int vital) => Data["vitals"]![vital]!;

    private static JsonNode Coding(string system, string code)
        => new JsonObject { ["system"] = System(system), ["code"] = code };

    private static string System(string name) => Data["systems"]![name]!.GetValue<string>();

    private static JsonNode Load()
    {
        using Stream stream = typeof(FhirCodes).Assembly.GetManifestResourceStream("codes.json")!;
        return JsonNode.Parse(stream, documentOptions: new JsonDocumentOptions())!;
    }
}
