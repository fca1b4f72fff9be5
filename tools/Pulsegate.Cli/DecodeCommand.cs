// `decode`: verifies one message and prints what it says.

using System.CommandLine;
using System.Text.Json;

namespace Pulsegate.Cli;

internal static class DecodeCommand
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Command Create()
    {
        var file = new Argument<string>("FILE")
        {
            Description = "file with one JWS; - reads standard input", DefaultValueFactory = _ => "-",
        };
        var keys = new Option<string>("--keys")
        {
            Description = "keyring exported by the provisioning station", Required = true, HelpName = "FILE",
        };
        var command = new Command("decode", "verify and print one batch, alarm or event") { file, keys };
        command.SetAction(result => Run(result.GetRequiredValue(file), result.GetRequiredValue(keys)));
        return command;
    }

    private static int Run(string file, string keys)
    {
        try
        {
            byte[] text = Trim(ReadMessage(file));
            var verifier = new BatchVerifier(KeyringFile.Load(keys));
            if (!verifier.TryVerify(text, null, null, out VerifiedRecord? record, out string reason))
            {
                throw new CommandException($"{(file == "-" ? "standard input" : file)}: refused: {reason}");
            }

            Console.WriteLine(JsonSerializer.Serialize(Describe(record!), Json));
            return 0;
        }
        catch (KeyringException exception)
        {
            throw new CommandException(exception.Message);
        }
    }

    private static byte[] ReadMessage(string file)
    {
        try
        {
            using Stream stream = file == "-" ? Console.OpenStandardInput() : File.OpenRead(file);
            var buffer = new byte[BatchVerifier.TextLengthMax + 2];
            int length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            return buffer[..length];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{file}: cannot be read: {exception.Message}");
        }
    }

    // A line end at the end of the file is the editor's, not the message's.
    private static byte[] Trim(byte[] text)
    {
        int length = text.Length;
        while (length > 0 && text[length - 1] is (byte)'\n' or (byte)'\r')
        {
            length--;
        }

        return text[..length];
    }

    private static object Describe(VerifiedRecord record) => new
    {
        verified = true,
        device = record.Device,
        keyVersion = record.KeyVersion,
        kind = record.Kind.ToString(),
        epoch = record.Epoch,
        sequence = record.Sequence,
        bootId = record.BootId,
        monotonicMs = record.MonotonicMs,
        timeQuality = ((Platform.TimeQuality)record.TimeQuality).ToString(),
        utc = record.UtcMs is { } utcMs ? DateTimeOffset.FromUnixTimeMilliseconds(utcMs).ToString("O") : null,
        hasDiscontinuity = record.HasDiscontinuity,
        fields = record.Fields,
        readings = record.Readings.Select(reading => new
        {
            monotonicMs = reading.MonotonicMs,
            spO2Percent = Value(reading, Vitals.Vital.SpO2),
            spO2Status = StatusName.Of(reading.Statuses[Vitals.Vital.SpO2]),
            pulsePerMinute = Value(reading, Vitals.Vital.PulseRate),
            pulseStatus = StatusName.Of(reading.Statuses[Vitals.Vital.PulseRate]),
            perfusionPercent = Value(reading, Vitals.Vital.PerfusionIndex),
            perfusionStatus = StatusName.Of(reading.Statuses[Vitals.Vital.PerfusionIndex]),
            quality = Value(reading, Vitals.Vital.Quality),
            qualityStatus = StatusName.Of(reading.Statuses[Vitals.Vital.Quality]),
            celsius = Value(reading, Vitals.Vital.Temperature),
            temperatureStatus = StatusName.Of(reading.Statuses[Vitals.Vital.Temperature]),
        }),
    };

    private static decimal? Value(DecodedReading reading, int vital)
        => VitalUnit.Measure(reading, vital).Value;
}
