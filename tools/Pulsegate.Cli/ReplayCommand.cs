// `replay`: a recording through emulated chip, driver and firmware, one JSON object a line.

using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Pulsegate.Alarms;
using Pulsegate.Virtual.Ppg;
using Pulsegate.Virtual.Replay;
using Pulsegate.Vitals;

namespace Pulsegate.Cli;

internal static class ReplayCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE.csv") { Description = "the recording; its first line names the columns" };
        var recording = new RecordingOptions(isInfraredRequired: true);
        Option<string?> configuration = ConfigurationFile.Option();
        var command = new Command("replay", "play a recording through chip, driver and firmware; JSON lines out")
        {
            file, recording.Time, recording.Infrared, recording.Red, recording.Invert, configuration,
        };
        command.SetAction(result => Run(
            recording.Open(result, result.GetRequiredValue(file)), result.GetValue(configuration)));
        return command;
    }

    private static int Run(RecordedPpgSource recording, string? configurationPath)
    {
        using var output = new StreamWriter(Console.OpenStandardOutput(), bufferSize: 1 << 16);
        var writer = new JsonLines(output, recording.HasRed);
        long start = Stopwatch.GetTimestamp();
        RecordingReplay.Play(recording, ConfigurationFile.Read(configurationPath), writer);
        writer.WriteSummary(recording.DurationMicroseconds / 1e6, Stopwatch.GetElapsedTime(start).TotalSeconds);
        return 0;
    }

    private sealed class JsonLines(TextWriter output, bool hasRed) : IReplayListener
    {
        private int _readingCount;
        private int _shownRateCount;
        private int _shownSpO2Count;
        private int _beatCount;
        private int _alarmCount;

        public void OnReading(double seconds, Reading reading)
        {
            _readingCount++;
            _shownRateCount += reading.HasValue(Vital.PulseRate) ? 1 : 0;
            _shownSpO2Count += hasRed && reading.HasValue(Vital.SpO2) ? 1 : 0;

            // Without a red column of its own the recording says nothing about saturation.
            string spO2 = hasRed ? Number(reading, Vital.SpO2, 10) : "null";
            string spO2Status = hasRed ? StatusName.Of(reading.Statuses[Vital.SpO2]) : StatusName.Of((byte)ReadingStatus.SensorFault);
            string ratio = hasRed && reading.RatioMilli > 0 ? Text(reading.RatioMilli / 1000.0) : "null";
            output.WriteLine(
                $$"""{"kind":"reading","t":{{Text(seconds)}},"pulseRate":{{Number(reading, Vital.PulseRate, 10)}},"""
                + $$""""pulseStatus":"{{StatusName.Of(reading.Statuses[Vital.PulseRate])}}","spo2":{{spO2}},"""
                + $$""""spo2Status":"{{spO2Status}}","ratio":{{ratio}},"""
                + $$""""perfusionIndex":{{Number(reading, Vital.PerfusionIndex, 100)}},"""
                + $$""""quality":{{Number(reading, Vital.Quality, 1)}}}""");
        }

        public void OnBeat(double seconds)
        {
            _beatCount++;
            output.WriteLine($$"""{"kind":"beat","t":{{Text(seconds)}}}""");
        }

        public void OnAlarm(double seconds, int condition, bool isRaised)
        {
            _alarmCount++;
            output.WriteLine(
                $$"""{"kind":"alarm","t":{{Text(seconds)}},"condition":"{{AlarmCondition.NameOf(condition)}}","""
                + $$""""priority":{{AlarmLimits.PriorityOf(condition)}},"raised":{{(isRaised ? "true" : "false")}}}""");
        }

        public void WriteSummary(double durationSeconds, double elapsedSeconds)
        {
            output.WriteLine(
                $$"""{"kind":"summary","seconds":{{Text(durationSeconds)}},"readings":{{_readingCount}},"""
                + $$""""shownPulseRate":{{_shownRateCount}},"shownSpo2":{{_shownSpO2Count}},"beats":{{_beatCount}},"""
                + $$""""alarmChanges":{{_alarmCount}},"timesRealTime":{{Text(Math.Round(durationSeconds / elapsedSeconds))}}}""");
        }

        private static string Number(Reading reading, int vital, int scale)
            => reading.HasValue(vital) ? Text((double)reading.Values[vital] / scale) : "null";

        private static string Text(double value)
            => Math.Round(value, 3).ToString("0.###", CultureInfo.InvariantCulture);
    }
}
