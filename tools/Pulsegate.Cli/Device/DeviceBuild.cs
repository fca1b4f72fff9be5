// `dotnet build` of what runs on the device. Where the platform's packages cannot be had, that is one line.

using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Pulsegate.Cli.Device;

/// <summary>Builds a project or solution of the device.</summary>
internal static partial class DeviceBuild
{
    private const int NamedCountMax = 3;

    /// <summary>Builds it.</summary>
    /// <exception cref="CommandException">It could not be built: one line that says which packages are
    /// missing, or what the compiler said first.</exception>
    public static void Run(string project)
    {
        string[] arguments =
            ["build", project, "-c", "Release", "--nologo", "-v", "quiet", "-nodeReuse:false", "-tl:off"];
        using Process build =
            Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
        string output = build.StandardOutput.ReadToEnd();
        build.WaitForExit();
        if (build.ExitCode != 0)
        {
            throw new CommandException(Explain(output));
        }
    }

    /// <summary>What a failed build comes down to.</summary>
    internal static string Explain(string output)
    {
        string[] missing =
        [
            .. MissingPackage().Matches(output).Select(match => match.Groups[1].Value).Distinct().Order(),
        ];
        if (missing.Length > 0)
        {
            string more = missing.Length > NamedCountMax ? $" and {missing.Length - NamedCountMax} more" : "";
            string reason = Unreachable().IsMatch(output)
                ? "the package source cannot be reached" : "no package source in use has them";
            return $"not built: {string.Join(", ", missing.Take(NamedCountMax))}{more}: {reason}. Next: "
                + "dotnet nuget list source; they are on the public package source";
        }

        Match error = FirstError().Match(output);
        return "not built: " + (
            error.Success ? error.Groups[1].Value.Trim() : "dotnet build failed and named no error");
    }

    // NU1101, NU1102, NU1103: a package; NU1301: its source; MSB4236: the SDK, which is a package too.
    [GeneratedRegex(@"(?:NU110[123]: Unable to find (?:a stable )?package |The SDK ')(\w+(?:\.\w+)*)")]
    private static partial Regex MissingPackage();

    [GeneratedRegex("NU1301|Unable to load the service index|Name or service not known")]
    private static partial Regex Unreachable();

    [GeneratedRegex(@": error (.*?)(?: \[[^\]]*\])?\r?$", RegexOptions.Multiline)]
    private static partial Regex FirstError();
}
