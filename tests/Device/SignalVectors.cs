// A fixed run of the signal chain in integers only: the same source runs on .NET and on nanoCLR, and prints
// the same lines.

using System;
using Pulsegate.Signal;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Device;

/// <summary>Feeds a made-up finger to the chain and prints what comes out.</summary>
public static class SignalVectors
{
    private const int Seconds = 220;

    /// <summary>Prints one line a beat and one a second.</summary>
    public static void Run()
    {
        // Blood volume over one pulse: sixty-four points, rising to 256 and falling past a dicrotic wave.
        int[] shape = new int[]
        {
            0, 14, 48, 96, 148, 194, 228, 248, 256, 253, 244, 231, 216, 201, 187, 174,
            163, 153, 145, 138, 133, 130, 129, 130, 132, 134, 135, 134, 132, 128, 123, 117,
            111, 105, 99, 93, 87, 82, 77, 72, 67, 63, 59, 55, 51, 47, 44, 41,
            38, 35, 32, 29, 27, 24, 22, 19, 17, 14, 12, 10, 8, 6, 4, 2,
        };
        SignalChain chain = new SignalChain();
        VitalsMonitor monitor = new VitalsMonitor(chain);
        Reading reading = new Reading();
        int[] red = new int[5];
        int[] infrared = new int[5];
        int phase = 0;
        int noise = 12345;
        int narrow = 0;
        int narrowBefore = 0;
        for (int sample = 0; sample < Seconds * 50; sample += 5)
        {
            for (int i = 0; i < 5; i++)
            {
                // 72 /min, then 150 /min, then nothing on the sensor, then 48 /min in noise, at last moved to
                // and fro 100 times a minute by a hand that both channels see alike. Then another finger that
                // red sees nothing of, at rest and moved, and noise around 110 /min. A pulse is 65 536 steps.
                int second = (sample + i) / 50;
                int step = second < 30 ? 1573 : second < 50 ? 3277 : 1049;
                phase = (phase + step) & 0xFFFF;
                noise = (noise * 1103515245) + 12345;
                int random = ((noise >> 16) & 0xFF) - 128;
                int volume = shape[phase >> 10] * (second < 60 ? 8 : 2);
                bool off = (second >= 50 && second < 60) || (second >= 120 && second < 125)
                    || (second >= 190 && second < 195);
                bool isResting = second < 90 || (second >= 125 && second < 155) || second >= 195;
                int swing = isResting ? 0 : ((sample + i) % 30) - 15;
                swing = (swing < 0 ? -swing : swing) * 80;
                infrared[i] = off ? 900 : 131000 - volume - swing + (random / 8);
                bool half = second < 30 || second >= 90;
                red[i] = off ? 800 : 118000 - (volume * (half ? 1 : 2) / 2) - swing - (random / 9);
                if (second >= 125 && !off)
                {
                    // A resonance: a pair of poles at 0.97 of the unit circle.
                    int next = ((30922 * narrow) >> 14) - ((15415 * narrowBefore) >> 14) + random;
                    narrowBefore = narrow;
                    narrow = next;
                    infrared[i] = second < 195 ? infrared[i] : 131000 - narrow;
                    red[i] = second < 195 ? 118000 : 118000 - (narrow / 2);
                }
            }

            if (sample == 4000)
            {
                chain.MarkDiscontinuity();
            }

            chain.Process(red, infrared, 5);
            while (chain.TryTakeBeat(out long timeMs))
            {
                Console.WriteLine("beat " + timeMs.ToString());
            }

            if ((sample + 5) % 50 == 0)
            {
                monitor.SetTemperature(3600 + (sample / 500));
                monitor.Update((sample + 5) * 20, reading);
                Print(reading);
            }
        }
    }

    private static void Print(Reading reading)
    {
        string line = "reading " + reading.MonotonicMs.ToString();
        for (int vital = 0; vital < Vital.Count; vital++)
        {
            line = line + " " + reading.Values[vital].ToString() + "/" + ((int)reading.Statuses[vital])
                .ToString();
        }

        Console.WriteLine(line + " " + reading.RatioMilli.ToString());
    }
}
