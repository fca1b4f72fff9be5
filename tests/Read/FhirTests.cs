// Goal: what goes out as FHIR R4 is FHIR R4, for every status that a reading can have, and says no more than
// is known. Method: the published structure definitions with the vital-signs profiles (@medplum/core) and the
// published JSON schema (ajv); altered resources show that the two would have found it.

using System.Diagnostics;
using System.Text.Json.Nodes;
using Pulsegate.Platform;
using Pulsegate.Read.Access;
using Pulsegate.Tests.Batch;

namespace Pulsegate.Tests.Read;

[TestClass]
public sealed class FhirTests
{
    private const string Loinc = "http://loinc.org";
    private readonly ReadFixture _fixture = new();

    private static string Search => $"/fhir/Observation?device=Device/{ReadFixture.Device}";

    [TestCleanup]
    public void Cleanup() => _fixture.Dispose();

    [TestMethod]
    [TestCategory("Slow")]
    public void EveryResource_IsValid_ForEveryStatusAndTimeQuality_AndAlteredOnesAreNot()
    {
        string folder = Path.Combine(Path.GetDirectoryName(ProjectFile.Find("Pulsegate.slnx"))!, ".build",
            "fhir");
        if (!File.Exists(Path.Combine(folder, "package-lock.json")))
        {
            Assert.Inconclusive("the validator is not installed: ./pulsegate test does, with npm");
        }

        Fill();
        string[] files =
        [
            Write("observations.json", Json(Search)), Write("sampled.json", Json($"{Search}&sampled=true")),
            Write("device.json", Json($"/fhir/Device/{ReadFixture.Device}")), Write("metadata.json",
                Json("/fhir/metadata")),
            Write("empty.json", Json($"{Search}&from=2031-01-01T00:00:00Z")),
        ];
        // 4 records of 9 readings, 4 vitals; 4 runs; the three bundles, the device and the statement.
        Assert.AreEqual($"{(4 * 9 * 4) + (4 * 4) + 5} valid", Validate(folder, files).Trim());

        string[] altered =
        [
            Altered("code", o => o["code"]!["coding"]![0]!["code"] = "8310-5"), Altered("absent", o
                => _ = o.Remove("dataAbsentReason") && o.Remove("component")),
            Altered("category", o => o.Remove("category")), Altered("status", o => o["status"] = "measured"),
            Altered("subject", o => o.Remove("subject")), Altered("member", o => o["quality"] = 1),
            Altered("time", o => o["effectiveDateTime"] = "21.11.2026"),
        ];
        string found = Validate(folder, altered);
        StringAssert.EndsWith(found.TrimEnd(), "0 valid", found);
    }

    [TestMethod]
    public void AValue_IsThereOrItsReason_AndSkinIsNotBodyTemperature()
    {
        Fill();
        JsonObject[] all = [.. Observations(Search)];
        Assert.HasCount(4 * 9 * 4, all);
        foreach (JsonObject observation in all)
        {
            Assert.AreNotEqual(observation.ContainsKey("valueQuantity"),
                observation.ContainsKey("dataAbsentReason"));
            Assert.DoesNotContain("8310-5", Codes(observation));
        }

        string[] reasons = [.. all.Select(o
            => o["dataAbsentReason"]?["text"]?.GetValue<string>()).OfType<string>().Distinct()];
        CollectionAssert.AreEquivalent(
            new[] { "Acquiring", "NoFinger", "LowPerfusion", "Motion", "AmbientLight", "SensorFault",
                "Stale" }, reasons);
        JsonObject saturation = all.First(o => Codes(o).Contains("2708-6"));
        CollectionAssert.IsSubsetOf(new[] { "2708-6", "59408-5" }, Codes(saturation));
        Assert.AreEqual("%", saturation["valueQuantity"]!["code"]!.GetValue<string>());
        Assert.IsTrue(all.Where(o => o["method"] is not null).All(o
            => o["note"]!.ToJsonString().Contains("Uncalibrated")));
        Assert.AreEqual(4 * 4, all.Count(o => o["method"] is not null),
            "the uncalibrated second of each record");
    }

    [TestMethod]
    public void TheSubject_IsWhoHadTheDeviceThen_AndNobodyWhereThatIsNotCertain()
    {
        Fill();
        // Record 1 has no time and 2 an estimated one; 3 begins 27 s after the fixture's time, when p-1 had
        // the device; p-2 got it
        string?[] subjects = [.. Observations(Search).Where((_, i) => i % 4 == 0)
            .Select(o => o["subject"]!["reference"]?.GetValue<string>())];
        Assert.IsTrue(subjects[..18].All(subject => subject is null));
        // 31.5 s after it. A second either way is as sure as a synchronised clock is: 31 s and 32 s may be
        // either's, so they are nobody's.
        CollectionAssert.AreEqual(
            new[] { "Patient/p-1", "Patient/p-1", "Patient/p-1", "Patient/p-1", null, null, "Patient/p-2" },
            subjects[18..25].ToArray(), string.Join(' ', subjects[18..]));
        Assert.IsTrue(Observations($"{Search}&sampled=true").Skip(8).Take(4).All(o
            => o["subject"]!["reference"] is null));
    }

    [TestMethod]
    public void SampledData_HasAValueOrE_AndTheStatusesInRuns()
    {
        _fixture.Commit(_fixture.Unit.Seal(1));
        JsonObject pulse = Observations($"{Search}&sampled=true").Single(o => Codes(o).Contains("8867-4"));
        Assert.AreEqual("90.1 E E E E E E E 90.1", pulse["valueSampledData"]!["data"]!.GetValue<string>());
        Assert.AreEqual(1000, pulse["valueSampledData"]!["period"]!.GetValue<int>());
        Assert.AreEqual(
            "Valid 1, Acquiring 1, NoFinger 1, LowPerfusion 1, Motion 1, AmbientLight 1, SensorFault 1, "
                + "Stale 1, Uncalibrated 1",
            pulse["component"]![0]!["valueString"]!.GetValue<string>());
    }

    [TestMethod]
    public void ABundle_IsPaged_AndARefusalIsAnOperationOutcome()
    {
        Fill();
        var seen = new HashSet<string>();
        string? next = $"{Search}&_count=7";
        for (int page = 0; next is not null; page++)
        {
            Assert.IsLessThan(50, page);
            JsonObject bundle = Json(next);
            Assert.IsTrue(bundle["entry"]!.AsArray().All(entry
                => seen.Add(entry!["fullUrl"]!.GetValue<string>())));
            next = bundle["link"]!.AsArray().SingleOrDefault(link
                => link!["relation"]!.GetValue<string>() == "next")?["url"]!
                .GetValue<string>();
        }

        Assert.HasCount(4 * 9 * 4, seen);
        using HttpResponseMessage refusal = _fixture.Send("/fhir/Observation?device=ward-9");
        Assert.AreEqual(404, (int)refusal.StatusCode);
        StringAssert.Contains(refusal.Content.ReadAsStringAsync().Result, "OperationOutcome");
        Assert.AreEqual(403, _fixture.Status(Search, Role.Viewer));
        Assert.AreEqual(
            3, ReadFixture.Sql(_fixture.AccessFile,
                "select * from audit where device = 'pg-0001' or device = 'ward-9'").Count(
                row => row["query"] is string query && !query.Contains("after")));
    }

    private void Fill()
    {
        _fixture.Commit(
            _fixture.Unit.Seal(1, TimeQuality.Unsynced), _fixture.Unit.Seal(2,
                TimeQuality.Estimated), _fixture.Unit.Seal(3),
            _fixture.Unit.Seal(4));
        var time = new SetTime { Now = DateTimeOffset.FromUnixTimeMilliseconds(BatchSample.UtcMs) };
        var patients = new Patients(new AccessDatabase(_fixture.AccessFile), time);
        patients.Assign(ReadFixture.Device, "p-1");
        time.Now += TimeSpan.FromMilliseconds(31_500);
        patients.Assign(ReadFixture.Device, "p-2");
    }

    private JsonObject Json(string path) => JsonNode.Parse(_fixture.Get(path).GetRawText())!.AsObject();

    private IEnumerable<JsonObject> Observations(string path)
        => Json(path)["entry"]!.AsArray().Select(entry => entry!["resource"]!.AsObject());

    private static string[] Codes(JsonObject observation) =>
    [
        .. observation["code"]!["coding"]!.AsArray().Where(one => one!["system"]!.GetValue<string>() == Loinc)
            .Select(one => one!["code"]!.GetValue<string>()),
    ];

    // The pulse rate of a second without a value.
    private string Altered(string name, Action<JsonObject> alter)
    {
        JsonObject observation = Observations(Search)
            .First(o => Codes(o).Contains("8867-4")
                && o.ContainsKey("dataAbsentReason")).DeepClone().AsObject();
        alter(observation);
        return Write(name + ".json", observation);
    }

    private string Write(string name, JsonObject resource)
    {
        string path = Path.Combine(_fixture.Unit.Folder, name);
        File.WriteAllText(path, resource.ToJsonString());
        return path;
    }

    private static string Validate(string folder, string[] files)
    {
        var start = new ProcessStartInfo("node", [ProjectFile.Find("tests/Read/Validator/validate.mjs"),
            folder, .. files])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, error.Result);
        return output;
    }

    private sealed class SetTime : TimeProvider
    {
        internal DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
