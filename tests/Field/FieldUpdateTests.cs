// Goal: a unit takes a newer program from the cable, proves it to the backend, and goes back when it does not
// come up; method: the commands as processes against the virtual board, a real broker and ingest.

using Pulsegate.Field.Flash;

namespace Pulsegate.Tests.Field;

[TestClass]
public sealed class FieldUpdateTests
{
    [TestMethod]
    [TestCategory("Slow")]
    public void NewerProgram_IsTried_Proved_AndKept_AndOneThatDoesNotComeUpIsGivenUp()
    {
        using var field = new FieldCommand();
        field.Succeed("flash");
        field.Succeed("provision", "install");
        StringAssert.Contains(Update(field, "0.2.0"), "bed-1 runs version 0.2.0 and has proved it");
        StringAssert.Contains(field.Succeed("selftest"), "version 0.2.0");
        CollectionAssert.AreEqual(new[] { "on trial: 0.2.0", "proved: 0.2.0" }, field.Notes(8));

        string archive = Archive(field, "0.1.5");
        StringAssert.Contains(
            field.Fail("update", "--archive", archive), "0.1.5 is not newer, and an update only goes up");

        field.Play("bad-update");
        archive = Archive(field, "0.3.0");
        string error = field.Fail("update", "--archive", archive);
        StringAssert.Contains(
            error, "the unit runs version 0.2.0: it has refused the update, or the update did not come up");
        StringAssert.Contains(field.Succeed("selftest"), "version 0.2.0");
        StringAssert.Contains(string.Join('\n', field.Notes(8)), "given up: 0.3.0");
    }

    private static string Update(FieldCommand field, string version)
        => field.Succeed("update", "--archive", Archive(field, version));

    private static string Archive(FieldCommand field, string version)
    {
        string archive = Path.Combine(field.Folder, "archive-" + version);
        BoardArchive.Write(archive, "Virtual", version, "VIRTUAL",
            DeploymentImage.MakeVirtual(version, 20_000));
        return archive;
    }
}
