// A recording through emulated chip, driver and firmware, as fast as it can: virtual time, nothing kept. What
// is written for second t has used no row of the recording after t.

using Iot.Device.Max3010x.Emulator;
using Pulsegate.Alarms;
using Pulsegate.Configuration;
using Pulsegate.Vitals;
using Pulsegate.Virtual.Platform;
using Pulsegate.Virtual.Ppg;

namespace Pulsegate.Virtual.Replay;

/// <summary>What a replay tells as it goes.</summary>
public interface IReplayListener
{
    /// <summary>A reading; <paramref name="seconds"/> on the recording's own time.</summary>
    void OnReading(double seconds, Reading reading);

    /// <summary>A beat.</summary>
    void OnBeat(double seconds);

    /// <summary>An alarm that began or ended.</summary>
    void OnAlarm(double seconds, int condition, bool isRaised);
}

/// <summary>Plays one recording.</summary>
public static class RecordingReplay
{
    /// <summary>Key of the unit that replays: its batches are thrown away.</summary>
    private static readonly byte[] ThrowAwayKey = new byte[32];

    /// <summary>Plays a recording to its end.</summary>
    /// <param name="recording">The recording.</param>
    /// <param name="configuration">Settings; alarms follow their limits.</param>
    /// <param name="listener">Told of every reading, beat and alarm, in the order of time.</param>
    public static void Play(
        RecordedPpgSource recording, GatewayConfiguration configuration, IReplayListener listener)
        => Play(
            recording, recording.DurationMicroseconds / 1000, recording.StartSeconds,
            recording.DelayMicroseconds / 1e6,
            configuration, listener);

    /// <summary>Plays any source of light for a time.</summary>
    /// <param name="light">The light.</param>
    /// <param name="durationMs">For how long, ms.</param>
    /// <param name="startSeconds">The light's own time at 0.</param>
    /// <param name="delaySeconds">By how much the light is late; taken off the times of beats.</param>
    /// <param name="configuration">Settings; alarms follow their limits.</param>
    /// <param name="listener">Told of every reading, beat and alarm, in the order of time.</param>
    /// <param name="prepare">Called before the unit starts, to turn the knobs of its emulated chips.</param>
    public static void Play(
        IPpgSource light, long durationMs, double startSeconds, double delaySeconds,
        GatewayConfiguration configuration,
        IReplayListener listener, Action<VirtualUnit>? prepare = null)
    {
        var clock = new VirtualClock();
        configuration.Alarms.TryEnable(AlarmCondition.NotConnected, false);   // a recording has no backend
        using var unit = new VirtualUnit(new VirtualUnitParts(
            "replay", 1, clock, new MemoryStorage(), new HmacSigner(1, ThrowAwayKey, ThrowAwayKey),
            new NullIndicator(),
            light, configuration));
        var raised = new bool[AlarmCondition.Count];
        long lastReadingMs = 0;
        prepare?.Invoke(unit);
        unit.Start(0);
        while (clock.MonotonicMs + Gateway.StepMs <= durationMs)
        {
            clock.Advance(Gateway.StepMs);
            unit.Step(clock.MonotonicMs);
            while (unit.Chain.TryTakeBeat(out long beatMs))
            {
                listener.OnBeat(startSeconds + (beatMs / 1000.0) - delaySeconds);
            }

            Reading reading = unit.Gateway.Reading;
            if (reading.MonotonicMs == lastReadingMs)
            {
                continue;
            }

            lastReadingMs = reading.MonotonicMs;
            double seconds = startSeconds + (lastReadingMs / 1000.0);
            listener.OnReading(seconds, reading);
            for (int condition = 0; condition < raised.Length; condition++)
            {
                if (raised[condition] != unit.Gateway.Alarms.IsRaised(condition))
                {
                    raised[condition] = !raised[condition];
                    listener.OnAlarm(seconds, condition, raised[condition]);
                }
            }
        }
    }
}
