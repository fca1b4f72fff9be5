// The screen of the bedside unit in the device subset: the real pages, canvas and driver over the emulated
// panel, page after page as a patient would see them. The same file runs on .NET (DisplayVectorsTests) and on
// the real nanoCLR. A line tells the picture (CRC-32 of all its pixels, row by row) and what it cost to send.

#nullable disable

using System;
using System.Device.Gpio;
using System.Device.Spi;
using System.IO.Hashing;
using Iot.Device.Ili9341;
using Iot.Device.Ili9341.Emulator;
using Pulsegate.Alarms;
using Pulsegate.Display;
using Pulsegate.Emulation;
using Pulsegate.Platform;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Device;

/// <summary>Vectors of the display.</summary>
public static class DisplayVectors
{
    private const int BusId = 249, Pin = 1002, StepCountMax = 400;

    private static Ili9341Panel _panel;
    private static Screen _screen;
    private static Reading _reading;
    private static AlarmSignal _signal;

    /// <summary>Prints everything.</summary>
    public static void Run()
    {
        _panel = new Ili9341Panel(Pin);
        EmulatedSpiBuses.Register(BusId, _panel);
        var driver = new Ili9341(
            SpiDevice.Create(new SpiConnectionSettings(BusId, 1)),
            new GpioController().OpenPin(Pin, PinMode.Output), Ili9341Orientation.Landscape);
        driver.Reset();
        driver.Wake();
        driver.Show();
        Print("switched on");

        var facts = new UnitFacts { Device = "ward-a", Version = "0.3.0", SelfTest = "passed" };
        _screen = new Screen(new Canvas(driver), new StandingClock(), 60, facts);
        _reading = new Reading();
        _signal = new AlarmSignal();
        Measure();
        ShowAlarms();
        ShowOtherPages();
    }

    private static void Measure()
    {
        _reading.Set(Vital.SpO2, 968, ReadingStatus.Valid);
        _reading.Set(Vital.PulseRate, 724, ReadingStatus.Valid);
        _reading.Set(Vital.PerfusionIndex, 200, ReadingStatus.Valid);
        _reading.Set(Vital.Quality, 95, ReadingStatus.Valid);
        _reading.Set(Vital.Temperature, 3664, ReadingStatus.Valid);
        _screen.PulseLevel = 60;
        Draw("measuring");
        for (int i = 0; i < 20; i++)
        {
            _screen.TakePulse((i % 9) * 100);
        }

        Draw("pulse bar at " + _screen.PulseLevel.ToString());
        _reading.SetStale(Vital.SpO2, 968, 4000);
        Draw("stale");
        _reading.SetAbsent(Vital.SpO2, ReadingStatus.Motion);
        _reading.SetAbsent(Vital.PulseRate, ReadingStatus.NoFinger);
        Draw("no reading");
    }

    private static void ShowAlarms()
    {
        for (int condition = 0; condition < AlarmCondition.Count; condition++)
        {
            _signal.Condition = condition;
            _signal.Raised = 1 << condition;
            _signal.LightPriority = AlarmRules.PriorityOf(condition);
            Draw("alarm " + condition.ToString());
        }

        _signal.IsAudioPaused = true;
        _signal.PauseLeftMs = 118_400;
        Draw("paused");
        _signal.IsAudioPaused = false;
        _signal.IsLatched = true;
        Draw("latched");
    }

    private static void ShowOtherPages()
    {
        _screen.ToggleInfo();
        Draw("information");
        _screen.ToggleInfo();
        _signal.Condition = -1;
        _signal.Raised = 0;
        _signal.LightPriority = 0;
        _signal.IsLatched = false;
        Draw("back");
    }

    private static void Draw(string name)
    {
        _screen.Show(_reading, _signal, true);
        int steps = 0;
        for (; steps < StepCountMax && !_screen.IsDrawn; steps++)
        {
            _screen.Step();
        }

        Print(name + ", " + steps.ToString() + " steps");
    }

    private static void Print(string name)
    {
        var crc = new Crc32();
        var row = new byte[Ili9341.Width * 2];
        for (int y = 0; y < Ili9341.Height; y++)
        {
            for (int x = 0; x < Ili9341.Width; x++)
            {
                int color = _panel.ColorAt(x, y);
                row[2 * x] = (byte)(color >> 8);
                row[(2 * x) + 1] = (byte)color;
            }

            crc.Append(row);
        }

        Console.WriteLine(
            name + ": " + crc.GetCurrentHashAsUInt32()
                .ToString("X8") + " after " + _panel.PixelCount.ToString()
            + " pixels, " + _panel.MistakeCount.ToString() + " mistakes");
    }

    private sealed class StandingClock : IClock
    {
        public long MonotonicMs => 0;

        public long UtcMs => 1_790_000_000_000;

        public TimeQuality Quality => TimeQuality.Synced;
    }
}
