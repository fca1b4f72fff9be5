// FHIR R4 over REST: Device by id, Observations of a device as a searchset. For clinicians alone, since an
// Observation names the patient.

using System.Text.Json.Nodes;
using Pulsegate.Read.Access;
using Pulsegate.Read.Api;
using Pulsegate.Read.Data;

namespace Pulsegate.Read.Fhir;

internal static class FhirRoutes
{
    internal const string ContentType = "application/fhir+json; charset=utf-8";

    /// <summary>The routes.</summary>
    internal static IEnumerable<ApiRoute> Of(ApiParts parts) =>
    [
        Get("/fhir/metadata", Permission.None, "CapabilityStatement.", [], _ => Metadata(parts)),
        Get(
            "/fhir/Device/{device}", Permission.Fleet, "A unit as a FHIR Device.", [],
            r => Device(parts.Backend.Device(r.Device) ?? throw new ApiException(404,
                "there is no such device"))),
        Get(
            "/fhir/Observation", Permission.Patients,
            "Observations of a device: one a vital and second, or with sampled=true one a vital and run "
                + "(SampledData). "
            + "The subject is who had the device at that time; unknown where that is not certain.",
            ["device", "from", "to", "sampled", "after", "_count"], r => Search(parts, r)),
    ];

    /// <summary>Why not, as FHIR says it.</summary>
    internal static ApiAnswer Problem(int status, string title)
    {
        string code = status switch
        {
            400 => "invalid",
            401 => "login",
            403 => "forbidden",
            404 => "not-found",
            _ => "transient",
        };
        var outcome = new JsonObject
        {
            ["resourceType"] = "OperationOutcome",
            ["issue"] = new JsonArray(
                new JsonObject { ["severity"] = "error", ["code"] = code, ["diagnostics"] = title }),
        };
        return ApiAnswer.OfText(ContentType, outcome.ToJsonString()) with { Status = status };
    }

    private static ApiRoute Get(
        string path, Permission permission, string summary, string[] query,
        Func<ApiRequest, JsonObject> answer)
        => new("GET", path, permission, summary, query, null, ContentType,
            request => ApiAnswer.OfText(ContentType, answer(request).ToJsonString()));

    private static JsonObject Metadata(ApiParts parts) => new()
    {
        ["resourceType"] = "CapabilityStatement",
        ["status"] = "active",
        ["date"] = parts.Time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd"),
        ["kind"] = "instance",
        ["implementation"] = new JsonObject { ["description"] = "Pulsegate read API. Not a medical device." },
        ["fhirVersion"] = "4.0.1",
        ["format"] = new JsonArray("application/fhir+json"),
        ["rest"] = new JsonArray(new JsonObject
        {
            ["mode"] = "server",
            ["resource"] = new JsonArray(
                new JsonObject { ["type"] = "Device",
                    ["interaction"] = new JsonArray(new JsonObject { ["code"] = "read" }) },
                new JsonObject
                {
                    ["type"] = "Observation",
                    ["interaction"] = new JsonArray(new JsonObject { ["code"] = "search-type" }),
                    ["searchParam"] = new JsonArray(new JsonObject { ["name"] = "device",
                        ["type"] = "reference" }),
                }),
        }),
    };

    private static JsonObject Device(DeviceRow device)
    {
        var resource = new JsonObject
        {
            ["resourceType"] = "Device",
            ["id"] = device.Device,
            ["identifier"] = new JsonArray(
                new JsonObject { ["system"] = "urn:pulsegate:device", ["value"] = device.Device }),
            ["deviceName"] = new JsonArray(
                new JsonObject { ["name"] = "Pulsegate bedside gateway", ["type"] = "user-friendly-name" }),
            ["note"] = new JsonArray(new JsonObject { ["text"] = "Not a medical device." }),
        };
        if (!string.IsNullOrWhiteSpace(device.Firmware))
        {
            resource["version"] = new JsonArray(new JsonObject { ["value"] = device.Firmware });
        }

        return resource;
    }

    private static JsonObject Search(ApiParts parts, ApiRequest request)
    {
        string device = request.QueryDevice;
        if (parts.Backend.Device(device) is null)
        {
            throw new ApiException(404, "there is no such device");
        }

        int count = request.Number("_count", 100);
        Page<ReadingRow> page = parts.Backend.Readings(
            device, request.After, request.Time("from"), request.Time("to"), count);
        var subject = new FhirSubject(parts.Patients.OfDevice(device));
        IEnumerable<JsonObject> observations = request.Flag("sampled")
            ? FhirObservation.RunsOf(page.Items).SelectMany(
                run => FhirObservation.Vitals.Select(vital => FhirObservation.OfRun(run, vital, subject)))
            : page.Items.SelectMany(
                reading => FhirObservation.Vitals.Select(vital
                    => FhirObservation.Of(reading, vital, subject)));
        var links = new JsonArray(Link("self", request.Self(null)));
        if (page.Next is { } next)
        {
            links.Add(Link("next", request.Self(next)));
        }

        var bundle = new JsonObject { ["resourceType"] = "Bundle", ["type"] = "searchset", ["link"] = links };
        JsonNode[] entries = [.. observations.Select(Entry)];
        if (entries.Length > 0)   // FHIR has no empty arrays
        {
            bundle["entry"] = new JsonArray(entries);
        }

        return bundle;
    }

    private static JsonNode Entry(JsonObject observation) => new JsonObject
    {
        ["fullUrl"] = $"urn:uuid:{Guid.ParseExact(observation["id"]!.GetValue<string>(), "N")}",
        ["resource"] = observation,
        ["search"] = new JsonObject { ["mode"] = "match" },
    };

    private static JsonNode Link(string relation, string url)
        => new JsonObject { ["relation"] = relation, ["url"] = url };
}
