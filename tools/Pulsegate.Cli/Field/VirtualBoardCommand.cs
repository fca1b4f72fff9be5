using System.CommandLine;
using Pulsegate.Cli.Field.Virtual;

namespace Pulsegate.Cli.Field;

/// <summary>`virtualboard`: a virtual board that stays switched on, so that the field commands can be tried
/// on its port as on a real one.</summary>
internal static class VirtualBoardCommand
{
    public static Command Create()
    {
        var options = new FieldOptions();
        var command = new Command(
            "virtualboard", "switch a virtual board on, with broker and ingest behind it, until Ctrl-C");
        options.AddTo(command);
        command.Hidden = true;
        command.SetAction(result =>
        {
            using FieldBench bench = FieldBench.Open(options, result, needsBackend: true);
            Console.WriteLine($"port {bench.Port}");
            bench.Stop.WaitHandle.WaitOne();
            return 0;
        });
        return command;
    }
}
