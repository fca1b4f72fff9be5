// `forward`: the forwarder of one edge, until it is stopped.

using System.CommandLine;
using Pulsegate.Ingest;

namespace Pulsegate.Cli.Cluster;

internal static class ForwardCommand
{
    /// <summary>How long what waits is worked on after SIGTERM; the manifests give more
    /// (deploy/kubernetes).</summary>
    internal static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);

    public static Command Create()
    {
        var settings = new Option<string>("--settings")
        {
            Description = "settings file, JSON: edgeName, brokerHost, brokerPort, caFile, "
                + "certificateFile, keyFile, queueNodes, queueCount, queueUserName, queuePasswordFile",
            Required = true, HelpName = "FILE",
        };
        Option<string?> metrics = Operations.MetricsOption();
        Option<string?> otlp = Operations.OtlpOption();
        var command = new Command(
            "forward", "beside an edge's broker: moves batches into the queue, answers back")
        {
            settings, metrics, otlp,
        };
        command.SetAction(result => Run(
            result.GetRequiredValue(settings),
            () => Operations.Start(
                "pulsegate-forwarder", ForwarderMetrics.MeterName, result.GetValue(metrics),
                result.GetValue(otlp))));
        return command;
    }

    private static int Run(string settings, Func<Operations> watch)
    {
        try
        {
            using Operations operations = watch();
            IngestOptions options = IngestOptions.Load(settings);
            using var stop = new StopSignal();
            using Forwarder forwarder = Forwarder.Start(
                options,
                problem => Console.Error.WriteLine($"pulsegate: forward: {Printable.Line(problem)}"));
            Console.WriteLine($"forwarder runs at {options.EdgeName}; Ctrl-C stops it");
            using var instruments = new ForwarderMetrics(forwarder.GetStatistics);
            operations.Watch(
                () => true,
                () => !stop.Token.IsCancellationRequested
                    && forwarder.GetStatistics() is { IsEdgeConnected: true, IsQueueConnected: true });
            stop.Token.WaitHandle.WaitOne();
            bool isClean = forwarder.Stop(StopLimit);
            operations.Dispose();   // while the figures are still there
            ForwarderStatistics statistics = forwarder.GetStatistics();
            Console.WriteLine(
                $"received {statistics.Received}, confirmed {statistics.Confirmed}, "
                + $"tried again {statistics.Retried}; answers {statistics.Answered}, "
                + $"not taken {statistics.AnswersDropped}");
            return isClean ? 0 : 1;
        }
        catch (IngestException exception)
        {
            throw new CommandException(exception.Message);
        }
    }
}
