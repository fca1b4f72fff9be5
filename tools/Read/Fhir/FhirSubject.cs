// Whose a reading is: decided by its time, and by nobody's guess.

using System.Text.Json.Nodes;
using Pulsegate.Read.Access;
using Pulsegate.Read.Data;

namespace Pulsegate.Read.Fhir;

internal sealed class FhirSubject(IReadOnlyList<Assignment> assignments)
{
    /// <summary>The patient who had the device for all of the time that the reading may be of; unknown when
    /// nobody had, when the time is not known, or when it may be another's.</summary>
    internal JsonObject Of(ReadingRow reading)
    {
        if (reading.Utc is not { } utc || reading.UtcUncertaintyMs is not { } uncertaintyMs)
        {
            return FhirCodes.Unknown();
        }

        DateTimeOffset first = utc.AddMilliseconds(-uncertaintyMs), last = utc.AddMilliseconds(uncertaintyMs);
        List<Assignment> whose =
            [.. assignments.Where(one => one.From <= first && (one.To is null || last < one.To))];
        return whose.Count == 1 ? new JsonObject { ["reference"] = $"Patient/{whose[0].Patient}" }
            : FhirCodes.Unknown();
    }

    /// <summary>Whose a run is: unknown unless its first and last readings are the same patient's.</summary>
    internal JsonObject Of(ReadingRow first, ReadingRow last)
    {
        JsonObject whose = Of(first);
        return JsonNode.DeepEquals(whose, Of(last)) ? whose : FhirCodes.Unknown();
    }
}
