// Goal: a unit whose keys were renewed over the air keeps the update that it has proved, and takes the next
// one; method: the commands as processes against the virtual board, a real broker and ingest, renewed in
// between.

using System.Text.Json;
using Microsoft.Data.Sqlite;
using Pulsegate.Field.Flash;
using Pulsegate.Tests.EndToEnd;

namespace Pulsegate.Tests.Field;

[TestClass]
public sealed class FieldRenewedUpdateTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(180);
    private const int CommandEvent = 5;

    [TestMethod]
    [TestCategory("Slow")]
    public void RenewedUnit_KeepsItsProgram_AndTakesANewerOne()
    {
        using var field = new FieldCommand();
        field.Succeed("flash");
        field.Succeed("provision", "install");
        field.Succeed("update", "--archive", Archive(field, "Virtual", "0.2.0"));
        string station = Path.Combine(field.Folder, "site", "station");
        string order = Path.Combine(field.Folder, "keys.json");
        Run("provision", "rotate", "bed-1", "--station", station, "--order", order);
        Run("provision", "backend", "ingest-operator", "--station", station, "--out", Operator(field));
        string[] send = ["command", "bed-1", "rotate-keys", order, "--settings", Settings(field),
            "--operator", Operator(field), "--wait", "5"];
        using (CommandProcess board = field.Start("virtualboard"))
        {
            // An order for a boot that is over by now does nothing: again.
            WaitFor(field, "rotate-keys: staged", () => CommandProcess.Run(Limit, send));
            Assert.AreEqual(0, board.Terminate(Limit), board.Error);
        }

        Run("provision", "keyring", "--station", station,
            "--out", Path.Combine(field.Folder, "site", "ingest", "keyring.json"));
        using (CommandProcess board = field.Start("virtualboard"))
        {
            WaitFor(field, "rotate-keys: done", () => Thread.Sleep(200));

            // As with a board on a cable, where no station is at hand.
            (int exitCode, _, string error) = CommandProcess.Run(
                Limit, "update", "--port", Path.Combine(field.Board, "port"), "--board", "Esp32S3",
                "--unit", field.Unit, "--archive", Archive(field, "Esp32S3", "0.3.0"),
                "--state", Path.Combine(field.Folder, "port.json"));
            Assert.AreEqual(1, exitCode);
            StringAssert.Contains(error, "the unit has key version 2");
            StringAssert.Contains(error, "its keys were renewed; say --station FOLDER");
            Assert.AreEqual(0, board.Terminate(Limit), board.Error);
        }

        StringAssert.Contains(field.Succeed("selftest"), "version 0.2.0");
        string archive = Archive(field, "Virtual", "0.3.0");
        StringAssert.Contains(
            field.Fail("update", "--archive", archive, "--station", field.Unit), "there is no");
        StringAssert.Contains(
            field.Succeed("update", "--archive", archive), "bed-1 runs version 0.3.0 and has proved it");
    }

    private static void WaitFor(FieldCommand field, string note, Action meanwhile)
    {
        Assert.IsTrue(
            SpinWait.SpinUntil(
                () =>
                {
                    meanwhile();
                    try
                    {
                        return field.Notes(CommandEvent).Contains(note);
                    }
                    catch (SqliteException)
                    {
                        return false;   // being opened by the ingest at this moment
                    }
                },
                Limit),
            note + " never came");
    }

    private static void Run(params string[] arguments)
    {
        (int exitCode, string output, string error) = CommandProcess.Run(Limit, arguments);
        Assert.AreEqual(0, exitCode, output + error);
    }

    private static string Operator(FieldCommand field) => Path.Combine(field.Folder, "operator");

    private static string Settings(FieldCommand field)
    {
        string folder = Path.Combine(field.Folder, "site");
        int port = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(field.Unit, "configuration.json")))
            .RootElement.GetProperty("brokerPort").GetInt32();
        string path = Path.Combine(field.Folder, "ingest.json");
        File.WriteAllText(path, JsonSerializer.Serialize(new
        {
            brokerPort = port,
            caFile = Path.Combine(folder, "ingest", "ca.pem"),
            certificateFile = Path.Combine(folder, "ingest", "cert.pem"),
            keyFile = Path.Combine(folder, "ingest", "key.pem"),
            keyringFile = Path.Combine(folder, "ingest", "keyring.json"),
            databaseFile = Path.Combine(folder, "pulsegate.db"),
        }));
        return path;
    }

    private static string Archive(FieldCommand field, string board, string version)
    {
        string archive = Path.Combine(field.Folder, "archive-" + version);
        BoardArchive.Write(archive, board, version, "T", DeploymentImage.MakeVirtual(version, 20_000));
        return archive;
    }
}
