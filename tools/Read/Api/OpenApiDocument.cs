// The OpenAPI 3.1 document, made of the routes and of the types that they answer.

using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.RegularExpressions;
using Pulsegate.Read.Access;

namespace Pulsegate.Read.Api;

internal static partial class OpenApiDocument
{
    /// <summary>The document.</summary>
    public static JsonObject Of(IEnumerable<ApiRoute> routes)
    {
        var paths = new JsonObject();
        foreach (IGrouping<string, ApiRoute> path in routes.GroupBy(route => route.Path))
        {
            paths[path.Key] = new JsonObject(path.Select(route
                => KeyValuePair.Create<string, JsonNode?>(route.Method.ToLowerInvariant(),
                    Operation(route))));
        }

        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject
            {
                ["title"] = "Pulsegate read API",
                ["version"] = "1",
                ["description"] = "Readings, gaps and alarms of Pulsegate gateways. Not a medical device.",
            },
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject
                {
                    ["token"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" },
                },
            },
        };
    }

    private static JsonObject Operation(ApiRoute route)
    {
        var responses = new JsonObject
        {
            [route.ContentType.Length == 0 ? "204" : "200"] = Response(route),
        };
        foreach (string status in new[] { "304", "400", "401", "403", "404", "429", "503" })
        {
            responses[status] = new JsonObject { ["description"] = Meaning(status) };
        }

        return new JsonObject
        {
            ["summary"] = route.Summary,
            ["security"] = route.Permission == Permission.None ? new JsonArray()
                : new JsonArray(new JsonObject { ["token"] = new JsonArray() }),
            ["x-roles"] = new JsonArray(
                [.. Enum.GetValues<Role>().Where(role => new Caller("", role).May(route.Permission))
                    .Select(role => (JsonNode)role.ToString())]),
            ["x-audited"] = Caller.IsPatientData(route.Permission),
            ["parameters"] = new JsonArray([.. Parameters(route)]),
            ["responses"] = responses,
        };
    }

    private static JsonObject Response(ApiRoute route)
    {
        var response = new JsonObject { ["description"] = "What was asked for." };
        if (route.ContentType.Length > 0)
        {
            JsonNode schema = route.Response is { } type
                ? ApiAnswer.Json.GetJsonSchemaAsNode(type, new() { TreatNullObliviousAsNonNullable = true })
                : new JsonObject { ["type"] = "string" };
            response["content"] = new JsonObject
            {
                [route.ContentType.Split(';')[0]] = new JsonObject { ["schema"] = schema },
            };
        }

        return response;
    }

    private static IEnumerable<JsonNode> Parameters(ApiRoute route)
        => InPath().Matches(route.Path).Select(match => Parameter(match.Groups[1].Value, "path", true))
            .Concat(route.Query.Select(name => Parameter(name, "query", false)));

    private static JsonNode Parameter(string name, string place, bool isRequired) => new JsonObject
    {
        ["name"] = name, ["in"] = place, ["required"] = isRequired, ["schema"] = name switch
        {
            "limit" or "_count" => new JsonObject
            {
                ["type"] = "integer", ["minimum"] = 1, ["maximum"] = Data.Backend.PageMax, ["default"] = 100,
            },
            "from" or "to" => new JsonObject { ["type"] = "string", ["format"] = "date-time" },
            "device" => new JsonObject { ["type"] = "string", ["pattern"] = "^[a-z0-9-]{4,32}$" },
            "epoch" => new JsonObject { ["type"] = "string", ["pattern"] = "^[0-9a-f]{16}$" },
            "sequence" => new JsonObject { ["type"] = "integer", ["minimum"] = 1 },
            _ => new JsonObject { ["type"] = "string" },
        },
    };

    private static string Meaning(string status) => status switch
    {
        "304" => "Not changed since the ETag of If-None-Match.",
        "400" => "The request is not well formed; the title says what is.",
        "401" => "No token, or one that is not known.",
        "403" => "The token's role may not.",
        "404" => "There is none.",
        "429" => "Too many requests of this token in a minute; Retry-After says in how many seconds there "
            + "is room.",
        _ => "The database cannot be read now, or the access cannot be audited; nothing is answered.",
    };

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex InPath();
}
