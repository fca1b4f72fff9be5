// One request, its parts checked before anything is looked up with them.

using System.Globalization;
using Microsoft.AspNetCore.Http;
using Pulsegate.Alarms;
using Pulsegate.Read.Access;
using Pulsegate.Read.Data;

namespace Pulsegate.Read.Api;

/// <summary>What was asked, by whom.</summary>
internal sealed class ApiRequest(HttpContext context, Caller caller)
{
    private const int LimitDefault = 100;

    /// <summary>Who asks.</summary>
    public Caller Caller => caller;

    /// <summary>The device of the path; null when the route has none.</summary>
    public string? DeviceOrNull => RouteValue("device");

    /// <summary>The patient of the path; null when the route has none.</summary>
    public string? PatientOrNull => RouteValue("patient");

    /// <summary>The device of the path.</summary>
    public string Device => DeviceOrNull is { } device && Names.IsDevice(device) ? device
        : throw new ApiException(400, "that is no device id");

    /// <summary>The patient of the path.</summary>
    public string Patient => PatientOrNull is { } patient && Names.IsPatient(patient) ? patient
        : throw new ApiException(400, "a patient id has letters, digits, '.' and '-', at most 64");

    /// <summary>Store and sequence of the path.</summary>
    public RecordPlace Record
        => RecordPlace.TryParse($"{RouteValue("epoch")}.{RouteValue("sequence")}.0", out RecordPlace place)
            ? place
            : throw new ApiException(400,
                "a record is named by a store of 16 hexadecimal digits and a number");

    /// <summary>The device of the query, as FHIR names it: ID or Device/ID.</summary>
    public string QueryDevice => DeviceOfQuery is { } device && Names.IsDevice(device) ? device
        : throw new ApiException(400, "device is a device id, or Device/ID");

    /// <summary>The device that the audit log names, unchecked.</summary>
    public string? AuditedDevice => DeviceOrNull ?? DeviceOfQuery;

    /// <summary>Entries asked for on a page.</summary>
    public int Limit => Number("limit", LimitDefault);

    /// <summary>A number of the query, 1 to the largest page.</summary>
    public int Number(string name, int otherwise) => Query(name) is not { } text ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int limit)
            && limit is >= 1 and <= Backend.PageMax ? limit
        : throw new ApiException(400, $"{name} is 1 to {Backend.PageMax}");

    /// <summary>A flag of the query; false when it is not there.</summary>
    public bool Flag(string name) => Query(name) switch
    {
        null or "false" => false,
        "true" => true,
        _ => throw new ApiException(400, $"{name} is true or false"),
    };

    /// <summary>The address that was asked for, behind another place; no host, which is the client's
    /// word.</summary>
    public string Self(string? after)
    {
        IEnumerable<string> parts = context.Request.Query
            .Where(pair => after is null || pair.Key != "after")
            .Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value[0]!)}");
        string query = string.Join('&', after is null ? parts : parts.Append($"after={after}"));
        return context.Request.Path.Value + (query.Length == 0 ? "" : "?" + query);
    }

    /// <summary>The cursor; before everything when there is none.</summary>
    public RecordPlace After => Query("after") is not { } text ? new RecordPlace(1UL << 63, 0, -1)
        : RecordPlace.TryParse(text, out RecordPlace place) ? place
        : throw new ApiException(400, "after is a cursor that this API gave");

    /// <summary>The cursor of a list of devices.</summary>
    public string AfterDevice => Query("after") is not { } text ? ""
        : Names.IsDevice(text) ? text
        : throw new ApiException(400, "after is a cursor that this API gave");

    /// <summary>The cursor of the list of standing alarms; null for its beginning.</summary>
    public StandingPlace? AfterStanding => Query("after") is not { } text ? null
        : StandingPlace.TryParse(text, out StandingPlace? place) ? place
        : throw new ApiException(400, "after is a cursor that this API gave");

    /// <summary>A priority of the query; null when it is not there.</summary>
    public AlarmPriority? Priority => Query("priority") switch
    {
        null => null,
        nameof(AlarmPriority.Low) => AlarmPriority.Low,
        nameof(AlarmPriority.Medium) => AlarmPriority.Medium,
        nameof(AlarmPriority.High) => AlarmPriority.High,
        _ => throw new ApiException(400, "priority is Low, Medium or High"),
    };

    /// <summary>The cursor of a numbered list.</summary>
    public long AfterNumber => Query("after") is not { } text ? 0
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number
        : throw new ApiException(400, "after is a cursor that this API gave");

    /// <summary>A time of the query; null when it is not there.</summary>
    public DateTimeOffset? Time(string name) => Query(name) is not { } text ? null
        : DateTimeOffset.TryParseExact(
            text, ["yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.fff'Z'"], CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time
        : throw new ApiException(400, $"{name} is a time as 2026-11-21T08:00:00Z");

    /// <summary>Refuses what the route does not know: a misspelt filter must not answer unfiltered.</summary>
    public void CheckQuery(string[] known)
    {
        foreach (string name in context.Request.Query.Keys)
        {
            if (!known.Contains(name, StringComparer.Ordinal) || context.Request.Query[name].Count != 1)
            {
                throw new ApiException(400, known.Length == 0 ? "this takes no parameters"
                    : $"the parameters are {string.Join(", ", known)}, each once");
            }
        }
    }

    /// <summary>What the audit log keeps of the query: no control character gets there.</summary>
    public string? AuditedQuery
    {
        get
        {
            string text = new([.. context.Request.QueryString.Value!.Where(c => c is >= ' ' and <= '~')]);
            return text.Length == 0 ? null : text;
        }
    }

    private string? DeviceOfQuery => Query("device") is not { } text ? null
        : text.StartsWith("Device/", StringComparison.Ordinal) ? text["Device/".Length..] : text;

    private string? Query(string name) => context.Request.Query.TryGetValue(name, out var value) ? value[0]
        : null;

    private string? RouteValue(string name) => context.Request.RouteValues[name] as string;
}
