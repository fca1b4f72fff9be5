// `monitor`: what a unit says, live. A table on a terminal, plain lines elsewhere.

using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Pulsegate.Field.Lines;
using Pulsegate.Field.Port;
using Pulsegate.Field.Wire;
using Pulsegate.Vitals;
using Spectre.Console;

namespace Pulsegate.Cli.Field;

internal static class MonitorCommand
{
    private const int StaleMs = 5000;
    private const int LogCountMax = 8;
    private const int SecondsMax = 7 * 24 * 60 * 60;

    private static readonly (string Key, string Title, decimal Scale, string Unit)[] VitalRows =
    [
        ("spo2", "SpO2", 10, "%"), ("pulse", "pulse", 10, "/min"), ("perfusion", "perfusion index", 100, "%"),
        ("quality", "signal quality", 1, ""), ("temperature", "temperature", 100, "°C"),
    ];

    public static Command Create()
    {
        var options = new FieldOptions();
        var seconds = new Option<int>("--seconds")
        {
            Description = "end after this many seconds (default: at Ctrl-C)", HelpName = "N",
        };
        seconds.Validators.Add(value =>
        {
            if (value.Tokens.Any(
                token => int.TryParse(token.Value, out int number) && number is < 1 or > SecondsMax))
            {
                value.AddError($"--seconds must be 1 to {SecondsMax}");
            }
        });
        var command = new Command(
            "monitor", "watch a unit over USB: vitals, alarms, queue, link, its last words") { seconds };
        options.AddTo(command);
        command.SetAction(result =>
        {
            using FieldBench bench = FieldBench.Open(options, result, needsBackend: true);
            try
            {
                using WireSession session = WireSession.Open(bench.Port);
                return Run(session, seconds: result.GetValue(seconds), bench.Stop);
            }
            catch (PortException exception)
            {
                throw new CommandException($"monitor: {exception.Message}");
            }
        });
        return command;
    }

    private static int Run(WireSession session, int seconds, CancellationToken stop)
    {
        var watch = Stopwatch.StartNew();
        bool IsOver()
            => stop.IsCancellationRequested || (seconds > 0 && watch.Elapsed.TotalSeconds >= seconds);
        if (Console.IsOutputRedirected)
        {
            while (!IsOver())
            {
                if (session.TakeLine(TimeSpan.FromMilliseconds(200)) is { } line)
                {
                    Console.WriteLine($"{line.Kind} "
                        + $"{string.Join(' ', line.Fields.Select(field => field.Key + "=" + field.Value))}");
                }
            }
        }
        else
        {
            var view = new View();
            AnsiConsole.Live(view.Table(session)).Start(context =>
            {
                while (!IsOver())
                {
                    view.Take(session.TakeLine(TimeSpan.FromMilliseconds(200)));
                    context.UpdateTarget(view.Table(session));
                }
            });
        }

        return session.AnswerCount > 0 ? 0 : throw new CommandException(
            "monitor: nothing answered on the port: press RESET, or flash the board");
    }

    /// <summary>The newest of each kind of line.</summary>
    private sealed class View
    {
        private readonly Dictionary<string, UnitLineText> _lines = [];
        private readonly Dictionary<string, string> _checks = [];
        private readonly SortedDictionary<long, string> _log = [];
        private readonly Stopwatch _sinceVitals = Stopwatch.StartNew();

        public void Take(UnitLineText? line)
        {
            if (line is null)
            {
                return;
            }

            _lines[line.Kind] = line;
            switch (line.Kind)
            {
                case "vitals":
                    _sinceVitals.Restart();
                    break;
                case "check":
                    _checks[line.Text("name")] = line.Text("result");
                    break;
                case "log" when line.Number("number") is { } number:
                    _log[number] = Words(line.Text("text"));
                    if (_log.Count > LogCountMax)
                    {
                        _log.Remove(_log.Keys.First());
                    }

                    break;
            }
        }

        public Table Table(WireSession session)
        {
            UnitLineText? banner = _lines.GetValueOrDefault("banner");
            var table = new Table { Title = new TableTitle(Markup.Escape(banner is null
                ? "waiting for the unit"
                    : $"{banner.Text("device")}  {banner.Text("version")}  {banner.Text("board")}")) };
            table.AddColumn("what").AddColumn("value");
            AddVitals(table);
            if (_lines.GetValueOrDefault("health") is { } health)
            {
                // Few rows: all of it fits a terminal of 80 by 24.
                Add(table, "link", $"{health.Text("link")} {Words(health.Text("error"))}".TrimEnd());
                Add(table, "readings", All(health, "committed", "queued", "lost"));
                Add(table, "store", $"{health.Text("store")}, {All(health, "usedBytes")}");
                Add(table, "unit", All(health, "freeHeapBytes", "sensorFaults", "longestStepMs"));
            }

            if (_checks.Count > 0)
            {
                Add(table, "self-test",
                    string.Join(", ", _checks.Select(check => $"{check.Key} {check.Value}")));
            }

            foreach (string text in _log.Values)
            {
                Add(table, "log", text);
            }

            Add(table, "packets", $"{session.AnswerCount} answers, {session.DamagedLineCount} damaged lines");
            return table;
        }

        private void AddVitals(Table table)
        {
            UnitLineText? vitals = _lines.GetValueOrDefault("vitals");
            bool isOld = vitals is null || _sinceVitals.ElapsedMilliseconds > StaleMs;
            foreach ((string key, string title, decimal scale, string unit) in VitalRows)
            {
                // Never a number without its status, and none that is old.
                string status = vitals?.Number(key + "Status") is { } number
                    ? ((ReadingStatus)number).ToString() : "?";
                string value = isOld ? "no news from the unit"
                    : vitals!.Number(key) is { } raw
                        ? string.Create(CultureInfo.InvariantCulture, $"{raw / scale} {unit} ({status})")
                            : $"-- ({status})";
                Add(table, title, value);
            }

            Add(table, "alarm priority", isOld ? "?" : vitals!.Text("alarm"));
        }

        private static string All(UnitLineText line, params string[] keys)
            => string.Join(", ", keys.Select(key => $"{key} {line.Text(key)}"));

        // A line of the unit has no blanks within a value.
        private static string Words(string text) => text.Replace('_', ' ');

        private static void Add(Table table, string what, string value)
            => table.AddRow(Markup.Escape(what), Markup.Escape(value));
    }
}
