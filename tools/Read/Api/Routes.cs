// The routes of the API. The server maps this list, and the OpenAPI document is made of it.

using Pulsegate.Read.Access;
using Pulsegate.Read.Data;
using Pulsegate.Read.Webhooks;
using Pulsegate.Observability;

namespace Pulsegate.Read.Api;

/// <summary>What the routes answer from.</summary>
internal sealed record ApiParts(
    Backend Backend, Tokens Tokens, AuditLog Audit, Patients Patients, AlarmAcknowledgements Acknowledgements,
    DeliveryQueue Deliveries, RecordSource Source, FleetMetrics Fleet, MetricsPipeline Metrics,
    RequestLimits Limits, Problems Problems, TimeProvider Time)
{
    /// <summary>Whether the databases answer.</summary>
    public Readiness Readiness { get; } = new(Backend, Audit, Time);

    /// <summary>Ends what has to be ended.</summary>
    public void Close()
    {
        Metrics.Dispose();
        Fleet.Dispose();
        Problems.Dispose();
        Limits.Dispose();
        Source.Dispose();
    }
}

internal static class Routes
{
    private const string Json = "application/json";

    /// <summary>All routes but that of the document itself.</summary>
    public static List<ApiRoute> Of(ApiParts parts) =>
    [
        Get<Page<DeviceRow>>(
            "/v1/devices", Permission.Fleet, "Devices, by id.", ["after", "limit"],
            r => parts.Backend.Devices(r.AfterDevice, r.Limit)),
        Get<DeviceRow>(
            "/v1/devices/{device}", Permission.Fleet, "One device.", [], r => parts.Backend.Device(r.Device)),
        Get<Page<ReadingRow>>(
            "/v1/devices/{device}/readings", Permission.Vitals,
            "Readings of a device in its own order: a value only where its status allows one. From is "
                + "included, to "
            + "is not. What comes late may lie behind a cursor: ask for the gaps.",
            ["after", "limit", "from", "to"], r => Readings(parts, r)),
        new ApiRoute(
            "GET", "/v1/devices/{device}/readings.csv", Permission.Vitals,
            "The same as comma-separated values (RFC 4180); the next page begins behind the last line's "
                + "epoch, "
            + "sequence and index, joined by dots.",
            ["after", "limit", "from", "to"], null, "text/csv; charset=utf-8; header=present",
            r => ApiAnswer.OfText("text/csv; charset=utf-8; header=present",
                Csv.Of(Readings(parts, r).Items)) with
            {
                FileName = $"{r.Device}.csv",
            }),
        Get<GapsRow>(
            "/v1/devices/{device}/gaps", Permission.Fleet,
            "What is missing of a device, and what it has declared lost or thinned.", ["after", "limit"],
            r => parts.Backend.Gaps(Known(parts, r), r.After, r.Limit)),
        Get<Page<AlarmRow>>(
            "/v1/devices/{device}/alarms", Permission.Vitals, "Alarms of a device in its own order.",
            ["after", "limit"], r => parts.Backend.Alarms(Known(parts, r), r.After, r.Limit)),
        Get<Page<StandingAlarmRow>>(
            "/v1/alarms", Permission.Vitals,
            "Alarms that stand now in the whole fleet, highest priority first; of one priority when it is "
                + "given.",
            ["after", "limit", "priority"],
            r => parts.Backend.StandingAlarms(
                r.Priority, r.AfterStanding, parts.Time.GetUtcNow().ToUnixTimeMilliseconds(), r.Limit)),
        new ApiRoute(
            "POST", "/v1/devices/{device}/alarms/{epoch}/{sequence}/acknowledgement", Permission.Patients,
            "Notes that the holder of the token has seen an alarm. It silences nothing at the bedside.", [],
            null, "",
            r => Acknowledge(parts, r)),
        Get<RawRow>(
            "/v1/devices/{device}/records/{epoch}/{sequence}", Permission.Raw,
            "A message as it came, verified anew.", [],
            r => parts.Backend.Raw(r.Device, r.Record.Epoch, r.Record.Sequence)),
        Get<List<Assignment>>(
            "/v1/devices/{device}/patients", Permission.Patients, "Whose the device was, newest first.", [],
            r => parts.Patients.OfDevice(r.Device)),
        new ApiRoute(
            "PUT", "/v1/devices/{device}/patients/{patient}", Permission.Patients,
            "The device is this patient's from now on.", [], null, "", r => Assign(parts, r)),
        new ApiRoute(
            "DELETE", "/v1/devices/{device}/patients", Permission.Patients,
            "The device is nobody's from now on.", [],
            null, "", r => parts.Patients.Release(r.Device) ? ApiAnswer.Nothing
                : throw new ApiException(404, "nobody has this device")),
        Get<List<Assignment>>(
            "/v1/patients/{patient}/devices", Permission.Patients,
            "Which devices a patient has had, newest first.",
            [], r => parts.Patients.OfPatient(r.Patient)),
        Get<Page<AuditEntry>>(
            "/v1/audit", Permission.Operations, "Who has seen what.", ["after", "limit"],
            r => Audit(parts.Audit, r.AfterNumber, r.Limit)),
        Get<List<Delivery>>(
            "/v1/webhooks/dead", Permission.Operations, "Alarms that a receiver could not be told of.", [],
            _ => parts.Deliveries.Dead(Backend.PageMax)),
        new ApiRoute(
            "GET", OperationsServer.MetricsPath, Permission.Operations, "Metrics for Prometheus.", [], null,
            MetricsPipeline.ContentType, _ => Scrape(parts)),
        Probe(OperationsServer.LivePath, "Whether this process does its work.", () => { }),
        Probe(OperationsServer.ReadyPath, "Whether both databases answer.", parts.Readiness.Check),
    ];

    private static ApiRoute Get<T>(
        string path, Permission permission, string summary, string[] query, Func<ApiRequest, T?> answer)
        where T : class
        => new("GET", path, permission, summary, query, typeof(T), Json, request => ApiAnswer.Of(
            answer(request) ?? throw new ApiException(404, "there is no such thing")));

    private static ApiRoute Probe(string path, string summary, Action check)
        => new("GET", path, Permission.None, summary, [], null, "text/plain", _ =>
        {
            check();   // throws where the answer is no
            return ApiAnswer.OfText("text/plain", "yes\n");
        });

    private static ApiAnswer Scrape(ApiParts parts)
    {
        parts.Fleet.Refresh();
        return ApiAnswer.OfText(MetricsPipeline.ContentType, parts.Metrics.Scrape());
    }

    private static Page<ReadingRow> Readings(ApiParts parts, ApiRequest request)
    {
        DateTimeOffset? from = request.Time("from"), to = request.Time("to");
        return parts.Backend.Readings(Known(parts, request), request.After, from, to, request.Limit);
    }

    // An empty list of a device that nobody knows would read as "nothing happened".
    private static string Known(ApiParts parts, ApiRequest request)
        => parts.Backend.Device(request.Device) is not null ? request.Device
            : throw new ApiException(404, "there is no such device");

    private static ApiAnswer Acknowledge(ApiParts parts, ApiRequest request)
    {
        RecordPlace place = request.Record;
        if (parts.Backend.Raw(request.Device, place.Epoch, place.Sequence)?.Kind != nameof(RecordKind.Alarm))
        {
            throw new ApiException(404, "there is no such alarm");
        }

        parts.Acknowledgements.Add(request.Device, place.Epoch, place.Sequence, request.Caller.Name);
        return ApiAnswer.Nothing;
    }

    private static ApiAnswer Assign(ApiParts parts, ApiRequest request)
    {
        parts.Patients.Assign(Known(parts, request), request.Patient);
        return ApiAnswer.Nothing;
    }

    private static Page<AuditEntry> Audit(AuditLog audit, long after, int limit)
    {
        List<AuditEntry> entries = audit.Read(after, limit);
        return new Page<AuditEntry>(entries, entries.Count == limit ? entries[^1].Id.ToString() : null);
    }
}
