// One Reading a second from the signal chain and the thermometer: every vital gets a value with its status,
// or the reason why there is none.

using Pulsegate.Configuration;
using Pulsegate.Signal;

namespace Pulsegate.Vitals;

/// <summary>
/// Decides what may be shown. Never guesses: what was not measured in the last second is Stale with its age
/// up to 10 s, then gone, and at once gone when nothing is on the sensor. What was measured for one or two
/// seconds is gone sooner. Not thread-safe; allocates nothing after construction.
/// </summary>
public sealed class VitalsMonitor
{
    /// <summary>Age at which a value that has not been renewed is gone, ms.</summary>
    public const int GoneMs = 10_000;

    /// <summary>
    /// Time that the chain may take for a first value after a finger, ms; then the missing value has another
    /// reason.
    /// </summary>
    public const int AcquiringMs = 8000;

    /// <summary>Perfusion index below which a missing rate is put down to it, 0.01 %.</summary>
    public const int LowPerfusionCenti = 10;

    /// <summary>
    /// Ratio from which red and infrared are taken for swapped, thousandths, and for how many seconds. No
    /// blood has it, and no table; that of 96 % and more has it where the two are swapped (R becomes 1 / R).
    /// </summary>
    public const int SwappedRatioMin = 1500, SwappedSeconds = 10;

    // For each second that a value was measured it is held so long, ms: what came once and is not confirmed
    // was noise.
    private const int HeldMs = 4000;

    // Half of a second's samples; fewer, and nothing was measured in it.
    private const int SamplesFreshMin = 25;
    private const int DiscontinuityMs = 4000;     // readings this long after lost samples say so
    private readonly SignalChain _chain;
    private readonly long[] _measuredMs = new long[Vital.Count];
    private readonly int[] _heldMs = new int[Vital.Count];
    private readonly int[] _lastValues = new int[Vital.Count];
    private readonly bool[] _hasLast = new bool[Vital.Count];
    private bool _isSensorFaulty;
    private long _samples;
    private int _temperatureCenti;
    private bool _isTemperatureNew;
    private ReadingStatus _temperatureReason = ReadingStatus.Acquiring;
    private int _swappedSeconds;

    /// <summary>Creates a monitor of a chain, with the generic calibration.</summary>
    public VitalsMonitor(SignalChain chain)
    {
        _chain = chain;
    }

    /// <summary>
    /// The curve from ratio to saturation; the generic one makes every saturation Uncalibrated.
    /// </summary>
    public CalibrationTable Calibration = CalibrationTable.CreateGeneric();

    /// <summary>Takes the settings that concern the numbers: averaging and calibration of SpO2. At the start:
    /// nothing reads them again later.</summary>
    public void Configure(GatewayConfiguration configuration)
    {
        _chain.IsRatioFast =
            configuration.SpO2AveragingSeconds == GatewayConfiguration.SpO2AveragingSecondsFast;
        if (configuration.CalibrationVersion > 0)
        {
            Calibration = new CalibrationTable(
                configuration.CalibrationVersion, configuration.CalibrationRatioMilli,
                configuration.CalibrationSpO2Tenths);
        }
    }

    /// <summary>The thermometer has given a value, 0.01 °C.</summary>
    public void SetTemperature(int centiCelsius)
    {
        _temperatureCenti = centiCelsius;
        _isTemperatureNew = true;

        // For the seconds to come, should it fall silent.
        _temperatureReason = ReadingStatus.SensorFault;
    }

    /// <summary>
    /// The thermometer has no value to show; until the next <see cref="SetTemperature"/>. The last one is
    /// gone at once when nothing is on the probe.
    /// </summary>
    /// <param name="reason">SensorFault, Acquiring or NoFinger.</param>
    public void SetTemperatureAbsent(ReadingStatus reason)
    {
        _temperatureReason = reason;
        _isTemperatureNew = false;
        _hasLast[Vital.Temperature] &= reason != ReadingStatus.NoFinger;
    }

    /// <summary>True when red and infrared were found to be swapped: no saturation is given until the next
    /// start.</summary>
    public bool IsProbeSwapped
    {
        get { return _swappedSeconds >= SwappedSeconds; }
    }

    /// <summary>The oximeter does not answer, or answers nonsense; cleared when samples come again.</summary>
    public void SetSensorFault()
    {
        _isSensorFaulty = true;
    }

    /// <summary>Fills the reading of the second that ends now. Meant to be called once a second.</summary>
    /// <param name="nowMs">Monotonic time of this boot, ms.</param>
    /// <param name="reading">The reading to fill; every field is written.</param>
    public void Update(long nowMs, Reading reading)
    {
        reading.MonotonicMs = nowMs;
        reading.RatioMilli = 0;
        long chainMs = _chain.TimeMs;
        long samples = _chain.Samples;
        bool hasSamples = samples - _samples >= SamplesFreshMin;
        _samples = samples;
        if (hasSamples)
        {
            _isSensorFaulty = false;
        }

        reading.AfterDiscontinuity = !hasSamples || IsRecent(chainMs, _chain.DiscontinuityMs)
            || IsRecent(chainMs, _chain.TouchedMs);
        if (hasSamples)
        {
            _chain.Update();
            SetOptical(nowMs, reading, Reason());
        }
        else
        {
            SetAllAbsent(nowMs, reading,
                _isSensorFaulty ? ReadingStatus.SensorFault : ReadingStatus.Acquiring);
        }

        SetTemperature(nowMs, reading);
    }

    private static bool IsRecent(long nowMs, long eventMs)
        => eventMs >= 0 && nowMs - eventMs < DiscontinuityMs;

    private void SetOptical(long nowMs, Reading reading, ReadingStatus reason)
    {
        if (_chain.State == SignalState.NoFinger)
        {
            _hasLast[Vital.SpO2] = _hasLast[Vital.PulseRate] = _hasLast[Vital.PerfusionIndex] =
                _hasLast[Vital.Quality] = false;
        }

        SetOrAge(nowMs, reading, Vital.PulseRate, _chain.RateDeci > 0, _chain.RateDeci, ReadingStatus.Valid,
            reason);
        int ratio = _chain.RatioMilli;
        bool hasSpO2 = Calibration.TryLookUp(ratio, out int spO2);
        FollowSwap(hasSpO2 ? 0 : ratio);
        reading.RatioMilli = ratio;
        ReadingStatus status = Calibration.IsGeneric ? ReadingStatus.Uncalibrated : ReadingStatus.Valid;
        // A pulse in one channel only is none to be measured in the other.
        SetOrAge(nowMs, reading, Vital.SpO2, hasSpO2, spO2, status,
            _chain.IsRedSteady ? ReadingStatus.LowPerfusion : reason);
        if (IsProbeSwapped)
        {
            // Every number so far was of the other colour.
            _hasLast[Vital.SpO2] = false;
            reading.SetAbsent(Vital.SpO2, ReadingStatus.SensorFault);
        }

        int perfusion = FixedPoint.Clamp(_chain.PerfusionCenti, 0, 2000);
        bool hasPerfusion = perfusion > 0 && _chain.RateDeci > 0;
        SetOrAge(nowMs, reading, Vital.PerfusionIndex, hasPerfusion, perfusion, ReadingStatus.Valid, reason);
        if (_chain.State == SignalState.Finger)
        {
            SetOrAge(nowMs, reading, Vital.Quality, true, _chain.Quality, ReadingStatus.Valid, reason);
        }
        else
        {
            reading.SetAbsent(Vital.Quality, reason);
        }
    }

    // A ratio that the calibration knows is none of swapped colours. Once found it stays: it is the board's.
    private void FollowSwap(int unknownRatio)
    {
        if (!IsProbeSwapped)
        {
            _swappedSeconds = unknownRatio >= SwappedRatioMin ? _swappedSeconds + 1 : 0;
        }
    }

    // Why a value is missing now, where it is.
    private ReadingStatus Reason()
    {
        if (_chain.State == SignalState.NoFinger)
        {
            return ReadingStatus.NoFinger;
        }

        if (_chain.State == SignalState.Saturated)
        {
            return ReadingStatus.AmbientLight;
        }

        if (_chain.RunningMs < AcquiringMs)
        {
            return ReadingStatus.Acquiring;
        }

        return _chain.SwingCenti < LowPerfusionCenti ? ReadingStatus.LowPerfusion : ReadingStatus.Motion;
    }

    private void SetAllAbsent(long nowMs, Reading reading, ReadingStatus reason)
    {
        for (int vital = 0; vital <= Vital.Quality; vital++)
        {
            SetOrAge(nowMs, reading, vital, false, 0, reason, reason);
        }
    }

    private void SetTemperature(long nowMs, Reading reading)
    {
        bool isNew = _isTemperatureNew;
        _isTemperatureNew = false;
        SetOrAge(nowMs, reading, Vital.Temperature, isNew, _temperatureCenti, ReadingStatus.Valid,
            _temperatureReason);
    }

    private void SetOrAge(long nowMs, Reading reading, int vital, bool isMeasured, int value,
        ReadingStatus status, ReadingStatus reason)
    {
        if (isMeasured)
        {
            reading.Set(vital, value, status);
            _lastValues[vital] = value;
            _measuredMs[vital] = nowMs;
            int heldMs = (_hasLast[vital] ? _heldMs[vital] : 0) + HeldMs;
            _heldMs[vital] = heldMs < GoneMs ? heldMs : GoneMs;
            _hasLast[vital] = true;
            return;
        }

        long ageMs = nowMs - _measuredMs[vital];
        if (_hasLast[vital] && ageMs >= 0 && ageMs < _heldMs[vital])
        {
            reading.SetStale(vital, _lastValues[vital], (int)ageMs);
            return;
        }

        _hasLast[vital] = false;
        reading.SetAbsent(vital, reason);
    }
}
