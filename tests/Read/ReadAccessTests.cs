// Goal: nobody sees what his role may not, nothing is seen without a line in the log, and what is sent in a
// request is data alone. Method: real HTTP, every route with every role, hostile text in every field.

using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Pulsegate.Read;
using Pulsegate.Read.Access;
using Pulsegate.Tests.Ingest;

namespace Pulsegate.Tests.Read;

[TestClass]
public sealed class ReadAccessTests
{
    // Who may, beside the routes that every role may.
    private static readonly Dictionary<string, string> Allowed = new()
    {
        ["/v1/devices/{device}/alarms/{epoch}/{sequence}/acknowledgement"] = "Clinician",
        ["/v1/devices/{device}/records/{epoch}/{sequence}"] = "Clinician Operator",
        ["/v1/devices/{device}/patients"] = "Clinician",
        ["/v1/devices/{device}/patients/{patient}"] = "Clinician",
        ["/v1/patients/{patient}/devices"] = "Clinician",
        ["/v1/audit"] = "Operator",
        ["/metrics"] = "Operator",
        ["/v1/webhooks/dead"] = "Operator",
        ["/fhir/Observation"] = "Clinician",
    };

    private readonly ReadFixture _fixture = new();

    [TestInitialize]
    public void Fill() => _fixture.Commit(Records.Vitals(1));

    [TestCleanup]
    public void Cleanup() => _fixture.Dispose();

    [TestMethod]
    public void EveryRoute_AsksForAToken_AndForTheRole()
    {
        Assert.IsGreaterThan(12, _fixture.Server.Routes.Count);
        foreach (var route in _fixture.Server.Routes.Where(route => route.Permission != Permission.None))
        {
            string path = PathOf(route.Path);
            string what = $"{route.Method} {path}";
            Assert.AreEqual(401, _fixture.Status(path, null, route.Method), what);
            foreach (Role role in Enum.GetValues<Role>())
            {
                bool isAllowed = !Allowed.TryGetValue(route.Path, out string? roles)
                    || roles.Contains(role.ToString());
                int status = _fixture.Status(path, role, route.Method);
                Assert.AreEqual(!isAllowed, status == 403, $"{what} {role}: {status}");
                Assert.IsFalse(status is 401 or >= 500, $"{what} {role}: {status}");
            }
        }
    }

    [TestMethod]
    public void AToken_IsKeptAsAHash_AndEndsWhenRevoked()
    {
        string token = _fixture.Tokens.Add("nurse.1", Role.Viewer);
        Assert.AreEqual(200, _fixture.Status("/v1/devices", token: token));
        string secret = token.Split('.')[1];
        foreach (string file in Directory.GetFiles(Path.GetDirectoryName(_fixture.AccessFile)!, "access.db*"))
        {
            Assert.IsLessThan(0, File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.ASCII.GetBytes(secret)),
                file);
        }

        string id = token.Split('.')[0];
        foreach (string wrong in new[]
        {
            id, $"{id}.", $".{secret}", secret, $"{id}.{secret}x", $"{id}.{secret[..^1]}",
            $"{id.ToUpperInvariant()}x.{secret}",
            _fixture.TokenOf(Role.Viewer).Split('.')[0] + "."
                + secret, $"{id}.{new string('A', 5000)}", "' or 1=1 --.x",
        })
        {
            Assert.AreEqual(401, _fixture.Status("/v1/devices", token: wrong), wrong);
        }

        Assert.IsTrue(_fixture.Tokens.Revoke("nurse.1"));
        Assert.AreEqual(401, _fixture.Status("/v1/devices", token: token));
        Assert.IsFalse(_fixture.Tokens.Revoke("nurse.1"));
        Assert.ThrowsExactly<ReadException>(() => _fixture.Tokens.Add("nurse.1", Role.Viewer));
        Assert.ThrowsExactly<ReadException>(() => _fixture.Tokens.Add("a\r\nb", Role.Viewer));
    }

    [TestMethod]
    public void EveryAccessToPatientData_IsInTheLog_TheRefusedOnesToo()
    {
        _fixture.Status("/v1/devices", Role.Viewer);
        _fixture.Status("/v1/devices/ward-1/readings?limit=5", Role.Viewer);
        _fixture.Status("/v1/devices/ward-1/patients/p-17", Role.Viewer, "PUT");
        _fixture.Status("/v1/devices/ward-1/patients/p-17", Role.Clinician, "PUT");
        JsonElement[] lines = [.. _fixture.Get("/v1/audit",
            Role.Operator).GetProperty("items").EnumerateArray()];
        string[] expected =
        [
            "a-Viewer|Viewer|GET /v1/devices/{device}/readings|ward-1||?limit=5|allowed",
            "a-Viewer|Viewer|PUT /v1/devices/{device}/patients/{patient}|ward-1|p-17||refused",
            "a-Clinician|Clinician|PUT /v1/devices/{device}/patients/{patient}|ward-1|p-17||allowed",
        ];
        string[] names = ["token", "role", "action", "device", "patient", "query", "outcome"];
        CollectionAssert.AreEqual(
            expected,
            lines.Select(line => string.Join('|', names.Select(name
                => line.GetProperty(name).GetString()))).ToArray());
    }

    [TestMethod]
    [DataRow("update audit set token = 'x'")]
    [DataRow("delete from audit")]
    [DataRow("insert or replace into audit values (1, 1, 'x', 'x', 'x', null, null, null, 'allowed')")]
    public void TheLog_IsAppendOnly(string sql)
    {
        _fixture.Status("/v1/devices/ward-1/readings");
        var e = Assert.ThrowsExactly<SqliteException>(() => ReadFixture.Sql(_fixture.AccessFile, sql));
        StringAssert.Contains(e.Message, "append-only");
        Assert.HasCount(1, ReadFixture.Sql(_fixture.AccessFile,
            "select * from audit where token = 'a-Clinician'"));
    }

    [TestMethod]
    public void WithoutALineInTheLog_NothingIsAnswered()
    {
        Assert.AreEqual(200, _fixture.Status("/v1/devices/ward-1/readings"));
        ReadFixture.Sql(
            _fixture.AccessFile,
            "create trigger full before insert on audit begin select raise(abort, 'disk full'); end");
        using HttpResponseMessage response = _fixture.Send("/v1/devices/ward-1/readings");
        Assert.AreEqual(503, (int)response.StatusCode);
        Assert.IsFalse(response.Content.ReadAsStringAsync().Result.Contains("97.1",
            StringComparison.Ordinal));
        Assert.AreEqual(200, _fixture.Status("/v1/devices"), "no patient data");
    }

    [TestMethod]
    public void ADatabaseThatIsGone_IsSaidToBe_AndIsUsedAgainWhenItIsBack()
    {
        Assert.AreEqual(200, _fixture.Status("/v1/devices"));
        File.Move(_fixture.DatabaseFile, _fixture.DatabaseFile + ".away");
        Assert.AreEqual(503, _fixture.Status("/v1/devices"));
        File.Move(_fixture.DatabaseFile + ".away", _fixture.DatabaseFile);
        Assert.AreEqual(200, _fixture.Status("/v1/devices"));
    }

    [TestMethod]
    public void Patients_MeetDevicesHereAlone_AndALaterOneDoesNotGetTheEarliersTime()
    {
        Assert.AreEqual(204, _fixture.Status("/v1/devices/ward-1/patients/p-1", method: "PUT"));
        Assert.AreEqual(204, _fixture.Status("/v1/devices/ward-1/patients/p-2", method: "PUT"));
        JsonElement[] of = [.. _fixture.Get("/v1/devices/ward-1/patients").EnumerateArray()];
        Assert.AreEqual("p-2", of[0].GetProperty("patient").GetString());
        Assert.AreEqual(JsonValueKind.Null, of[0].GetProperty("to").ValueKind);
        Assert.AreEqual(of[^1].GetProperty("to").GetString(), of[0].GetProperty("from").GetString());
        Assert.AreEqual(204, _fixture.Status("/v1/devices/ward-1/patients", method: "DELETE"));
        Assert.AreEqual(404, _fixture.Status("/v1/devices/ward-1/patients", method: "DELETE"));
        Assert.AreEqual(404, _fixture.Status("/v1/devices/ward-9/patients/p-1", method: "PUT"),
            "unknown device");
        Assert.HasCount(1, _fixture.Get("/v1/patients/p-2/devices").EnumerateArray().ToArray());
    }

    [TestMethod]
    public void HostileTextInEveryField_IsRefusedOrFindsNothing_AndChangesNothing()
    {
        string[] hostile =
        [
            "x' or '1'='1", "ward-1'--", "ward-1;drop table record", "%00", "ward-1%0d%0aSet-Cookie:%20a=b",
            "..%2f..%2fetc",
            "\"", "%E2%80%AE", new string('a', 2000), "$(id)", "{{7*7}}", "-1", "9223372036854775808", "NaN",
        ];
        foreach (string text in hostile.Select(text => text.Contains('%') ? text
            : Uri.EscapeDataString(text)))
        {
            foreach (string path in new[]
            {
                $"/v1/devices/{text}", $"/v1/devices/{text}/readings", $"/v1/devices/{text}/readings.csv",
                $"/v1/devices/ward-1/readings?after={text}", $"/v1/devices/ward-1/readings?limit={text}",
                $"/v1/devices/ward-1/readings?from={text}", $"/v1/devices/ward-1/readings?{text}=1",
                $"/v1/devices?after={text}",
                $"/v1/devices/ward-1/records/{text}/1",
                $"/v1/devices/ward-1/records/{Records.Epoch:x16}/{text}",
                $"/v1/devices/{text}/patients", $"/v1/patients/{text}/devices",
            })
            {
                using HttpResponseMessage response = _fixture.Send(path);
                int status = (int)response.StatusCode;
                bool isNothing = path.StartsWith("/v1/patients/", StringComparison.Ordinal)
                    || path == $"/v1/devices/{text}/patients"
                        || path.StartsWith("/v1/devices?after", StringComparison.Ordinal);
                Assert.IsTrue(status is 400 or 404 || (isNothing && status == 200), $"{path}: {status}");
                Assert.IsFalse(response.Headers.Contains("Set-Cookie"), path);
            }

            Assert.IsTrue(
                _fixture.Status($"/v1/devices/ward-1/patients/{text}",
                    method: "PUT") is 204 or 400 or 404, text);
        }

        foreach (string limit in new[] { "0", "1001", "+5", "1e2", "" })
        {
            Assert.AreEqual(400, _fixture.Status($"/v1/devices?limit={Uri.EscapeDataString(limit)}"), limit);
        }

        Assert.AreEqual(400, _fixture.Status("/v1/devices?limit=1&limit=2"));
        Assert.AreEqual(1L, ReadFixture.Sql(_fixture.DatabaseFile,
            "select count(*) as n from record").Single()["n"]);
        Assert.IsEmpty(ReadFixture.Sql(_fixture.AccessFile,
            "select * from audit where query glob '*[^ -~]*'"));
    }

    [TestMethod]
    public void BeyondThisMachine_OnlyWithACertificate()
    {
        var e = Assert.ThrowsExactly<ReadException>(() => ReadServer.StartAsync(
            _fixture.Options with { Address = System.Net.IPAddress.Any }).GetAwaiter().GetResult());
        StringAssert.Contains(e.Message, "certificate");
    }

    [TestMethod]
    public void TheDocument_HasEveryRoute_AndEveryRouteOfItAnswersAsItSays()
    {
        JsonElement document = _fixture.Get("/openapi.json");
        Assert.AreEqual("3.1.0", document.GetProperty("openapi").GetString());
        string[] documented = [.. document.GetProperty("paths").EnumerateObject().SelectMany(path
            => path.Value.EnumerateObject().Select(method
                => $"{method.Name.ToUpperInvariant()} {path.Name}"))];
        CollectionAssert.AreEquivalent(
            _fixture.Server.Routes.Where(route => route.Path != "/openapi.json").Select(route
                => $"{route.Method} {route.Path}").ToArray(),
            documented);

        JsonElement reading = document.GetProperty("paths").GetProperty("/v1/devices/{device}/readings")
            .GetProperty("get");
        Assert.IsTrue(reading.GetProperty("x-audited").GetBoolean());
        JsonElement schema = reading.GetProperty("responses").GetProperty("200").GetProperty("content")
            .GetProperty("application/json").GetProperty("schema").GetProperty("properties")
                .GetProperty("items")
            .GetProperty("items").GetProperty("properties");
        CollectionAssert.AreEquivalent(
            schema.EnumerateObject().Select(property => property.Name).ToArray(),
            _fixture.Get("/v1/devices/ward-1/readings").GetProperty("items")[0].EnumerateObject().Select(p
                => p.Name).ToArray());
        string statuses = schema.GetProperty("spO2").GetRawText() + reading.GetRawText();
        foreach (string status in Enum.GetNames<Pulsegate.Vitals.ReadingStatus>())
        {
            StringAssert.Contains(statuses, $"\"{status}\"");
        }
    }

    private static string PathOf(string template) => template.Replace("{device}", "ward-1")
        .Replace("{epoch}", Records.Epoch.ToString("x16")).Replace("{sequence}", "1").Replace("{patient}",
            "p-1");
}
