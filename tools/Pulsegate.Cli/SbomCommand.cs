// `sbom`: the bill of materials. The build runs it too, and leaves it beside the program.

using System.CommandLine;

namespace Pulsegate.Cli;

internal static class SbomCommand
{
    public static Command Create()
    {
        var output = new Option<string?>("--out")
            { Description = "write to this file (default: standard output)", HelpName = "FILE" };
        var command = new Command("sbom", "what this is made of, as CycloneDX JSON") { output };
        command.SetAction(result => Run(result.GetValue(output)));
        return command;
    }

    private static int Run(string? output)
    {
        string text = Sbom.Make(ProjectFolder.Root);
        if (output is null)
        {
            Console.Write(text);
            return 0;
        }

        try
        {
            File.WriteAllText(output, text);
            return 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{output}: cannot be written: {exception.Message}");
        }
    }
}
