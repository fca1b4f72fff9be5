// Goal: a field engineer's way from a bare board to a unit that the backend knows, and nothing secret on it;
// method: the commands as processes against the virtual board over a pseudo-terminal, a real broker and
// ingest; the database read beside them.

using System.Diagnostics;
using System.Text.Json;
using Pulsegate.Tests.EndToEnd;

namespace Pulsegate.Tests.Field;

[TestClass]
public sealed class FieldJourneyTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan JourneyLimit = TimeSpan.FromMinutes(3);

    [TestMethod]
    public void BareBoard_ToAUnitThatTheBackendKnows_InUnderThreeMinutes()
    {
        using var field = new FieldCommand();
        var watch = Stopwatch.StartNew();
        string said = field.Succeed("flash");
        StringAssert.Contains(said, "device unprovisioned");
        said += field.Succeed("provision", "install");
        string json = Path.Combine(field.Folder, "record.json");
        said += field.Succeed("selftest", "--json", json);
        Assert.IsLessThan(JourneyLimit, watch.Elapsed);
        StringAssert.Contains(said, "bed-1 works, and the backend knows it");

        JsonElement record = JsonDocument.Parse(File.ReadAllBytes(json)).RootElement;
        Assert.AreEqual("passed", record.GetProperty("result").GetString());
        Assert.AreEqual("bed-1", record.GetProperty("device").GetString());
        Assert.AreEqual(8, record.GetProperty("checks").EnumerateObject().Count());

        // Boots before it, without a backend, have left their own.
        CollectionAssert.AreEqual(new[] { "self-test", "self-test passed" }, field.Notes(7)[^2..]);
        RequireNoSecret(field, said);
    }

    [TestMethod]
    public void ProvisionedUnit_TakesAnotherIdentity_OnlyWithItsButtonPressed()
    {
        using var field = new FieldCommand();
        field.Succeed("flash");
        field.Succeed("provision", "install");
        string identity = field.OnDrive("id", "configuration.json");
        string before = File.ReadAllText(identity);
        string settings = Path.Combine(field.Unit, "configuration.json");
        File.WriteAllText(settings,
            before.Replace("\"commitIntervalSeconds\":10", "\"commitIntervalSeconds\":20"));
        string error = field.Fail("provision", "install");
        StringAssert.Contains(error, "configuration.json on the unit is not the one that was sent");
        StringAssert.Contains(error, "press BOOT");
        Assert.AreEqual(before, File.ReadAllText(identity));

        File.WriteAllBytes(Path.Combine(field.Board, "button"), []);
        field.Succeed("provision", "install");
        Assert.AreNotEqual(before, File.ReadAllText(identity));
    }

    [TestMethod]
    public void Monitor_OfANoisyPort_ShowsWholeLinesOnly()
    {
        using var field = new FieldCommand();
        field.Succeed("flash");
        field.Play("noisy");
        using CommandProcess monitor = field.Start("monitor");
        foreach (string line in new[]
            { "vitals ms=", "banner version=0.1.0 board=Virtual device=unprovisioned" })
        {
            Assert.IsTrue(SpinWait.SpinUntil(() => monitor.Output.Contains(line), Limit), line);
        }

        Assert.AreEqual(0, monitor.Terminate(Limit), monitor.Error);
        Assert.DoesNotContain("*", monitor.Output);
    }

    // Keys by any part of them: a line of 16 characters is no coincidence.
    private static void RequireNoSecret(FieldCommand field, string said)
    {
        JsonElement identity =
            JsonDocument.Parse(File.ReadAllBytes(Path.Combine(field.Unit, "identity.json"))).RootElement;
        string[] secrets =
        [
            identity.GetProperty("upKey").GetString()![..16],
            identity.GetProperty("downKey").GetString()![..16],
            File.ReadAllLines(Path.Combine(field.Unit, "key.pem"))[1][..16], "not-a-secret",
        ];
        foreach (string secret in secrets)
        {
            Assert.DoesNotContain(secret, said);
        }
    }
}
