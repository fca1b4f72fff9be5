// `evaluate`: how good the signal chain is, on recordings with a reference or on the simulated finger.

using System.CommandLine;

namespace Pulsegate.Cli;

internal static class EvaluateCommand
{
    public static Command Create()
    {
        var folder = new Argument<string?>("DIR")
        {
            Description = "recordings with references: phonecam_hypoxia, welltory, physionet_sample",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var only = new Option<string>("--only")
        {
            Description = "only recordings whose set/name contains this", DefaultValueFactory = _
                => "", HelpName = "TEXT",
        };
        var plots = new Option<string?>("--plots")
        {
            Description = "draw each recording as an SVG file in this folder", HelpName = "FOLDER",
        };
        var json = new Option<string?>("--json") { Description = "write the figures as JSON", HelpName =
            "FILE" };
        var simulated = new Option<bool>("--simulated") { Description =
            "a simulated finger with known truth instead" };
        var seeds = new Option<int>("--seeds")
        {
            Description = "runs of 120 s a condition", DefaultValueFactory = _
                => EvaluateSimulated.DefaultSeeds,
        };
        var firstSeed = new Option<int>("--first-seed")
        {
            Description = "seed of the first run", DefaultValueFactory = _ => 1,
        };
        var condition = new Option<string?>("--condition")
        {
            Description = "only conditions whose name begins so", HelpName = "NAME",
        };
        var life = new Option<bool>("--life")
        {
            Description = "days of simulated normal life with planted events; DIR is mixed in when it is given",
        };
        var days = new Option<int>("--days")
        {
            Description = "days of life", DefaultValueFactory = _ => EvaluateLife.DefaultDays,
        };
        var trace = new Option<int>("--trace")
        {
            Description = "readings and truth around this second of the first day", HelpName = "SECOND",
        };
        var command = new Command("evaluate",
            "how good signal chain and alarms are, against references or a simulated finger")
        {
            folder, only, plots, simulated, seeds, firstSeed, condition, life, days, trace, json,
        };
        command.SetAction(result => result.GetValue(life)
            ? EvaluateLife.Run(
                result.GetValue(days), result.GetValue(firstSeed), result.GetValue(folder), result.GetValue(trace))
            : result.GetValue(simulated)
            ? EvaluateSimulated.Run(
                result.GetValue(seeds), result.GetValue(firstSeed), result.GetValue(condition),
                result.GetValue(json))
            : EvaluateRecordings.Run(
            result.GetValue(folder)
                    ?? throw new CommandException(
                        "evaluate needs the folder of the recordings, or --simulated"),
                result.GetValue(only)!, result.GetValue(plots), result.GetValue(json)));
        return command;
    }
}
