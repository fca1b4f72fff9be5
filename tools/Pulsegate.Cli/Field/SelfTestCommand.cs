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

    // The unit has decided by its own limit; a line that was lost comes again in the round after.
    private const int RecordSeconds = ((SelfTest.LimitMs + UnitReport.RoundMs) / 1000) + 10;
    private const int LimitSecondsMin = 10;
    private const string Pending = "pending";
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
        var limit = new Option<int>("--limit")
        {
            Description = $"wait at most so many seconds; what the unit has not decided by then has failed "
                + $"(default: {RecordSeconds}; the unit decides within {SelfTest.LimitMs / 1000})",
            HelpName = "SECONDS", DefaultValueFactory = _ => RecordSeconds,
        };
        var command = new Command("selftest",
            "restart a unit and read how it tested itself; exit code 0 only when all is well")
        {
            json, limit,
        };
        options.AddTo(command);
        command.SetAction(result =>
        {
            int limitSeconds = result.GetValue(limit);
            if (limitSeconds is < LimitSecondsMin or > RecordSeconds)
            {
                throw new CommandException($"--limit must be {LimitSecondsMin} to {RecordSeconds} seconds");
            }

            string? path = result.GetValue(json);
            Write(path, file =>   // before the finger is on the sensor, not after
            {
                bool isThere = File.Exists(file);
                using (new FileStream(file, FileMode.OpenOrCreate, FileAccess.Write))
                {
                }

                if (!isThere)
                {
                    File.Delete(file);
                }
            });
            using FieldBench bench = FieldBench.Open(options, result, needsBackend: true);
            return Run(bench, path, limitSeconds);
        });
        return command;
    }

    private static int Run(FieldBench bench, string? json, int limitSeconds)
    {
        try
        {
            using WireSession session = WireSession.Open(bench.Port);
            var start = new JourneyStep("restart", TimeSpan.FromSeconds(BannerSeconds), bench.Stop);
            UnitLineText banner = UnitListener.RestartAndHearBanner(session, start);
            Console.WriteLine($"{banner.Text("device")}, version {banner.Text("version")}, on "
                + $"{banner.Text("board")}");
            Console.WriteLine("put a warm finger on the sensor and keep it still");
            var step = new JourneyStep("self-test", TimeSpan.FromSeconds(limitSeconds), bench.Stop);
            Dictionary<string, string> checks = Listen(session, step, out UnitLineText? record);
            return Report(banner, record, checks, step.Elapsed, json);
        }
        catch (OperationCanceledException)
        {
            throw new CommandException("selftest: stopped before the unit had decided");
        }
        catch (PortException exception)
        {
            throw new CommandException($"selftest: {exception.Message}");
        }
        catch (IOException exception)
        {
            throw new CommandException(
                $"selftest: {exception.Message}. Next: press RESET on the board and repeat; if it stays so, "
                + "./pulsegate flash");
        }
    }

    private static void Write(string? path, Action<string> write)
    {
        try
        {
            if (path is not null)
            {
                write(path);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(
                $"selftest: the record cannot be written to {path}: {exception.Message}");
        }
    }

    private static Dictionary<string, string> Listen(
        WireSession session, JourneyStep step, out UnitLineText? record)
    {
        // What the record says and what its checks say must agree; a line that was lost is waited for in the
        // unit's next round. Without a record, the checks are as the last round had them.
        record = null;
        var checks = new Dictionary<string, string>();
        while (!step.IsOver)
        {
            if (session.TakeLine(TimeSpan.FromMilliseconds(200)) is not { } line)
            {
                string undecided =
                    string.Join(", ", checks.Where(c => c.Value == Pending).Select(c => c.Key));
                step.Tell($"the unit has not decided yet {undecided}".TrimEnd());
            }
            else if (line.Kind == "check")
            {
                checks[line.Text("name")] = line.Text("result");
            }
            else if (line.Kind == "selftest" && checks.Count == SelfTestItem.Count
                && !checks.ContainsValue(Pending))
            {
                record = line;
                return checks;
            }
        }

        return checks.Count == SelfTestItem.Count
            ? checks
            : throw new IOException($"the unit gave no record within {step.Elapsed.TotalSeconds:0} s");
    }

    private static int Report(
        UnitLineText banner, UnitLineText? record, Dictionary<string, string> checks, TimeSpan elapsed,
        string? json)
    {
        string[] failures = [.. checks.Where(check => check.Value is not ("passed" or "not-fitted"))
            .Select(check => check.Key)];
        foreach ((string name, string outcome) in checks)
        {
            bool isGood = !failures.Contains(name);
            string said = outcome == Pending ? $"undecided after {elapsed.TotalSeconds:0} s" : outcome;
            Console.WriteLine($"{(isGood ? "  ok    " : "  FAILED")} {name}: {said}"
                + (isGood ? "" : $". Next: {Hints.GetValueOrDefault(name, "repeat")}"));
        }

        bool hasPassed = failures.Length == 0 && record?.Text("result") == "passed";
        if (json is not null)
        {
            var content = new
            {
                device = banner.Text("device"), version = banner.Text("version"),
                board = banner.Text("board"),
                boot = record?.Number("boot"), result = hasPassed ? "passed" : "failed", checks, failures,
                seconds = Math.Round(elapsed.TotalSeconds, 1),
                utc = DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ"),
            };
            Write(json, file => File.WriteAllBytes(file, JsonSerializer.SerializeToUtf8Bytes(content, Json)));
        }

        Console.WriteLine(hasPassed
            ? $"passed in {elapsed.TotalSeconds:0} s: {banner.Text("device")} works, and the backend knows it"
            : $"failed: {(failures.Length > 0 ? string.Join(", ", failures) : "the unit's record")}");
        return hasPassed ? 0 : 1;
    }
}
