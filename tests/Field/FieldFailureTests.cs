// Goal: what people complain about when they flash and provision is noticed here, in one line that says what
// to do, and the same command goes on once it is mended; method: each failure played by the virtual board or
// its flashing tool.

using System.Diagnostics;
using System.Text.RegularExpressions;
using Pulsegate.Field.Port;
using Pulsegate.Tests.EndToEnd;

namespace Pulsegate.Tests.Field;

[TestClass]
public sealed partial class FieldFailureTests
{
    // nanoFramework/Home 1737: "OK", and the old program starts.
    [TestMethod]
    public void ToolSaysOk_AndFlashesNothing_IsNoticed_AndGoesOn()
    {
        using var field = new FieldCommand();
        field.Play("not-flashed");
        string error = field.Fail("flash");
        StringAssert.Contains(
            error, "nanoff said OK, but the flash at 0x1B0000 is not what was to be written");
        field.Mend("not-flashed");
        string said = field.Succeed("flash");
        StringAssert.Contains(said, "[1/7] firmware: done before");
        Assert.DoesNotContain("program: done before", said);
    }

    // Home 1835: flashed beside the partition, hash verified, program silently absent.
    [TestMethod]
    public void ImageAtAWrongAddress_IsNoticed()
    {
        using var field = new FieldCommand();
        field.Play("wrong-address");
        StringAssert.Contains(field.Fail("flash"), "the flash at 0x1B0000 is not what was to be written");
    }

    // The runtime of another age loads none of the program, and says so only to who listens.
    [TestMethod]
    public void FirmwareOfAnotherAge_IsRefusedBeforeTheProgramIsWritten_AndFlashedAnew()
    {
        using var field = new FieldCommand();
        field.Play("other-firmware");
        string error = field.Fail("flash");
        StringAssert.Contains(
            error, "System.Net needs native code 6DFA71D6, the firmware has 8EFB9944 (100.2.0.14)");
        StringAssert.Contains(error, "for one that does not fit, see docs/field-guide.md");
        field.Mend("other-firmware");
        string said = field.Succeed("flash");
        Assert.DoesNotContain("firmware: done before", said);
        StringAssert.Contains(said, "[3/7] libraries: OK");
    }

    [TestMethod]
    public void ImageCutShort_IsNoticedWhereItEnds()
    {
        using var field = new FieldCommand();
        field.Play("cut-image");
        // half of 100 000, in its sector
        StringAssert.Contains(field.Fail("flash"), "nanoff said OK, but the flash at 0x1BC000");
    }

    [TestMethod]
    public void OldVersionThatStarts_IsNotTakenForTheNew()
    {
        using var field = new FieldCommand();
        field.Succeed("flash");
        string archive = Path.Combine(field.Folder, "archive");
        Pulsegate.Field.Flash.BoardArchive.Write(
            archive, "Virtual", "9.9.9", "VIRTUAL",
            Pulsegate.Field.Flash.DeploymentImage.MakeVirtual("0.0.1", 5000));
        StringAssert.Contains(
            field.Fail("flash", "--archive", archive), "says it runs version 0.0.1, the archive has 9.9.9");
    }

    [TestMethod]
    public void DamagedArchive_IsRefusedBeforeTheBoardIsTouched()
    {
        using var field = new FieldCommand();
        string archive = Path.Combine(field.Folder, "archive");
        Pulsegate.Field.Flash.BoardArchive.Write(
            archive, "Virtual", "0.1.0", "VIRTUAL",
            Pulsegate.Field.Flash.DeploymentImage.MakeVirtual("0.1.0", 5000));
        string image = Path.Combine(archive, "Virtual", "Virtual.bin");
        File.WriteAllBytes(image, File.ReadAllBytes(image)[..^1]);
        StringAssert.Contains(field.Fail("flash", "--archive", archive), "is not what manifest.json says");
        Assert.IsFalse(File.Exists(Path.Combine(field.Board, "flash.bin")));
    }

    [TestMethod]
    public void ToolThatFails_IsNamedWithItsOwnWords()
    {
        using var field = new FieldCommand();
        field.Play("tool-fails");
        string error = field.Fail("flash");
        StringAssert.Contains(error, "Error E4000: Error executing esptool command.");
        StringAssert.Contains(error, "Next: hold BOOT");
    }

    // The cable is pulled while the program is written: the next run goes on behind the firmware.
    [TestMethod]
    public void CutInTheMiddle_IsTakenUpAgain()
    {
        using var field = new FieldCommand();
        field.Play("tool-dies");
        StringAssert.Contains(field.Fail("flash"), "'program' failed");
        field.Mend("tool-dies");
        string said = field.Succeed("flash");
        StringAssert.Contains(said, "[1/7] firmware: done before");
        StringAssert.Contains(said, "runs version 0.1.0");
    }

    // Home 1418: nearly four minutes without a word. And the command itself may be killed.
    [TestMethod]
    public void LongStep_SaysWhereItStands_AndAKilledCommandIsTakenUpAgain()
    {
        using var field = new FieldCommand();
        field.Play("tool-hangs");
        using (CommandProcess flash = field.Start("flash"))
        {
            bool isTold = SpinWait.SpinUntil(
                () => Standing().IsMatch(flash.Output), TimeSpan.FromSeconds(120));
            flash.KillTree();
            Assert.IsTrue(isTold, flash.Output);
        }

        field.Mend("tool-hangs");
        StringAssert.Contains(field.Succeed("flash"), "runs version 0.1.0");
    }

    [TestMethod]
    public void FileThatIsNoPort_IsOneLine()
    {
        (int exitCode, _, string error) =
            CommandProcess.Run(TimeSpan.FromSeconds(120), "selftest", "--port", "/dev/null");
        Assert.AreEqual(1, exitCode);
        StringAssert.Contains(error, "/dev/null is no serial port");
        StringAssert.Contains(error, "look for the board's with: ls /dev/ttyUSB* /dev/ttyACM*");
    }

    [TestMethod]
    public void PortThatAnotherProgramHas_IsOneLine()
    {
        using SerialPort board = SerialPort.CreatePseudoTerminal();
        using SerialPort other = SerialPort.Open(board.Path);
        Assert.ThrowsExactly<PortException>(() => SerialPort.Open(board.Path));
        (int exitCode, _, string error) =
            CommandProcess.Run(TimeSpan.FromSeconds(120), "selftest", "--port", board.Path);
        Assert.AreEqual(1, exitCode);
        StringAssert.Contains(error, $"{board.Path} is in use by another program: end it");
    }

    [TestMethod]
    public void BoardThatAnotherCommandHas_IsOneLine()
    {
        using var field = new FieldCommand();
        File.WriteAllText(Path.Combine(field.Board, "lock"), "");
        using FileStream held = File.Open(
            Path.Combine(field.Board, "lock"), FileMode.Open, FileAccess.Write, FileShare.None);
        StringAssert.Contains(field.Fail("flash"), "is in use by another command");
    }

    // Home 1019 and others: nothing found on the port.
    [TestMethod]
    [TestCategory("Slow")]
    public void BoardThatDoesNotAnswer_IsNoticedWithinItsLimit()
    {
        using var field = new FieldCommand();
        field.Play("silent");
        StringAssert.Contains(field.Fail("flash"), "nothing answers on the port");
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void RuntimeWithoutAProgram_IsNoticed()
    {
        using var field = new FieldCommand();
        field.Play("mute");
        StringAssert.Contains(field.Fail("flash"), "the runtime answers and no program speaks");
    }

    [TestMethod]
    public void FileThatTheToolCouldNotWrite_IsNoticed_ThoughItEndsWithSuccess()
    {
        using var field = new FieldCommand();
        field.Succeed("flash");
        field.Play("file-lost");
        StringAssert.Contains(field.Fail("provision", "install"), "Error deploying content file");
        Assert.IsFalse(File.Exists(field.OnDrive("id", "identity.json")));
    }

    [TestMethod]
    public void FileThatArrivesCut_IsNotTaken()
    {
        using var field = new FieldCommand();
        field.Succeed("flash");
        field.Play("file-damaged");
        StringAssert.Contains(field.Fail("provision", "install"), "it has not taken the new identity");
        Assert.IsFalse(File.Exists(field.OnDrive("id", "identity.json")));
        field.Mend("file-damaged");
        field.Succeed("provision", "install");
    }

    [TestMethod]
    public void MissingPort_IsOneLine()
    {
        using var field = new FieldCommand();
        (int exitCode, _, string error) = CommandProcess.Run(
            TimeSpan.FromSeconds(120), "selftest", "--port", "/dev/pulsegate-none");
        Assert.AreEqual(1, exitCode);
        StringAssert.Contains(error, "there is no port /dev/pulsegate-none: plug the board in");
    }

    [TestMethod]
    public void MissingTool_IsOneLineThatSaysHowToGetIt()
    {
        var start = new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "pulsegate.dll"), "flash", "--board", "Esp32S3",
            "--port", "/dev/null"])
        {
            RedirectStandardError = true,
        };
        start.Environment["PULSEGATE_NANOFF"] = "/nowhere/nanoff";
        using Process flash = Process.Start(start)!;
        string error = flash.StandardError.ReadToEnd();
        flash.WaitForExit();
        Assert.AreEqual(1, flash.ExitCode);
        StringAssert.Contains(error, "nanoff is missing: dotnet tool install -g nanoff");
    }

    [TestMethod]
    [TestCategory("Slow")]
    [DataRow("no-thermometer", "thermometer")]
    [DataRow("swapped", "order")]
    [DataRow("flash-fails", "flash")]
    public void EachMissOfTheSelfTest_IsNamed_AndFails(string fault, string check)
    {
        using var field = new FieldCommand();
        field.Succeed("flash");
        field.Succeed("provision", "install");
        field.Play(fault);
        (int exitCode, string output, _) = field.Run("selftest");
        Assert.AreEqual(1, exitCode, output);
        StringAssert.Contains(output, $"FAILED {check}: failed. Next: ");
    }

    // What never comes about fails when the unit's 90 s are over (SelfTestTests); whoever does not want to
    // wait for that gets what is known by then.
    [TestMethod]
    [TestCategory("Slow")]
    [DataRow("no-oximeter", "oximeter: failed")]
    [DataRow("no-finger", "order: undecided")]
    [DataRow("no-network", "network: undecided")]
    [DataRow("no-time", "time: undecided")]
    [DataRow("no-ingest", "backend: undecided")]
    public void WhatIsUndecidedAtTheLimit_IsNamed_AndFails(string fault, string outcome)
    {
        using var field = new FieldCommand();
        field.Succeed("flash");
        field.Succeed("provision", "install");
        field.Play(fault);
        (int exitCode, string output, _) = field.Run("selftest", "--limit", "20");
        Assert.AreEqual(1, exitCode, output);
        StringAssert.Contains(output, $"FAILED {outcome}");
        Assert.DoesNotContain("passed in", output);
    }

    [GeneratedRegex(@"\[1/7\] firmware: \d+ s of at most 600 s: Reading config partition\.\.\.")]
    private static partial Regex Standing();
}
