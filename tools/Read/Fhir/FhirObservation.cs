// FHIR R4 Observations out of readings: one a vital and second, or one a vital and run of even seconds
// (SampledData). A value only where the status has one; else dataAbsentReason.

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Pulsegate.Read.Data;
using Pulsegate.Vitals;

namespace Pulsegate.Read.Fhir;

internal static class FhirObservation
{
    /// <summary>Vitals that are observations of their own; quality is a component of the first two.</summary>
    internal static readonly int[] Vitals =
        [Vital.SpO2, Vital.PulseRate, Vital.PerfusionIndex, Vital.Temperature];

    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
    private const string VitalSigns = "http://hl7.org/fhir/StructureDefinition/vitalsigns";
    private const int StepMs = 1000;

    /// <summary>One vital of one second.</summary>
    internal static JsonObject Of(ReadingRow reading, int vital, FhirSubject subject)
    {
        JsonObject observation = Begin(
            reading, vital, subject.Of(reading), FhirCodes.Profile(vital), reading.Index.ToString());
        SetTime(observation, reading);
        MeasurementRow measurement = Measurement(reading, vital);
        SetValue(observation, vital, measurement);
        if (measurement.Status == ReadingStatus.Uncalibrated)
        {
            Doubt(observation);
        }

        if (vital is Vital.SpO2 or Vital.PulseRate)
        {
            var component = new JsonObject { ["code"] = FhirCodes.Code(Vital.Quality) };
            SetValue(component, Vital.Quality, reading.Quality);
            observation["component"] = new JsonArray(component);
        }

        return observation;
    }

    /// <summary>One vital of a run: readings of one record, a second apart, in their order.</summary>
    internal static JsonObject OfRun(IReadOnlyList<ReadingRow> run, int vital, FhirSubject subject)
    {
        ReadingRow first = run[0];
        JsonObject observation = Begin(
            first, vital, subject.Of(first, run[^1]), FhirCodes.Profile(vital) is null ? null : VitalSigns,
            $"{first.Index}-{run[^1].Index}");
        SetTime(observation, first);   // of the first value; the others follow by the period
        MeasurementRow[] measurements = [.. run.Select(reading => Measurement(reading, vital))];
        observation["valueSampledData"] = new JsonObject
        {
            ["origin"] = FhirCodes.Quantity(vital, 0),
            ["period"] = StepMs,
            ["dimensions"] = 1,
            ["data"] = string.Join(' ', measurements.Select(one
                => one.Value?.ToString(CultureInfo.InvariantCulture) ?? "E")),   // E: there is none
        };
        observation["component"] = new JsonArray(new JsonObject
        {
            ["code"] = new JsonObject { ["text"] = "Status of each value, in runs" },
            ["valueString"] = Runs(measurements),
        });
        if (measurements.Any(one => one.Status == ReadingStatus.Uncalibrated))
        {
            Doubt(observation);
        }

        return observation;
    }

    /// <summary>Readings cut where the device, store, record or boot changes, or the step is not
    /// even.</summary>
    internal static IEnumerable<List<ReadingRow>> RunsOf(IEnumerable<ReadingRow> readings)
    {
        var run = new List<ReadingRow>();
        foreach (ReadingRow reading in readings)
        {
            if (run.Count > 0 && (run[^1].Epoch != reading.Epoch || run[^1].Sequence != reading.Sequence
                || run[^1].MonotonicMs + StepMs != reading.MonotonicMs))
            {
                yield return run;
                run = [];
            }

            run.Add(reading);
        }

        if (run.Count > 0)
        {
            yield return run;
        }
    }

    private static JsonObject Begin(ReadingRow reading, int vital, JsonObject subject, string? profile,
        string index)
    {
        string name = $"{reading.Device}|{reading.Epoch}|{reading.Sequence}|{index}|{FhirCodes.Name(vital)}";
        var observation = new JsonObject
        {
            ["resourceType"] = "Observation",
            ["id"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16)),
            ["identifier"] = new JsonArray(
                new JsonObject { ["system"] = "urn:pulsegate:observation", ["value"] = name }),
            ["status"] = "final",
            ["category"] = new JsonArray(new JsonObject
            {
                ["coding"] = new JsonArray(new JsonObject
                {
                    ["system"] = "http://terminology.hl7.org/CodeSystem/observation-category",
                    ["code"] = "vital-signs",
                }),
            }),
            ["code"] = FhirCodes.Code(vital),
            ["subject"] = subject,
            ["issued"] = reading.Received.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture),
            ["device"] = new JsonObject { ["reference"] = $"Device/{reading.Device}" },
        };
        if (profile is not null)
        {
            observation["meta"] = new JsonObject { ["profile"] = new JsonArray(profile) };
        }

        return observation;
    }

    private static void SetTime(JsonObject observation, ReadingRow reading)
    {
        if (reading.Utc is { } utc)
        {
            observation["effectiveDateTime"] =
                utc.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);
        }
        else
        {
            observation["_effectiveDateTime"] = FhirCodes.Unknown();
        }

        if (reading.UtcSource == "estimate")
        {
            Note(observation, "The time is an estimate: the unit's clock had not been synchronised.");
        }
    }

    private static void SetValue(JsonObject target, int vital, MeasurementRow measurement)
    {
        if (measurement.Value is { } value)
        {
            target["valueQuantity"] = FhirCodes.Quantity(vital, value);
        }
        else
        {
            target["dataAbsentReason"] = FhirCodes.Absent(measurement.Status);
        }
    }

    private static void Doubt(JsonObject observation)
    {
        observation["method"] = new JsonObject
        {
            ["coding"] = new JsonArray(FhirCodes.Status(ReadingStatus.Uncalibrated)),
        };
        Note(observation,
            "Uncalibrated: computed with a generic curve; no calibration of this device exists.");
    }

    private static void Note(JsonObject observation, string text)
    {
        var notes = observation["note"] as JsonArray ?? [];
        notes.Add(new JsonObject { ["text"] = text });
        observation["note"] ??= notes;
    }

    private static string Runs(IEnumerable<MeasurementRow> measurements)
    {
        var runs = new List<(ReadingStatus Status, int Count)>();
        foreach (MeasurementRow one in measurements)
        {
            if (runs.Count > 0 && runs[^1].Status == one.Status)
            {
                runs[^1] = (one.Status, runs[^1].Count + 1);
            }
            else
            {
                runs.Add((one.Status, 1));
            }
        }

        return string.Join(", ", runs.Select(run => $"{run.Status} {run.Count}"));
    }

    private static MeasurementRow Measurement(ReadingRow reading, int vital) => vital switch
    {
        Vital.SpO2 => reading.SpO2,
        Vital.PulseRate => reading.PulseRate,
        Vital.PerfusionIndex => reading.PerfusionIndex,
        Vital.Quality => reading.Quality,
        _ => reading.SkinTemperature,
    };
}
