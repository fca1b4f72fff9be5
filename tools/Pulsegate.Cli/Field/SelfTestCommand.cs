// `selftest`: restarts the unit and reads how its own test of itself ended. The unit tests; this only
// listens.

using System.CommandLine;
using System.Text.Json;
using Pulsegate.Diagnostics;
using Pulsegate.Field.Lines;
using Pulsegate.Field.Port;
using Pulsegate.Field.Wire;

namespace Pulsegate.Cli.Field;

internal static class SelfTestCommand
{
    private const int BannerSeconds = 60;
    private const int RecordSeconds = (SelfTest.LimitMs / 1000) + 30;
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    // What to do about a check that failed.
    private static readonly Dictionary<string, string> Hints = new()
    {
        ["oximeter"] = "check the four wires of the MAX30102 (3.3 V, GND, data, clock)",
        ["thermometer"] = "check the wires of the temperature sensor, and temperatureSensor in "
            + "configuration.json",
        ["order"] = "put a warm finger on the sensor and repeat; if it fails again, turn redInfraredSwapped "
            + "in configuration.json",
        ["flash"] = "flash the unit with --erase; if it fails again, the board is broken",
        ["network"] = "check the Wi-Fi name and password: ./pulsegate provision install",
        ["time"] = "the home's network must let NTP through (UDP port 123)",
        ["tls"] = "check brokerHost and brokerPort, that the broker runs, and that this unit is not revoked",
        ["backend"] = "check that the ingest runs and has this unit in its keyring",
    };

    public static Command Create()
    {
        var options = new FieldOptions();
        var json = new Option<string?>("--json")
        {
            Description = "write the record to this file as well", HelpName = "FILE",
        };
        var command = new Command("selftest",
            "restart a unit and read how it tested itself; exit code 0 only when all is well") { json };
        options.AddTo(command);
        command.SetAction(result =>
        {
            using FieldBench bench = FieldBench.Open(options, result, needsBackend: true);
            return Run(bench, result.GetValue(json));
        });
        return command;
    }

    private static int Run(FieldBench bench, string? json)
    {
        try
        {
            using WireSession session = WireSession.Open(bench.Port);
            var start = new JourneyStep("restart", TimeSpan.FromSeconds(BannerSeconds));
            UnitLineText banner = UnitListener.RestartAndHearBanner(session, start);
            Console.WriteLine($"{banner.Text("device")}, version {banner.Text("version")}, on "
                + $"{banner.Text("board")}");
            Console.WriteLine("put a warm finger on the sensor and keep it still");
            var step = new JourneyStep("self-test", TimeSpan.FromSeconds(RecordSeconds));
            Dictionary<string, string> checks = Listen(session, step, out UnitLineText record);
            return Report(banner, record, checks, step.Elapsed, json);
        }
        catch (Exception exception) when (exception is PortException or IOException)
        {
            throw new CommandException(
                $"selftest: {exception.Message}. Next: press RESET on the board and repeat; if it stays so, "
                + "./pulsegate flash");
        }
    }

    private static Dictionary<string, string> Listen(
        WireSession session, JourneyStep step, out UnitLineText record)
    {
        // What the record says and what its checks say must agree; a line that was lost is waited for in the
        // unit's next round.
        var checks = new Dictionary<string, string>();
        while (!step.IsOver)
        {
            if (session.TakeLine(TimeSpan.FromMilliseconds(200)) is not { } line)
            {
                step.Tell("the unit has not decided yet");
            }
            else if (line.Kind == "check")
            {
                checks[line.Text("name")] = line.Text("result");
            }
            else if (line.Kind == "selftest" && checks.Count == SelfTestItem.Count)
            {
                record = line;
                return checks;
            }
        }

        throw new IOException($"the unit gave no record within {RecordSeconds} s");
    }

    private static int Report(
        UnitLineText banner, UnitLineText record, Dictionary<string, string> checks, TimeSpan elapsed,
        string? json)
    {
        string[] failures = [.. checks.Where(check => check.Value is not ("passed" or "not-fitted"))
            .Select(check => check.Key)];
        foreach ((string name, string outcome) in checks)
        {
            bool isGood = !failures.Contains(name);
            Console.WriteLine($"{(isGood ? "  ok    " : "  FAILED")} {name}: {outcome}"
                + (isGood ? "" : $". Next: {Hints.GetValueOrDefault(name, "repeat")}"));
        }

        bool hasPassed = failures.Length == 0 && record.Text("result") == "passed";
        if (json is not null)
        {
            var content = new
            {
                device = record.Text("device"), version = record.Text("version"),
                board = banner.Text("board"),
                boot = record.Number("boot"), result = hasPassed ? "passed" : "failed", checks, failures,
                seconds = Math.Round(elapsed.TotalSeconds, 1),
                utc = DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ"),
            };
            File.WriteAllBytes(json, JsonSerializer.SerializeToUtf8Bytes(content, Json));
        }

        Console.WriteLine(hasPassed
            ? $"passed in {elapsed.TotalSeconds:0} s: {record.Text("device")} works, and the backend knows it"
            : $"failed: {(failures.Length > 0 ? string.Join(", ", failures) : "the unit's record")}");
        return hasPassed ? 0 : 1;
    }
}
