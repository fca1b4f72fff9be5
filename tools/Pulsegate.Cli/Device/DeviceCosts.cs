// `bench --device`: what the work costs on the device's interpreter, here, and what that may be on a board.

using System.Globalization;

namespace Pulsegate.Cli.Device;

internal static class DeviceCosts
{
    // Planning factors from this machine's nanoCLR to a board: nothing has been measured on hardware
    // (boards/README.md).
    private const int RunCount = 3;   // the least of them: what else the machine did only adds
    private const int FastFactor = 50, SlowFactor = 100;

    private static readonly Dictionary<string, string> Names = new()
    {
        ["loop"] = "a turn of an empty loop", ["samplePair"] = "a sample pair, signal chain",
        ["batch"] = "a batch of 60 readings, encoded", ["append"] = "the same, sealed and appended (memory)",
        ["es256"] = "an ES256 signature of 500 bytes", ["jws"] = "a record as JWS text", ["line"] =
            "a vitals line for USB",
    };

    /// <summary>Measures and prints.</summary>
    public static int Run()
    {
        NanoClr runtime = NanoClr.Find() ?? throw new CommandException(NanoClr.MissingText);
        var best = new Dictionary<string, double>();
        for (int run = 0; run < RunCount; run++)
        {
            foreach ((string name, long count, long microseconds) in DeviceReport.Read(runtime.Run()).Costs)
            {
                double nanoseconds = microseconds * 1000.0 / count;
                best[name] = Math.Min(nanoseconds, best.GetValueOrDefault(name, nanoseconds));
            }
        }

        if (best.Count == 0)
        {
            throw new CommandException("the runtime ended before anything was timed");
        }

        Console.WriteLine(Row("", "here, ns", $"x{FastFactor}, us", $"x{SlowFactor}, us"));
        foreach ((string name, double nanoseconds) in best)
        {
            Console.WriteLine(Row(
                Names.GetValueOrDefault(name, name), Number(nanoseconds),
                    Number(nanoseconds * FastFactor / 1000),
                Number(nanoseconds * SlowFactor / 1000)));
        }

        Console.WriteLine(
            $"x{FastFactor}: Esp32S3, Esp32Wrover; x{SlowFactor}: Esp32DevKit. Planning factors, range 20 to "
                + "200; not "
            + "measured on hardware. An HMAC is not here: this runtime has none.");
        return 0;
    }

    private static string Row(string what, string here, string fast, string slow)
        => $"{what,-42}{here,12}{fast,14}{slow,14}";

    private static string Number(double value)
        => value.ToString(value < 10 ? "F1" : "F0", CultureInfo.InvariantCulture);
}
