// Goal: a violation stops the build, not only a test. Method: a throw-away project with the surface's own
// props and targets, built by the SDK.

using System.Diagnostics;
using Pulsegate.Tests.Surface;

namespace Pulsegate.Tests.SubsetCheck;

[TestClass]
public sealed class BuildFailsTests
{
    private const int BuildTimeoutMs = 120_000;

    [TestMethod]
    [DataRow("class C { string M() => \"a\".Replace(\"a\", \"b\"); }", "Planted.cs(1,", "error CS1061")]
    [DataRow("class C { string M(System.DayOfWeek day) => day.ToString(); }", "Planted.cs(1)", "error PG05")]
    [DataRow("class C { int M() => 1; }", "Build succeeded", "")]
    public void Build_FailsOnAPlantedViolationOnly(string source, string where, string error)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("pulsegate-planted-");
        try
        {
            string surface = SurfaceCompiler.RepositoryPath("boards/Surface");
            File.WriteAllText(Path.Combine(folder.FullName, "Planted.cs"), source);
            File.WriteAllText(Path.Combine(folder.FullName, "Planted.csproj"), $"""
                <Project Sdk="Microsoft.NET.Sdk">
                  <Import Project="{surface}/Surface.props" />
                  <ItemGroup><Compile Include="Planted.cs" /></ItemGroup>
                  <Import Project="{surface}/Surface.targets" />
                </Project>
                """);
            (int exitCode, string output) = Build(folder.FullName);
            Assert.AreEqual(error.Length == 0, exitCode == 0, output);
            StringAssert.Contains(output, where);
            StringAssert.Contains(output, error);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static (int ExitCode, string Output) Build(string folder)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (
            string argument in new[
                ] { "build", "-nologo", "-nodeReuse:false", "-p:UseSharedCompilation=false", "-tl:off" })
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        if (!process.WaitForExit(BuildTimeoutMs))
        {
            process.Kill(entireProcessTree: true);
        }

        return (process.ExitCode, output + errors.Result);
    }
}
