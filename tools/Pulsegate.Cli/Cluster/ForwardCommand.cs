// `forward`: the forwarder of one edge, until it is stopped.

using System.CommandLine;
using Pulsegate.Ingest;

namespace Pulsegate.Cli.Cluster;

internal static class ForwardCommand
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);

    public static Command Create()
    {
        var settings = new Option<string>("--settings")
        {
            Description = "settings file, JSON: edgeName, brokerHost, brokerPort, caFile, certificateFile, keyFile, "
                + "queueNodes, queueUserName, queuePasswordFile",
            Required = true, HelpName = "FILE",
        };
        var command = new Command("forward", "beside an edge's broker: moves batches into the queue, answers back")
        {
            settings,
        };
        command.SetAction(result => Run(result.GetRequiredValue(settings)));
        return command;
    }

    private static int Run(string settings)
    {
        try
        {
            IngestOptions options = IngestOptions.Load(settings);
            using var stop = new StopSignal();
            using Forwarder forwarder = Forwarder.Start(
                options, problem => Console.Error.WriteLine($"pulsegate: forward: {Printable.Line(problem)}"));
            Console.WriteLine($"forwarder runs at {options.EdgeName}; Ctrl-C stops it");
            stop.Token.WaitHandle.WaitOne();
            bool isClean = forwarder.Stop(StopLimit);
            ForwarderStatistics statistics = forwarder.GetStatistics();
            Console.WriteLine(
                $"received {statistics.Received}, confirmed {statistics.Confirmed}, tried again {statistics.Retried}; "
                + $"answers {statistics.Answered}, not taken {statistics.AnswersDropped}");
            return isClean ? 0 : 1;
        }
        catch (IngestException exception)
        {
            throw new CommandException(exception.Message);
        }
    }
}
