// The light and the sound of a unit, tick by tick: colours, flash rates, duty and bursts after the idea of
// IEC 60601-1-8 (red fast, yellow slow, pale blue steady; ten, three and one pulses; clauses not checked, no
// conformity is claimed). One for every board: a board only switches what this says.

using Pulsegate.Vitals;

namespace Pulsegate.Alarms;

/// <summary>
/// What light and piezo do now. Show sets what is to be said, <see cref="Step"/> moves on by a tick.
/// Allocates nothing. Not thread-safe.
/// </summary>
public sealed class Beacon
{
    /// <summary>Length of a tick, ms.</summary>
    public const int TickMs = 100;

    /// <summary>Loudest, percent.</summary>
    public const int VolumeMax = 100;

    /// <summary>An alarm of high priority is never softer, percent.</summary>
    public const int HighVolumeMin = 50;

    // One character a tick: 1 is on. Lights repeat at their length. Sounds begin with an alarm and are silent
    // from their end until they repeat. High: 2 Hz, 40 %; ten pulses of 100 ms in two groups every 6 s.
    // Medium: 0.5 Hz, 50 %; three pulses of 200 ms every 7.5 s. Low: steady; one pulse of 200 ms every 20 s.
    private const string HighLight = "11000";
    private const string MediumLight = "11111111110000000000";
    private const string Steady = "1";
    private const string Offline = "11111111111111111110";
    private const string HighSound = "101010000101000000000101010000101";
    private const string MediumSound = "1100110011";
    private const string LowSound = "11";
    private const string Silence = "0";
    private const string IdentifyLight = "10";
    private const string IdentifySound = "1";
    private const int HighSoundTicks = 60, MediumSoundTicks = 75, LowSoundTicks = 200;
    private const int IdentifySoundTicks = 10;

    private readonly SoundSettings _settings;
    private string _light = Steady;
    private string _sound = Silence;
    private int _soundTicks = 1;   // after so many it repeats
    private bool _isRed;
    private bool _isGreen;
    private bool _isBlue = true;
    private bool _isLit;
    private byte _lightPriority;
    private byte _soundPriority;
    private bool _isUnattended;
    private int _lightTick;
    private int _soundTick;
    private int _identifyTicksLeft;
    private int _volume;

    /// <summary>Blue and silent.</summary>
    public Beacon(SoundSettings settings)
    {
        _settings = settings;
    }

    /// <summary>True while the red part of the light is on.</summary>
    public bool IsRed => _isLit && _isRed;

    /// <summary>True while the green part is on.</summary>
    public bool IsGreen => _isLit && _isGreen;

    /// <summary>True while the blue part is on.</summary>
    public bool IsBlue => _isLit && _isBlue;

    /// <summary>Volume that sounds now, percent; 0 for silence.</summary>
    public int Volume => _volume;

    /// <summary>Takes what is to be seen and heard.</summary>
    public void Show(Reading reading, AlarmSignal alarms, bool isConnected)
    {
        _isUnattended = alarms.IsUnattended;
        if (alarms.SoundPriority != _soundPriority)
        {
            _soundPriority = alarms.SoundPriority;
            _soundTick = 0;
        }

        if (alarms.LightPriority != _lightPriority)
        {
            _lightPriority = alarms.LightPriority;
            _lightTick = 0;
        }

        SetSoundOfPriority();
        bool isMeasuring = reading.IsFresh(Vital.PulseRate) && reading.IsFresh(Vital.SpO2);
        switch ((AlarmPriority)_lightPriority)
        {
            case AlarmPriority.High:
                SetLight(HighLight, true, false, false);
                break;
            case AlarmPriority.Medium:
                SetLight(MediumLight, true, true, false);
                break;
            case AlarmPriority.Low:
                SetLight(Steady, false, true, true);
                break;
            default:
                // Green while pulse and saturation are measured, else blue; a wink every 2 s says that the
                // backend is not reached.
                SetLight(isConnected ? Steady : Offline, false, isMeasuring, !isMeasuring);
                break;
        }
    }

    /// <summary>Says which unit this is; an alarm goes before it.</summary>
    public void Identify(int durationMs) => _identifyTicksLeft = durationMs / TickMs;

    /// <summary>Moves on by a tick.</summary>
    /// <param name="localMinute">Minute of the local day; -1 when it is not known, which is no night.</param>
    public void Step(int localMinute)
    {
        if (_identifyTicksLeft > 0)
        {
            _identifyTicksLeft--;
            if (_lightPriority == (byte)AlarmPriority.None)
            {
                SetLight(IdentifyLight, true, true, true);   // until the next Show
                SetSound(IdentifySound, IdentifySoundTicks);
            }
        }

        _isLit = _light[_lightTick % _light.Length] == '1';
        int soundTick = _soundTick % _soundTicks;
        _volume = soundTick < _sound.Length && _sound[soundTick] == '1' ? VolumeAt(localMinute) : 0;
        _lightTick = _lightTick == int.MaxValue ? 0 : _lightTick + 1;
        _soundTick = _soundTick == int.MaxValue ? 0 : _soundTick + 1;
    }

    private int VolumeAt(int localMinute)
    {
        if (_isUnattended)
        {
            return VolumeMax;
        }

        int volume = _settings.VolumeAt(localMinute);
        return _soundPriority == (byte)AlarmPriority.High && volume < HighVolumeMin ? HighVolumeMin : volume;
    }

    private void SetSoundOfPriority()
    {
        switch ((AlarmPriority)_soundPriority)
        {
            case AlarmPriority.High:
                SetSound(HighSound, HighSoundTicks);
                break;
            case AlarmPriority.Medium:
                SetSound(MediumSound, MediumSoundTicks);
                break;
            case AlarmPriority.Low:
                SetSound(LowSound, LowSoundTicks);
                break;
            default:
                SetSound(Silence, 1);
                break;
        }
    }

    private void SetSound(string sound, int ticks)
    {
        _sound = sound;
        _soundTicks = ticks;
    }

    private void SetLight(string light, bool isRed, bool isGreen, bool isBlue)
    {
        _light = light;
        _isRed = isRed;
        _isGreen = isGreen;
        _isBlue = isBlue;
    }
}
