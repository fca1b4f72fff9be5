// Goal: the library packs without a network, and the package alone is enough. Method: `dotnet pack` of what
// was built, then the sample compiled and run against the package, with no other source of packages.

using System.Diagnostics;
using System.IO.Compression;
using System.Xml.Linq;
using Pulsegate.Tests.Batch;

namespace Pulsegate.Tests.Client;

[TestClass]
public sealed class PackageTests
{
    [TestMethod]
    [TestCategory("Slow")]
    public void ThePackage_NeedsNothingButTheBaseClassLibrary_AndRunsTheSample()
    {
        using var fixture = new ConsumerFixture();
        string packages = Path.Combine(fixture.Folder, "packages");
        Dotnet(
            fixture.Folder, "pack", Path.GetDirectoryName(
                ProjectFile.Find("tools/Client/Pulsegate.Client.csproj"))!, "-c", "Release",
            "--no-build", "-o", packages, "--nologo");
        string package = Directory.GetFiles(packages, "Pulsegate.Client.*.nupkg").Single();
        CheckContent(package);

        string project = Path.Combine(fixture.Folder, "user");
        Directory.CreateDirectory(project);
        File.Copy(ProjectFile.Find("samples/Consumer/Program.cs"), Path.Combine(project, "Program.cs"));
        File.WriteAllText(Path.Combine(project, "nuget.config"), $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{fixture.Folder}/cache" /></config>
              <packageSources><clear /><add key="local" value="{packages}" /></packageSources>
            </configuration>
            """);
        File.WriteAllText(Path.Combine(project, "user.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><UseAppHost>false</UseAppHost>
                <Nullable>enable</Nullable><ImplicitUsings>enable</ImplicitUsings>
              </PropertyGroup>
              <ItemGroup><PackageReference Include="Pulsegate.Client" Version="{Version(package)}" /></ItemGroup>
            </Project>
            """);
        Dotnet(project, "build", "-c", "Release", "-o", Path.Combine(project, "out"), "--nologo",
            "-nodeReuse:false");

        File.WriteAllLines(fixture.Batches, [fixture.Seal(1)]);
        string output = Dotnet(project, Path.Combine(project, "out", "user.dll"), fixture.Keyring,
            fixture.Batches);
        StringAssert.Contains(output, "SpO2 90 % (Uncalibrated), pulse 90.1 /min (Uncalibrated)");
    }

    private static void CheckContent(string package)
    {
        using ZipArchive archive = ZipFile.OpenRead(package);
        string[] names = [.. archive.Entries.Select(entry => entry.FullName)];
        foreach (string name in new[]
        {
            "README.md", "lib/net10.0/Pulsegate.Client.dll", "lib/net10.0/Pulsegate.Device.dll",
            "lib/net10.0/Pulsegate.StandIns.dll",
            "ref/net10.0/Pulsegate.Client.dll", "ref/net10.0/Pulsegate.Client.xml",
            "ref/net10.0/Pulsegate.Device.dll",
        })
        {
            CollectionAssert.Contains(names, name);
        }

        CollectionAssert.DoesNotContain(names, "ref/net10.0/Pulsegate.StandIns.dll");
        using Stream nuspec = archive.Entries.Single(entry => entry.Name == "Pulsegate.Client.nuspec").Open();
        Assert.IsFalse(XDocument.Load(nuspec).Descendants().Any(element
            => element.Name.LocalName == "dependency"));
    }

    private static string Version(string package)
        => Path.GetFileNameWithoutExtension(package)["Pulsegate.Client.".Length..];

    private static string Dotnet(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode,
            $"dotnet {string.Join(' ', arguments)}: {output} {error.Result}");
        return output;
    }
}
