// Goal: an identity belongs to one store, and nothing secret is left behind; method: the commands as
// processes against the virtual board, erased between them, or killed while they hold the password.

using Pulsegate.Provisioning;
using Pulsegate.Tests.EndToEnd;

namespace Pulsegate.Tests.Field;

[TestClass]
public sealed class FieldInstallTests
{
    // Two stores under one epoch, and the backend believes neither.
    [TestMethod]
    [TestCategory("Slow")]
    public void ErasedUnit_IsNotGivenItsOldFolderAgain()
    {
        using var field = new FieldCommand();
        field.Succeed("flash");
        field.Succeed("provision", "install");
        uint before = DeviceIdentity.Load(Path.Combine(field.Unit, DeviceIdentity.FileName)).EpochUpper;
        field.Succeed("flash", "--erase");
        string error = field.Fail("provision", "install", "--unit", field.Unit);
        StringAssert.Contains(error, "was installed before, and this unit is empty");
        StringAssert.Contains(error, "provision rotate bed-1 --station STATION --new-store");
        field.Succeed("provision", "install");   // the virtual board's own station does it by itself
        Assert.AreNotEqual(
            before, DeviceIdentity.Load(Path.Combine(field.Unit, DeviceIdentity.FileName)).EpochUpper);
        field.Succeed("selftest");
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void InstallThatIsKilled_LeavesNoPasswordBehind_OnceItHasRunAgain()
    {
        using var field = new FieldCommand();
        field.Succeed("flash");
        field.Play("tool-hangs");
        using (CommandProcess install = field.Start("provision", "install"))
        {
            Assert.IsTrue(SpinWait.SpinUntil(() => Scratch(field).Length > 0, TimeSpan.FromSeconds(120)));
            install.KillTree();
        }

        Assert.AreEqual((UnixFileMode)0b111_000_000, File.GetUnixFileMode(Scratch(field).Single()));
        field.Mend("tool-hangs");
        field.Succeed("provision", "install");
        Assert.IsEmpty(Scratch(field));
        Assert.AreEqual(
            UnixFileMode.UserRead | UnixFileMode.UserWrite,
            File.GetUnixFileMode(Path.Combine(field.Board, "flash.bin")));
    }

    /// <summary>Folders of secrets that a command has made.</summary>
    internal static string[] Scratch(FieldCommand field)
    {
        string? session = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
        return
        [
            .. new[] { field.Folder, session }.Where(Directory.Exists)
                .SelectMany(folder => Directory.GetDirectories(folder!, "*pulsegate-*")),
        ];
    }
}
