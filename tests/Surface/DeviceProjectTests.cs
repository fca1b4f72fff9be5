// Goal: what would be flashed is what is checked here: the same package versions as the surface's libraries,
// every project in the solution, the wiring table as the code has it. Method: the project files, the table of
// the v1 API and the documents, read as text.

using System.Diagnostics;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Pulsegate.Surface;

namespace Pulsegate.Tests.Surface;

[TestClass]
public sealed class DeviceProjectTests
{
    private static string[] Boards =>
    [
        .. Directory.GetFiles(
            SurfaceCompiler.RepositoryPath("boards"), "Pins.cs", SearchOption.AllDirectories)
            .Select(path => Path.GetFileName(Path.GetDirectoryName(path))!),
    ];

    private static Dictionary<string, string> Pinned
        => XDocument.Load(SurfaceCompiler.RepositoryPath("nanoFramework.Packages.props"))
            .Descendants("PackageVersion")
            .ToDictionary(item => item.Attribute("Include")!.Value, item => item.Attribute("Version")!.Value);

    internal static string[] Projects
    {
        get
        {
            string solution = File.ReadAllText(SurfaceCompiler.RepositoryPath("nanoFramework.sln"));
            return [.. Regex.Matches(solution, "\"([^\"]+\\.csproj)\"")
                .Select(match => match.Groups[1].Value.Replace('\\', '/'))];
        }
    }

    // With the packages it says nothing, without them one line.
    [TestMethod]
    public void DeviceSolutionWithoutItsPackages_SaysSoOnce()
    {
        var start = new ProcessStartInfo(
            "dotnet",
            ["msbuild", SurfaceCompiler.RepositoryPath("nanoFramework.sln"), "-t:RequireDevicePackages",
                "-nologo",
                "-nodeReuse:false", "-tl:off", "-v:quiet"])
        {
            RedirectStandardOutput = true,
        };
        using Process build = Process.Start(start)!;
        string[] lines = build.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        build.WaitForExit();
        if (build.ExitCode != 0)
        {
            Assert.HasCount(1, lines, string.Join('\n', lines));
            StringAssert.Contains(lines[0], "the device solution is not built: nanoFramework.");
            StringAssert.Contains(lines[0], "dotnet nuget list source");
        }
    }

    [TestMethod]
    public void EveryDeviceProject_IsInTheSolution()
    {
        IEnumerable<string> expected = Boards.Select(board => $"boards/{board}/Pulsegate.{board}.csproj")
            .Append("firmware/Pulsegate.Firmware.csproj")
            .Append("firmware/Display/Pulsegate.Display.csproj")
            .Append("tests/OnDevice/Display/Pulsegate.OnDevice.Display.csproj")
            .Append("tests/OnDevice/Drivers/Pulsegate.OnDevice.Drivers.csproj")
            .Append("tests/OnDevice/Firmware/Pulsegate.OnDevice.Firmware.csproj")
            .Append("tests/OnDevice/Pulsegate.OnDevice.csproj")
            .Append("tests/OnDevice/Signing/Pulsegate.OnDevice.Signing.csproj")
            .Append("firmware/Signing/Pulsegate.Signing.csproj")
            .Concat(Directory.GetDirectories(SurfaceCompiler.RepositoryPath("drivers"))
                .Select(folder => Path.GetFileName(folder))
                .Where(name => name != "Emulation")
                .Select(name => $"drivers/{name}/{name}.csproj"));
        CollectionAssert.AreEquivalent(expected.ToArray(), Projects);
        foreach (string project in Projects)
        {
            Assert.IsTrue(File.Exists(SurfaceCompiler.RepositoryPath(project)), project);
        }
    }

    [TestMethod]
    public void EveryPackageOfADeviceProject_IsPinned()
    {
        foreach (string project in Projects.Append("boards/Esp32/Esp32.props"))
        {
            XDocument file = XDocument.Load(SurfaceCompiler.RepositoryPath(project));
            foreach (XElement reference in file.Descendants("PackageReference"))
            {
                string package = reference.Attribute("Include")!.Value;
                Assert.IsTrue(Pinned.ContainsKey(package), $"{project}: {package}");
            }
        }
    }

    [TestMethod]
    public void PinnedVersions_AreThoseOfTheSurface()
    {
        foreach ((string package, string version) in Pinned)
        {
            string shortName = package["nanoFramework.".Length..];
            ApiAssembly? library = SurfaceCompiler.Table.Assemblies
                .SingleOrDefault(assembly => assembly.Name == package || assembly.Name == shortName);
            if (package == "nanoFramework.CoreLibrary")
            {
                continue;   // mscorlib, whose listed version says nothing
            }

            Assert.IsNotNull(library, $"{package} has no library in the table");
            if (!version.Contains('*'))
            {
                Assert.AreEqual(library.Version, Version.Parse(version + ".0"), package);
            }
        }
    }

    [TestMethod]
    public void WiringTable_SaysWhatThePinsSay()
    {
        string[] readme = File.ReadAllLines(SurfaceCompiler.RepositoryPath("boards/README.md"));
        (string Row, string Pin)[] rows =
        [
            ("| I2C data", "I2cData"), ("| I2C clock", "I2cClock"), ("| light, red", "LightRed"),
            ("| light, green", "LightGreen"), ("| light, blue", "LightBlue"), ("| piezo", "Piezo"),
            ("| button SILENCE", "Silence"), ("| button SEEN", "Acknowledge"),
            ("| button INFO", "Info"), ("| display, data in", "DisplayData"),
            ("| display, clock", "DisplayClock"),
            ("| display, data out", "DisplayBack"), ("| display, select", "DisplaySelect"),
            ("| display, D/C", "DisplayDataCommand"), ("| display, reset", "DisplayReset"),
        ];
        foreach ((string row, string pin) in rows)
        {
            string[] cells = readme.Single(line => line.StartsWith(row, StringComparison.Ordinal)).Split('|');
            foreach (string board in Boards.Where(
                board => board != "Esp32DevKit" || !pin.StartsWith("Display", StringComparison.Ordinal)))
            {
                string pins = File.ReadAllText(SurfaceCompiler.RepositoryPath($"boards/{board}/Pins.cs"));
                string number = Regex.Match(pins, pin + " = ([0-9]+)").Groups[1].Value;
                Assert.AreEqual(cells[board == "Esp32S3" ? 2 : 3].Trim(), number, $"{board}: {pin}");
            }
        }
    }
}
