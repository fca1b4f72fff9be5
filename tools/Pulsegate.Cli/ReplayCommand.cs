// `replay`: a recording through emulated chip, driver and firmware, one JSON object a line.

using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Pulsegate.Alarms;
using Pulsegate.Configuration;
using Pulsegate.Virtual.Ppg;
using Pulsegate.Virtual.Replay;
using Pulsegate.Vitals;

namespace Pulsegate.Cli;

internal static class ReplayCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE.csv")
            { Description = "the recording; its first line names the columns" };
        var recording = new RecordingOptions(isInfraredRequired: true);
        Option<string?> configuration = ConfigurationFile.Option();
        var command =
            new Command("replay", "play a recording through chip, driver and firmware; JSON lines out")
        {
            file, configuration,
        };
        foreach (Option option in recording.All)
        {
            command.Options.Add(option);
        }

        command.SetAction(result => Run(
            recording.Open(result, result.GetRequiredValue(file)), result.GetValue(configuration)));
        return command;
    }

    private static int Run(RecordedPpgSource recording, string? configurationPath)
    {
        GatewayConfiguration configuration = ConfigurationFile.Read(configurationPath);
        using Stream output = new BufferedStream(Console.OpenStandardOutput(), 1 << 16);
        var lines = new JsonLines(output, recording);
        long start = Stopwatch.GetTimestamp();
        RecordingReplay.Play(recording, configuration, lines);
        lines.WriteSummary(
            recording.DurationMicroseconds / 1e6, Stopwatch.GetElapsedTime(start).TotalSeconds);
        return 0;
    }

    private sealed class JsonLines(Stream output, RecordedPpgSource recording) : IReplayListener
    {
        private readonly Utf8JsonWriter _json = new(output, new JsonWriterOptions { SkipValidation = true });
        private int _readingCount;
        private int _shownRateCount;
        private int _shownSpO2Count;
        private int _beatCount;
        private int _alarmCount;

        public void OnReading(double seconds, Reading reading)
        {
            _readingCount++;
            _shownRateCount += reading.HasValue(Vital.PulseRate) ? 1 : 0;
            _shownSpO2Count += reading.HasValue(Vital.SpO2) ? 1 : 0;
            Begin("reading", seconds);
            Number("pulseRate", reading.HasValue(Vital.PulseRate), reading.Values[Vital.PulseRate], 10);
            _json.WriteString("pulseStatus", StatusName.Of(reading.Statuses[Vital.PulseRate]));
            Age("pulseAge", reading, Vital.PulseRate);
            Number("spo2", reading.HasValue(Vital.SpO2), reading.Values[Vital.SpO2], 10);
            _json.WriteString("spo2Status", StatusName.Of(reading.Statuses[Vital.SpO2]));
            Age("spo2Age", reading, Vital.SpO2);
            Number("ratio", recording.HasRed && reading.RatioMilli > 0, reading.RatioMilli, 1000);
            Number("perfusionIndex", reading.HasValue(Vital.PerfusionIndex),
                reading.Values[Vital.PerfusionIndex], 100);
            Age("perfusionAge", reading, Vital.PerfusionIndex);
            Number("quality", reading.HasValue(Vital.Quality), reading.Values[Vital.Quality], 1);
            Age("qualityAge", reading, Vital.Quality);
            End();
        }

        public void OnBeat(double seconds)
        {
            _beatCount++;
            Begin("beat", seconds);
            End();
        }

        public void OnAlarm(double seconds, int condition, bool isRaised)
        {
            _alarmCount++;
            Begin("alarm", seconds);
            _json.WriteString("condition", AlarmCondition.NameOf(condition));
            _json.WriteNumber("priority", AlarmRules.PriorityOf(condition));
            _json.WriteBoolean("raised", isRaised);
            End();
        }

        public void WriteSummary(double durationSeconds, double elapsedSeconds)
        {
            Begin("summary", durationSeconds);
            _json.WriteNumber("readings", _readingCount);
            _json.WriteNumber("shownPulseRate", _shownRateCount);
            _json.WriteNumber("shownSpo2", _shownSpO2Count);
            if (recording.WhyNoSpO2 is { } reason)
            {
                _json.WriteString("noSpo2", reason);
            }

            _json.WriteNumber("beats", _beatCount);
            _json.WriteNumber("alarmChanges", _alarmCount);
            _json.WriteNumber("timesRealTime", Math.Round(durationSeconds / elapsedSeconds));
            End();
        }

        private void Begin(string kind, double seconds)
        {
            _json.WriteStartObject();
            _json.WriteString("kind", kind);
            _json.WriteNumber("t", Math.Round(seconds, 3));
        }

        private void End()
        {
            _json.WriteEndObject();
            _json.Flush();
            output.WriteByte((byte)'\n');
            _json.Reset();
        }

        // A stale value goes with its age in seconds; a fresh one has none.
        private void Age(string name, Reading reading, int vital)
        {
            if (reading.Statuses[vital] == (byte)ReadingStatus.Stale)
            {
                _json.WriteNumber(name, reading.AgesMs[vital] / 1000m);
            }
        }

        private void Number(string name, bool hasValue, int value, int scale)
        {
            if (hasValue)
            {
                _json.WriteNumber(name, (decimal)value / scale);
            }
            else
            {
                _json.WriteNull(name);
            }
        }
    }
}
