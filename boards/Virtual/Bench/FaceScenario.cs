// What the alarms and the display of a unit cost, second by second: of a person who is well, whose numbers
// move all the time, and of one to whom everything happens in turn.

using System.Device.Gpio;
using System.Device.Spi;
using Iot.Device.Ili9341;
using Iot.Device.Ili9341.Emulator;
using Pulsegate.Alarms;
using Pulsegate.Display;
using Pulsegate.Emulation;
using Pulsegate.Virtual.Platform;
using Pulsegate.Vitals;

namespace Pulsegate.Virtual.Bench;

/// <summary>Alarm engine, annunciator and screen over the emulated panel, in the room of the instruction
/// counter or outside.</summary>
public static class FaceScenario
{
    /// <summary>Numbers that <see cref="Run"/> gives, by index: instructions of the alarms; of the screen;
    /// bytes that both allocated.</summary>
    public const int Alarms = 0, Display = 1, AllocatedBytes = 2, Count = 3;

    private const int BusId = 248, Pin = 1003, StepsPerSecond = 10, FirstSeconds = 10;
    private const int NumberSpread = 9, WaveSpread = 1000;

    /// <summary>Lives so many seconds.</summary>
    /// <param name="seconds">Seconds that are measured.</param>
    /// <param name="isAlarming">True for somebody to whom everything happens.</param>
    /// <param name="instructions">Reads the instruction counter.</param>
    public static long[] Run(int seconds, bool isAlarming, Func<long> instructions)
    {
        var limits = new AlarmLimits();
        if (isAlarming)
        {
            AlarmingVitals.SetLimits(limits);
        }

        var changes = new AlarmChanges();
        var engine = new AlarmEngine(limits, changes);
        var annunciator = new Annunciator(engine, changes);
        Screen screen = Lit();
        var vitals = new AlarmingVitals();
        var reading = new Reading();
        var results = new long[Count];
        for (int second = 1; second <= FirstSeconds + seconds; second++)
        {
            if (second == FirstSeconds + 1)
            {
                Array.Clear(results);   // the first picture is whole
            }

            Live(vitals, reading, second, isAlarming);
            long allocated = GC.GetAllocatedBytesForCurrentThread();
            long before = instructions();
            engine.Update(reading, 0);
            annunciator.Update(0, second * 1000L);
            long between = instructions();
            screen.Show(reading, annunciator.Signal, true);
            for (int step = 0; step < StepsPerSecond; step++)
            {
                screen.TakePulse(((second * StepsPerSecond) + step) * 377 % WaveSpread);
                screen.Step();
            }

            results[Alarms] += between - before;
            results[Display] += instructions() - between;
            results[AllocatedBytes] += GC.GetAllocatedBytesForCurrentThread() - allocated;
        }

        return results;
    }

    // Both numbers, the temperature and the signal change each second.
    private static void Live(AlarmingVitals vitals, Reading reading, int second, bool isAlarming)
    {
        reading.MonotonicMs = second * 1000L;
        if (isAlarming)
        {
            vitals.Read(0, reading.MonotonicMs, reading);
            return;
        }

        int step = second * 5 % NumberSpread;
        reading.Set(Vital.SpO2, 930 + (step * 5), ReadingStatus.Uncalibrated);
        reading.Set(Vital.PulseRate, 720 + (step * 10), ReadingStatus.Valid);
        reading.Set(Vital.PerfusionIndex, 150 + step, ReadingStatus.Valid);
        reading.Set(Vital.Quality, 90 + step, ReadingStatus.Valid);
        reading.Set(Vital.Temperature, 3650 + (step * 10), ReadingStatus.Valid);
    }

    private static Screen Lit()
    {
        var panel = new Ili9341Panel(Pin);
        EmulatedSpiBuses.Register(BusId, panel);
        var driver = new Ili9341(
            SpiDevice.Create(new SpiConnectionSettings(BusId, 0)),
            new GpioController().OpenPin(Pin, PinMode.Output), Ili9341Orientation.Landscape);
        driver.Reset();
        driver.Wake();
        driver.Show();
        return new Screen(new Canvas(driver), new VirtualClock(), 0, new UnitFacts());
    }
}
