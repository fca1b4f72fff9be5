// The whole acquisition path in the device subset: emulated chips, drivers, signal, vitals, alarms, batches
// and store, wired as on a board, over a made-up finger in integers. The same file runs on .NET
// (GatewayVectorsTests) and on the real nanoCLR.

#nullable disable

using System;
using System.Device.I2c;
using Iot.Device.Max3010x;
using Iot.Device.Max3010x.Emulator;
using Iot.Device.Tmp117;
using Iot.Device.Tmp117.Emulator;
using Pulsegate.Alarms;
using Pulsegate.Commands;
using Pulsegate.Configuration;
using Pulsegate.Diagnostics;
using Pulsegate.Emulation;
using Pulsegate.Platform;
using Pulsegate.Signal;
using Pulsegate.Store;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Device;

/// <summary>Runs one unit for 100 s: 30 s of a finger, a desaturation over 18 s, a chip that falls
/// silent, the finger again.</summary>
public static class GatewayVectors
{
    private const int BusId = 1;
    private const int Seconds = 100;

    /// <summary>Prints a line a second, a line an alarm, and the store at the end.</summary>
    public static void Run()
    {
        var bus = new EmulatedI2cBus();
        EmulatedI2cBuses.Register(BusId, bus);
        var finger = new Finger();
        var oximeter = new Max30102Chip(finger);
        bus.Attach(Max3010x.DefaultI2cAddress, oximeter);
        bus.Attach(Tmp117.DefaultI2cAddress, new Tmp117Chip());
        var clock = new SteppedClock();
        var signer = new FormatVectors.FoldingSigner();
        var storage = new FormatVectors.ArrayStorage();
        var store = new SegmentStore(storage, signer, "pg-0001", 10);
        var counters = new Counters();
        var chain = new SignalChain();
        var vitals = new VitalsMonitor(chain);
        var configuration = new GatewayConfiguration();
        configuration.CommitIntervalSeconds = 10;
        var recorder = new Recorder(store, clock, counters, 0xF1234567);
        var telemetry = new Telemetry("pg-0001", clock, signer, store, counters, configuration);
        var sensors = new SensorVitals(
            new OximeterFeed(new Max3010x(Open(Max3010x.DefaultI2cAddress)), chain, counters), vitals,
            new TemperatureFeed(
                new Tmp117Probe(new Tmp117(Open(Tmp117.DefaultI2cAddress))), false, vitals, counters));
        var commands = new CommandRunner(storage, configuration, store, recorder, telemetry, clock, clock);
        var gateway = new Gateway(
            sensors, clock, recorder, telemetry, counters, commands, configuration);
        gateway.Start(0);
        for (int step = 1; step <= Seconds * 10; step++)
        {
            clock.MonotonicMs = step * Gateway.StepMs;
            bus.NowMicroseconds = clock.MonotonicMs * 1000;
            finger.RedSwing = step <= 300 || step > 650 ? 90 : step < 480 ? 90 + ((step - 300) / 2) : 180;
            oximeter.Faults.IsAbsent = step > 700 && step <= 750;
            gateway.Step(clock.MonotonicMs);
        }

        gateway.Stop(clock.MonotonicMs);
        for (int counter = 0; counter < Counter.Count; counter++)
        {
            Console.WriteLine(Counter.NameOf(counter) + " " + counters.Get(counter).ToString());
        }

        PrintStore(store);
    }

    private static I2cDevice Open(int address) => I2cDevice.Create(new I2cConnectionSettings(BusId, address));

    private static void PrintStore(SegmentStore store)
    {
        var record = new StoredRecord();
        long sequence = 0;
        while (store.TryReadNext(sequence, record))
        {
            sequence = record.Sequence;
            uint sum = 0;
            for (int i = 0; i < record.PayloadLength; i++)
            {
                sum = (sum * 31) + record.Payload[i];
            }

            Console.WriteLine(
                "record " + sequence.ToString() + " " + ((int)record.Kind).ToString() + " "
                + record.PayloadLength.ToString() + " " + sum.ToString());
        }
    }

    // Blood volume as a raised parabola a beat, 75 /min; red swings with it by the ratio that is asked for.
    private sealed class Finger : IPpgSource
    {
        public int RedSwing = 90;   // tenths

        public void Sample(long timeMicroseconds, int[] light)
        {
            int phase = (int)(timeMicroseconds % 800000) / 3125;   // 256 steps a beat
            int volume = phase < 64 ? phase * 4 : 256 - ((phase - 64) * 4 / 3);
            light[PpgLight.Infrared] = 340000 - (volume * 20);
            light[PpgLight.Red] = 300000 - (volume * RedSwing / 10);
            light[PpgLight.Ambient] = 0;
        }
    }

    private sealed class SteppedClock : IClock, IIndicator
    {
        public long MonotonicMs { get; set; }

        public long UtcMs => 1790000000000 + MonotonicMs;

        public TimeQuality Quality => TimeQuality.Synced;

        public void Identify(int seconds)
        {
        }

        public int TakePressed() => 0;

        public void Show(Reading reading, AlarmSignal alarms, bool isConnected)
        {
            string line = "reading " + reading.MonotonicMs.ToString() + " alarm "
                + alarms.LightPriority.ToString();
            for (int vital = 0; vital < Vital.Count; vital++)
            {
                line = line + " " + reading.Values[vital].ToString() + "/" + ((int)reading.Statuses[vital])
                    .ToString();
            }

            Console.WriteLine(line);
        }
    }
}
