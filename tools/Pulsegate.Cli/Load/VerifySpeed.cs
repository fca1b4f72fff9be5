// How many batches one core verifies and decodes: the door of the backend alone, without broker or database.

using System.Diagnostics;
using Pulsegate.Ingest.Format;

namespace Pulsegate.Cli.Load;

internal static class VerifySpeed
{
    private const int Runs = 7;
    private static readonly TimeSpan RunTime = TimeSpan.FromSeconds(1);

    /// <summary>Batches a second of processor time (collecting garbage included), median of the
    /// runs.</summary>
    public static double Measure(IKeyring keyring, IReadOnlyList<LoadDevice> devices)
    {
        var verifier = new BatchVerifier(keyring);
        var rates = new double[Runs + 1];
        for (int run = 0; run < rates.Length; run++)
        {
            rates[run] = Run(verifier, devices);
        }

        return rates[1..].Order().ElementAt(Runs / 2);   // the first one compiles
    }

    private static double Run(BatchVerifier verifier, IReadOnlyList<LoadDevice> devices)
    {
        using var process = Process.GetCurrentProcess();
        var elapsed = Stopwatch.StartNew();
        TimeSpan before = process.TotalProcessorTime;
        long count = 0;
        while (elapsed.Elapsed < RunTime)
        {
            foreach (LoadDevice device in devices)
            {
                byte[] batch = device.Batches[(int)(count / devices.Count) % device.Batches.Count];
                if (!verifier.TryVerify(batch, device.Id, "vitals", out _, out string reason))
                {
                    throw new CommandException($"a batch does not verify: {reason}");
                }

                count++;
            }
        }

        process.Refresh();
        return count / (process.TotalProcessorTime - before).TotalSeconds;
    }
}
