// `command`: tells one unit to do something, and prints its signed answer.

using System.CommandLine;
using Pulsegate.Alarms;
using Pulsegate.Commands;
using Pulsegate.Ingest;
using Pulsegate.Ingest.Format;
using Command = System.CommandLine.Command;

namespace Pulsegate.Cli;

internal static class CommandCommand
{
    private const int AnswerSecondsDefault = 30;
    private const int WaitSecondsMax = 24 * 60 * 60;
    private const int NoAnswerExitCode = 1;

    public static Command Create()
    {
        var device = new Argument<string>("DEVICE") { Description = "device id" };
        var words = new Argument<string[]>("COMMAND")
        {
            Description = "identify | health | reboot | set-commit-interval SECONDS | set-limit CONDITION "
                + "LIMIT DELAY_SECONDS | "
                + "rotate-keys FILE | renew-certificate FILE | set-authorities FILE",
            Arity = ArgumentArity.OneOrMore,
        };
        var settings = new Option<string>("--settings")
        {
            Description = "settings file of the ingest", Required = true, HelpName = "FILE",
        };
        var database = new Option<string?>("--database")
        {
            Description = "database of the ingest in place of the one in the settings", HelpName = "ADDRESS",
        };
        var operatorFolder = new Option<string>("--operator")
        {
            Description = "folder of the certificate of ingest-operator", Required = true,
            HelpName = "FOLDER",
        };
        var wait = new Option<int>("--wait")
        {
            Description = "seconds to wait for the answer", DefaultValueFactory = _ => AnswerSecondsDefault,
        };
        var command = new Command("command", "send a signed command to a unit; prints its answer")
        {
            device, words, settings, database, operatorFolder, wait,
        };
        command.SetAction(result =>
        {
            int waitSeconds = result.GetValue(wait);
            if (waitSeconds is < 1 or > WaitSecondsMax)
            {
                throw new CommandException($"--wait must be 1 to {WaitSecondsMax}");
            }

            return Run(
                result.GetRequiredValue(device), result.GetRequiredValue(words),
                result.GetRequiredValue(settings),
                result.GetValue(database), result.GetRequiredValue(operatorFolder), waitSeconds);
        });
        return command;
    }

    private static int Run(
        string device, string[] words, string settings, string? database, string operatorFolder,
        int waitSeconds)
    {
        try
        {
            CommandOrder order = Parse(device, words);
            IngestOptions options = IngestOptions.Load(settings);
            var sender = new CommandSender(
                database is null ? options : options with { Database = database }, operatorFolder);
            string? answer = sender.Send(
                device, order, TimeSpan.FromSeconds(waitSeconds),
                progress => Console.WriteLine($"{device}: {Printable.Line(progress)}"));
            if (answer is null)
            {
                string advice = order.Code == CommandCode.RotateKeys
                    ? "new keys are used when an ingest runs with the keyring that has them: export it, "
                        + "start the ingest again"
                    : "it may have restarted: send it again";
                Console.Error.WriteLine($"pulsegate: {device} did not answer in {waitSeconds} s; {advice}");
                return NoAnswerExitCode;
            }

            Console.WriteLine($"{device}: {Printable.Line(answer)}");
            if (order.Code == CommandCode.RotateKeys
                && answer.EndsWith(HasThem(order.Arguments[0]), StringComparison.Ordinal))
            {
                Console.WriteLine(
                    $"{device} has key version {order.Arguments[0]} already: nothing is left to do");
                return 0;
            }

            return answer.EndsWith(": done", StringComparison.Ordinal) ? 0 : NoAnswerExitCode;
        }
        catch (IngestException exception)
        {
            throw new CommandException(exception.Message);
        }
    }

    // What a unit that has this version says to being given it again (firmware/Renewal/KeyRenewal).
    private static string HasThem(int version) => $"refused: version must be {version + 1} to 255";

    private static CommandOrder Parse(string device, string[] words)
    {
        int code = Enumerable.Range(CommandCode.SetAlarmLimit, CommandCode.Last)
            .FirstOrDefault(candidate => CommandCode.NameOf(candidate) == words[0]);
        return (code, words.Length) switch
        {
            (CommandCode.SetAlarmLimit, 4)
                => new(code, [Condition(words[1]), Number(words[2]), Number(words[3])]),
            (CommandCode.SetCommitInterval, 2) => new(code, [Number(words[1])]),
            (CommandCode.Identify or CommandCode.RequestHealth or CommandCode.Reboot, 1) => new(code, []),
            (CommandCode.RotateKeys or CommandCode.RenewCertificate or CommandCode.SetAuthorities, 2)
                => CommandOrder.Load(words[1], words[0], device),
            _ => throw new CommandException(
                $"'{string.Join(' ', words)}' is not a command: see ./pulsegate command --help"),
        };
    }

    private static int Condition(string name)
    {
        int condition = Enumerable.Range(0, AlarmCondition.Count)
            .FirstOrDefault(candidate => AlarmCondition.NameOf(candidate) == name, -1);
        return condition >= 0 ? condition
            : throw new CommandException($"'{name}' is not an alarm condition: see docs/configuration.md");
    }

    private static int Number(string text)
        => int.TryParse(text, out int number) && number is >= 0 and <= 1_000_000
            ? number
            : throw new CommandException($"'{text}' is not a number from 0 to 1000000");
}
