// Goal: whatever the field tools are given or however they are stopped, they end in one line that says what
// to do, leave no secret, and go on afterwards; method: the commands as processes with wrong ports, archives
// and folders, and with a flashing tool that leaves a mark when it is let loose.

using System.Diagnostics;
using Pulsegate.Field.Flash;
using Pulsegate.Field.Port;
using Pulsegate.Tests.EndToEnd;

namespace Pulsegate.Tests.Field;

[TestClass]
public sealed class FieldHostileTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);
    private readonly string _folder = Directory.CreateTempSubdirectory("pulsegate hostile ").FullName;

    private string Mark => Path.Combine(_folder, "mark");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // The tool would have written to it.
    [TestMethod]
    [DataRow("/dev/pulsegate-none", "there is no port /dev/pulsegate-none: plug the board in")]
    [DataRow("/dev/null", "/dev/null is no serial port")]
    [DataRow("/etc/hostname", "/etc/hostname is no serial port")]
    [DataRow("/tmp", "/tmp cannot be opened as a port")]
    [DataRow("", "name the board's port: --port /dev/ttyUSB0")]
    public void WrongPort_IsRefused_BeforeTheFlashingToolIsLetLoose(string port, string message)
    {
        BoardArchive.Write(Path.Combine(_folder, "archive"), "Esp32S3", "0.1.0", "T",
            DeploymentImage.MakeVirtual("0.1.0", 0));
        StringAssert.Contains(Fail("flash", "--board", "Esp32S3", "--port", port, "--state", State,
            "--archive", Path.Combine(_folder, "archive")), message);
        Assert.IsFalse(File.Exists(Mark));
    }

    // A terminal that has hung up is readable for ever, and empty.
    [TestMethod]
    public void UnpluggedBoard_EndsTheMonitor_AndSaysSo()
    {
        SerialPort board = SerialPort.CreatePseudoTerminal();
        using Process monitor = Start(["monitor", "--port", board.Path, "--seconds", "600"]);
        string output = "";
        try
        {
            var buffer = new byte[64];
            Assert.IsTrue(
                SpinWait.SpinUntil(() => monitor.HasExited || board.Read(buffer, 20) > 0, Limit), "no ping");
            board.Dispose();
            Assert.IsTrue(monitor.WaitForExit(Limit), "it goes on without a board");
            output = monitor.StandardError.ReadToEnd();
            Assert.AreEqual(1, monitor.ExitCode, output);
            StringAssert.Contains(output, $"{board.Path} has gone: plug the board in again");
        }
        finally
        {
            monitor.Kill(entireProcessTree: true);
            board.Dispose();
        }
    }

    [TestMethod]
    public void SecondCommandOnAPort_IsRefused()
    {
        BoardArchive.Write(Path.Combine(_folder, "archive"), "Esp32S3", "0.1.0", "T",
            DeploymentImage.MakeVirtual("0.1.0", 0));
        using SerialPort board = SerialPort.CreatePseudoTerminal();
        using SerialPort keeper = SerialPort.Keep(board.Path);
        string[] arguments = ["flash", "--board", "Esp32S3", "--port", board.Path, "--state", State,
            "--archive", Path.Combine(_folder, "archive")];
        using Process first = Start(arguments);
        try
        {
            Assert.IsTrue(SpinWait.SpinUntil(() => File.Exists(Mark), Limit));
            StringAssert.Contains(Fail(arguments), $"another command works on {board.Path}");
        }
        finally
        {
            first.Kill(entireProcessTree: true);
            first.WaitForExit();
        }
    }

    [TestMethod]
    [DataRow("null")]
    [DataRow("{}")]
    [DataRow("{\"board\":null,\"version\":null,\"target\":null,\"image\":null,\"sha256\":null}")]
    [DataRow("{\"board\":\n\"Virtual\",")]
    [DataRow("")]
    public void ArchiveThatIsDamaged_IsOneLine(string manifest)
    {
        string archive = Path.Combine(_folder, "archive");
        Directory.CreateDirectory(Path.Combine(archive, "Virtual"));
        File.WriteAllText(Path.Combine(archive, "Virtual", "manifest.json"), manifest);
        using var field = new FieldCommand();
        StringAssert.Contains(field.Fail("flash", "--archive", archive), "take the archive again");
    }

    [TestMethod]
    public void ArchiveThatIsNotThere_IsOneLineThatSaysHowToMakeIt()
    {
        using var field = new FieldCommand();
        string none = Path.Combine(_folder, "none");
        StringAssert.Contains(
            field.Fail("flash", "--archive", none), $"there is no archive {none}: make it with");
    }

    [TestMethod]
    public void RecordThatCannotBeWritten_IsSaidBeforeTheTest()
    {
        using var field = new FieldCommand();
        string error = field.Fail("selftest", "--json", Path.Combine(_folder, "none", "record.json"));
        StringAssert.Contains(error, "the record cannot be written to");
        StringAssert.Contains(
            field.Fail("flash", "--state", "/proc/none/state"), "name another file with --state");
    }

    [TestMethod]
    [DataRow("0")]
    [DataRow("-4")]
    public void MonitorForNoTime_IsRefused(string seconds)
    {
        (int exitCode, _, string error) =
            CommandProcess.Run(Limit, "monitor", "--virtual", "--seconds", seconds);
        Assert.AreEqual(2, exitCode);
        StringAssert.Contains(error, "--seconds must be 1 to");
    }

    // Ctrl-C in the middle of the keys: nothing of them is left, the tool is ended with the command, and the
    // same command goes on. All of it in a folder with blanks.
    [TestMethod]
    [TestCategory("Slow")]
    public void InstallThatIsStopped_LeavesNothing_AndIsTakenUpAgain()
    {
        using var field = new FieldCommand(Path.Combine(_folder, "a board"));
        field.Succeed("flash");
        field.Play("tool-hangs");
        string state = Path.Combine(field.Folder, "state.json");
        using (CommandProcess install = field.Start("provision", "install"))
        {
            Assert.IsTrue(SpinWait.SpinUntil(() => FieldInstallTests.Scratch(field).Length > 0, Limit));
            Assert.AreEqual(1, install.Terminate(Limit));
            StringAssert.Contains(install.Error, "provision install: stopped in 'files'");
            StringAssert.Contains(install.Error, "the same command goes on from here");
        }

        Assert.IsEmpty(FieldInstallTests.Scratch(field));
        field.Mend("tool-hangs");
        field.Succeed("provision", "install");
        StringAssert.Contains(field.Succeed("selftest"), "passed in");
        Assert.IsFalse(File.Exists(state));
    }

    private string State => Path.Combine(_folder, "state.json");

    private string Fail(params string[] arguments)
    {
        using Process process = Start(arguments);
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(1, process.ExitCode, error);
        Assert.AreEqual(1, error.Trim().Split('\n').Length, error);
        return error;
    }

    // With a flashing tool that leaves a mark and then takes its time.
    private Process Start(string[] arguments)
    {
        string tool = Path.Combine(_folder, "nanoff");
        if (!File.Exists(tool))
        {
            File.WriteAllText(tool, $"#!/bin/sh\ntouch '{Mark}'\nexec sleep 300\n");
            File.SetUnixFileMode(tool, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        var start = new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "pulsegate.dll"), .. arguments])
        {
            RedirectStandardError = true,
        };
        start.Environment["PULSEGATE_NANOFF"] = tool;
        return Process.Start(start)!;
    }
}
