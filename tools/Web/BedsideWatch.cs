// Looks at the unit and at the database, and tells what has changed: the face 20 times a second, so that no
// tick of the light is missed, the backend's view twice a second.

using Iot.Device.Ili9341.Emulator;
using Pulsegate.Alarms;
using Pulsegate.Display;
using Pulsegate.Ingest;
using Pulsegate.Virtual;
using Pulsegate.Virtual.Display;
using Pulsegate.Vitals;

namespace Pulsegate.Web;

/// <summary>One thread that looks. Dispose ends it.</summary>
internal sealed class BedsideWatch : IDisposable
{
    private const int LookMs = 50, LooksPerWard = 10;
    private static readonly byte[] Dark = Picture.Of(new Ili9341Panel(0)).ToPng();

    private readonly BedsideUnit _unit;
    private readonly BedsideControls _controls;
    private readonly Ward _ward;
    private readonly EventStream _stream;
    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread _thread;
    private readonly Lock _frameGate = new();
    private byte[] _frame = Dark;
    private long _framePixels = -1;
    private long _wardVersion = -1;
    private string _problem = "";

    /// <summary>Begins to look.</summary>
    internal BedsideWatch(BedsideUnit unit, BedsideControls controls, Ward ward, EventStream stream)
    {
        _unit = unit;
        _controls = controls;
        _ward = ward;
        _stream = stream;
        _thread = new Thread(Run) { Name = "page", IsBackground = true };
        _thread.Start();
    }

    /// <summary>What the panel shows now, as PNG.</summary>
    internal byte[] Frame()
    {
        lock (_frameGate)
        {
            long pixels = _unit.Face?.PixelCount ?? -1;
            if (pixels != _framePixels)
            {
                _frame = _unit.Look()?.ToPng() ?? Dark;
                _framePixels = pixels;
            }

            return _frame;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
        _stop.Dispose();
    }

    private void Run()
    {
        for (int look = 0; !_stop.Wait(LookMs); look++)
        {
            TellFace();
            if (look % LooksPerWard == 0)
            {
                TellWard();
            }
        }
    }

    private void TellFace()
    {
        VirtualFace? face = _unit.Face;
        _stream.Publish("face", new
        {
            HasPower = face is not null,
            Frame = face?.PixelCount ?? -1,
            Light = face?.Light ?? BeaconView.Off,
            Sound = face is null ? AlarmPriority.None.ToString() : _unit.Process.Read(SoundPriority),
            Words = face is null ? "The unit has no power." : _unit.Process.Read(Words),
            Alarm = face is null ? "" : _unit.Process.Read(AlarmWords),
            Controls = _controls.States,
        });
    }

    private void TellWard()
    {
        BedsideBalance balance = _unit.Balance;   // before the database: what has left the unit is there then
        try
        {
            _ward.Update();
            _problem = "";
        }
        catch (IngestException e)
        {
            _problem = e.Message;
        }

        long nowUtcMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        _stream.Publish("balance", new
        {
            balance.Starts, balance.Produced, balance.InRam, balance.Stored, balance.SentRecords,
            Committed = _ward.CommittedReadings, Lost = balance.LostWithPower + balance.Declared,
            balance.LostWithPower, Unaccounted = balance.Unaccounted(_ward.CommittedReadings),
            _controls.SpoiledCount, Problem = _problem,
            AtUtcMs = nowUtcMs,   // always new: the page's heartbeat
        });
        _stream.Publish("outages", _ward.Outages(nowUtcMs));
        if (_ward.Version != _wardVersion)
        {
            _wardVersion = _ward.Version;
            _stream.Publish("ward", _ward.View());
        }
    }

    // For whoever does not see the panel.
    private static string Words(VirtualUnit unit)
    {
        Reading reading = unit.Gateway.Reading;
        return $"Oxygen {Word(reading, Vital.SpO2, 10, " percent")}, "
            + $"pulse {Word(reading, Vital.PulseRate, 10, " a minute")}, "
            + $"temperature {Word(reading, Vital.Temperature, 100, " degrees")}.";
    }

    private static string Word(Reading reading, int vital, int scale, string unit)
    {
        var status = (ReadingStatus)reading.Statuses[vital];
        bool isProbeOff = vital == Vital.Temperature && status == ReadingStatus.NoFinger;
        return reading.HasValue(vital) ? (reading.Values[vital] + (scale / 2)) / scale + unit
            : "no reading: " + (isProbeOff ? "probe off" : StatusText.Of(status));
    }

    private static string SoundPriority(VirtualUnit unit)
        => ((AlarmPriority)unit.Gateway.AlarmSignal.SoundPriority).ToString();

    private static string AlarmWords(VirtualUnit unit)
    {
        AlarmSignal signal = unit.Gateway.AlarmSignal;
        if (signal.Condition < 0)
        {
            return "";
        }

        string state = signal.IsLatched ? " (over, not seen yet)" : signal.IsAcknowledged ? " (seen)"
            : signal.IsAudioPaused ? " (sound paused)" : "";
        return $"{(AlarmPriority)signal.LightPriority} alarm: {AlarmText.TitleOf(signal.Condition)}{state}";
    }
}
