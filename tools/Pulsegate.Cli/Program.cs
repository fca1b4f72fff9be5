// The commands behind ./pulsegate. Errors are one line on stderr; exit code 0 only on success.

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using Pulsegate.Cli.Cluster;
using Pulsegate.Cli.Database;
using Pulsegate.Cli.Device;
using Pulsegate.Cli.Field;
using Pulsegate.Cli.Field.Virtual;
using Pulsegate.Cli.Fleet;
using Pulsegate.Provisioning;
using Spectre.Console;

namespace Pulsegate.Cli;

internal static partial class Program
{
    private const int FailureExitCode = 1;
    private const int UsageExitCode = 2;

    private static int Main(string[] arguments)
    {
        AnsiConsole.Profile.Capabilities.Ansi &= !Console.IsOutputRedirected;
        var root = new RootCommand(
            "Pulsegate: bedside pulse oximetry gateway, on this machine. Not a medical device.")
        {
            DemoCommand.Create(),
            ReplayCommand.Create(),
            EvaluateCommand.Create(),
            GatewayCommand.Create(),
            IngestCommand.Create(),
            ForwardCommand.Create(),
            ClusterCommand.Create(),
            DatabaseCommand.Create(),
            FleetCommand.Create(),
            FleetPart.Create(),
            ProvisionCommand.Create(),
            CommandCommand.Create(),
            ImageCommand.Create(),
            FlashCommand.Create(),
            UpdateCommand.Create(),
            SelfTestCommand.Create(),
            MonitorCommand.Create(),
            VirtualBoardCommand.Create(),
            VirtualNanoffCommand.Create(),
            ServeCommand.Create(),
            TokenCommand.Create(),
            DecodeCommand.Create(),
            BenchCommand.Create(),
            SimulateCommand.Create(),
            SbomCommand.Create(),
            TestCommand.Create(),
        };
        ParseResult result = root.Parse(arguments.Length == 0 ? ["--help"] : arguments);
        if (result.Errors.Count > 0)
        {
            string command = NameOf(result.CommandResult);
            ParseError error = result.Errors.FirstOrDefault(
                error => error.Message.StartsWith("Unrecognized", StringComparison.Ordinal))
                    ?? result.Errors[0];
            Console.Error.WriteLine(
                $"pulsegate: {Printable.Line(InWords(error.Message.Replace("\t", "")))} (see "
                    + $"./pulsegate{command} --help)");
            return UsageExitCode;
        }

        try
        {
            return result.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (Exception exception) when (Environment.GetEnvironmentVariable("PULSEGATE_TRACE") != "1")
        {
            Exception cause = exception is AggregateException aggregate
                ? aggregate.GetBaseException() : exception;
            string kind = cause switch
            {
                CommandException or ProvisioningException => "",
                IOException or UnauthorizedAccessException => "cannot be read or written: ",
                _ => cause.GetType().Name + ": ",
            };
            Console.Error.WriteLine($"pulsegate: {kind}{Printable.Line(cause.Message)}");
            return FailureExitCode;
        }
    }

    // The parser names .NET's types; whoever types a command does not know them.
    private static string InWords(string message)
    {
        Match match = TypeError().Match(message);
        string type = match.Groups[3].Value;
        string expected = type.Contains("Int32") ? $"a whole number up to {int.MaxValue}"
            : type.Contains("Int") ? "a whole number"
            : type.Contains("Double") ? "a number" : "something else";
        return match.Success
            ? $"{match.Groups[2].Value} must be {expected}, not '{match.Groups[1].Value}'" : message;
    }

    [GeneratedRegex("^Cannot parse argument '(.*)' for (?:option|command) '(.*)' as expected type '(.*)'\\.$",
        RegexOptions.Singleline)]
    private static partial Regex TypeError();

    // With the commands that it belongs to; nothing for the root.
    private static string NameOf(CommandResult command)
        => command.Parent is CommandResult parent ? NameOf(parent) + " " + command.Command.Name : "";
}
