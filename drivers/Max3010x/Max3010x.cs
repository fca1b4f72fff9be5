// MAX30101 and MAX30102 pulse oximeter front ends, I2C. Reads red and infrared light as 18-bit counts, a FIFO
// at a time. Source: Maxim Integrated, "MAX30102 High-Sensitivity Pulse Oximeter and Heart-Rate Sensor for
// Wearable Health", 19-7740, Rev 1, 10/18; "MAX30101", 19-7756, for the green LED. Not run on hardware yet.

using System;
using System.Device.I2c;

namespace Iot.Device.Max3010x;

/// <summary>
/// Driver for the MAX30101 and MAX30102. Not thread-safe: one owner, one thread. Allocates only in its
/// constructor. A call that fails returns false and leaves the reason in <see cref="LastError"/>; none waits
/// for anything but its transfers.
/// </summary>
public sealed partial class Max3010x : IDisposable
{
    /// <summary>7-bit address; the chip has no other.</summary>
    public const int DefaultI2cAddress = 0x57;

    /// <summary>What the part id register of both chips reads.</summary>
    public const int PartId = 0x15;

    /// <summary>Samples that the FIFO holds.</summary>
    public const int FifoDepth = 32;

    /// <summary>Full scale of a sample, counts.</summary>
    public const int FullScaleCount = Bits.SampleMask;

    /// <summary>Most reads of the reset bit before the reset counts as failed; about 20 ms at 400
    /// kHz.</summary>
    public const int ResetPollCountMax = 200;

    private const int MilliCelsiusPerDegree = 1000;
    private const int MicrosecondsPerSecond = 1_000_000;

    private readonly I2cDevice _i2c;
    private readonly byte[] _pointer = new byte[1];
    private readonly byte[] _write = new byte[2];
    private readonly byte[] _status = new byte[StatusByteCount];
    private readonly byte[] _fifo = new byte[FifoDepth * Bits.SlotCountMax * Bits.BytesPerChannel];
    private readonly byte[] _settings = new byte[(int)Register.MultiLedControl2 + 1];   // by register address
    private readonly bool _isSwapped;
    private bool _isRunning;
    private readonly int _samplePeriodMicroseconds;
    private Max3010xError _lastError;
    private int _lastErrorRegister;
    private I2cTransferStatus _lastBusStatus;

    /// <summary>A driver with the default settings.</summary>
    /// <param name="i2c">The chip's bus device, at most 400 kHz; owned and disposed of by the driver. Nothing
    /// is sent yet.</param>
    public Max3010x(I2cDevice i2c)
        : this(i2c, new Max3010xConfiguration())
    {
    }

    /// <summary>A driver with settings, which are checked and copied here.</summary>
    /// <param name="i2c">The chip's bus device, at most 400 kHz; owned and disposed of by the driver. Nothing
    /// is sent yet.</param>
    /// <param name="configuration">The settings.</param>
    /// <exception cref="ArgumentException">An argument is null, or a setting is outside what the chip
    /// has.</exception>
    public Max3010x(I2cDevice i2c, Max3010xConfiguration configuration)
    {
        if (i2c == null || configuration == null)
        {
            throw new ArgumentNullException();
        }

        _i2c = i2c;
        _isSwapped = configuration.SwapChannels;
        _samplePeriodMicroseconds =
            configuration.AveragingCount * MicrosecondsPerSecond / CheckedRate(configuration);
        _settings[(int)Register.FifoConfiguration] = configuration.FifoRegister();
        _settings[(int)Register.ModeConfiguration] = (byte)configuration.Mode;
        SetCurrents(configuration.RedMicroamps, configuration.InfraredMicroamps);
        _settings[(int)Register.Led3PulseAmplitude] =
            Max3010xConfiguration.LedRegister(configuration.GreenMicroamps);
        LayOutSample(configuration);
    }

    /// <summary>Nominal time between two samples in the FIFO, microseconds; the chip's oscillator is off by
    /// some percent.</summary>
    public int SamplePeriodMicroseconds => _samplePeriodMicroseconds;

    /// <summary>Red LED current as last set, microamperes.</summary>
    public int RedMicroamps
        => Microamps(_isSwapped ? Register.Led2PulseAmplitude : Register.Led1PulseAmplitude);

    /// <summary>Infrared LED current as last set, microamperes.</summary>
    public int InfraredMicroamps
        => Microamps(_isSwapped ? Register.Led1PulseAmplitude : Register.Led2PulseAmplitude);

    /// <summary>Full scale of the photodiode current as last set, nanoamperes.</summary>
    public int AdcRangeNanoamps => Max3010xConfiguration.AdcRangeNanoampsMin
        << (_settings[(int)Register.SpO2Configuration] >> Bits.AdcRangeShift);

    /// <summary>Why the last call that returned false did so.</summary>
    public Max3010xError LastError => _lastError;

    /// <summary>Address of the register that the last failed call was at.</summary>
    public int LastErrorRegister => _lastErrorRegister;

    /// <summary>How the transfer of the last failed call ended.</summary>
    public I2cTransferStatus LastBusStatus => _lastBusStatus;

    /// <summary>Reads which chip answers. Two bytes in one transfer.</summary>
    /// <param name="partId">0x15 for the MAX30101 and MAX30102 (and the MAX30105), 0x11 for the MAX30100,
    /// which this driver does not know.</param>
    /// <param name="revision">Die revision, 0 to 255.</param>
    /// <returns>False when the chip did not answer.</returns>
    public bool TryReadIdentity(out int partId, out int revision)
    {
        bool isRead = TryRead(Register.RevisionId, _status, 2);
        revision = isRead ? _status[0] : 0;
        partId = isRead ? _status[1] : 0;
        return isRead;
    }

    /// <summary>
    /// Checks the chip's id, resets it, writes every setting, reads them back, empties the FIFO and starts to
    /// sample. May be called again at any time, for example after a failure; if samples were read before, the
    /// next read then reports at least one lost.
    /// </summary>
    /// <returns>False when the chip did not answer, is another one, or does not keep its settings. Blocks for
    /// about 20 transfers (4 ms at 400 kHz), and for <see cref="ResetPollCountMax"/> more when the reset does
    /// not end.</returns>
    public bool TryInitialize()
    {
        _isRunning = false;
        if (!TryReadIdentity(out int partId, out _))
        {
            return false;
        }

        if (partId != PartId)
        {
            return Fail(Max3010xError.WrongPart, Register.PartId);
        }

        // The mode goes last: the FIFO pointers can be written only in a sampling mode, so they are cleared
        // after it.
        if (!TryReset() ||
            !TryWriteSetting(Register.InterruptEnable1) || !TryWriteSetting(Register.InterruptEnable2) ||
            !TryWriteSetting(Register.FifoConfiguration) || !TryWriteSetting(Register.SpO2Configuration) ||
            !TryWriteSetting(Register.Led1PulseAmplitude) || !TryWriteSetting(Register.Led2PulseAmplitude) ||
            !TryWriteSetting(Register.Led3PulseAmplitude) ||
            !TryWriteSetting(Register.MultiLedControl1) || !TryWriteSetting(Register.MultiLedControl2) ||
            !TryWriteSetting(Register.ModeConfiguration) ||
            !TryVerify(Register.FifoConfiguration, Register.SpO2Configuration) ||
            !TryVerify(Register.Led1PulseAmplitude, Register.Led2PulseAmplitude) || !TryClearFifo())
        {
            return false;
        }

        _lostPending = _hasDelivered ? 1 : 0;   // what the chip measured meanwhile is gone
        _events = Max3010xInterrupts.None;
        _isRunning = true;
        return true;
    }

    /// <summary>
    /// Puts every register to its power-up value. The chip does not sample after this;
    /// <see cref="TryInitialize"/> makes it.
    /// </summary>
    /// <returns>False when the chip did not answer, or its reset bit stayed set for
    /// <see cref="ResetPollCountMax"/> reads.</returns>
    public bool TryReset()
    {
        _isRunning = false;
        if (!TryWrite(Register.ModeConfiguration, Bits.Reset))
        {
            return false;
        }

        for (int i = 0; i < ResetPollCountMax; i++)
        {
            if (!TryRead(Register.ModeConfiguration, _status, 1))
            {
                return false;
            }

            if ((_status[0] & Bits.Reset) == 0)
            {
                return true;
            }
        }

        return Fail(Max3010xError.ResetTimeout, Register.ModeConfiguration);
    }

    /// <summary>Changes the LED currents while the chip samples; they are kept for the next initialisation
    /// too.</summary>
    /// <param name="redMicroamps">0 to 51 000 microamperes in steps of 200, rounded down.</param>
    /// <param name="infraredMicroamps">0 to 51 000 microamperes in steps of 200, rounded down.</param>
    /// <returns>False when a write failed: then either current may be the old or the new one.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A current is outside its range.</exception>
    public bool TrySetLedCurrents(int redMicroamps, int infraredMicroamps)
    {
        SetCurrents(redMicroamps, infraredMicroamps);
        return TryWriteSetting(Register.Led1PulseAmplitude) && TryWriteSetting(Register.Led2PulseAmplitude);
    }

    /// <summary>Changes the full scale of the photodiode current while the chip samples; it is kept for the
    /// next initialisation too. The sample that is being averaged starts anew.</summary>
    /// <param name="nanoamps">2048, 4096, 8192 or 16384.</param>
    /// <returns>False when the write failed: then the range may be the old or the new one.</returns>
    /// <exception cref="ArgumentException">The range is none of those.</exception>
    public bool TrySetAdcRange(int nanoamps)
    {
        int others = _settings[(int)Register.SpO2Configuration] & ~(Bits.AdcRangeMask << Bits.AdcRangeShift);
        _settings[(int)Register.SpO2Configuration] =
            (byte)(others | (Max3010xConfiguration.AdcRangeCode(nanoamps) << Bits.AdcRangeShift));
        return TryWriteSetting(Register.SpO2Configuration);
    }

    /// <summary>Stops sampling and turns the LEDs off; settings and FIFO are kept (0.7 microamperes
    /// typical).</summary>
    /// <returns>False when the chip did not answer.</returns>
    public bool TryShutdown() =>
        TryWrite(Register.ModeConfiguration, _settings[(int)Register.ModeConfiguration] | Bits.Shutdown);

    /// <summary>Samples again after <see cref="TryShutdown"/>. The FIFO is emptied, and the next read reports
    /// at least one lost sample.</summary>
    /// <returns>False when the chip did not answer.</returns>
    public bool TryWake()
    {
        if (!TryWriteSetting(Register.ModeConfiguration) || !TryClearFifo())
        {
            return false;
        }

        _lostPending = _lostPending == 0 ? 1 : _lostPending;
        return true;
    }

    /// <summary>Starts one conversion of the die's temperature; it takes about 29 ms.</summary>
    /// <returns>False when the chip did not answer.</returns>
    public bool TryStartDieTemperature() =>
        TryWrite(Register.DieTemperatureConfiguration, Bits.TemperatureEnable);

    /// <summary>Reads the last die temperature. Never waits for a conversion: ask again later.</summary>
    /// <param name="milliCelsius">0.001 °C; resolution 62.5, range -128 000 to 127 937. 0 when false.</param>
    /// <returns>False when the chip did not answer, or (NotReady) while a conversion is under way.</returns>
    public bool TryReadDieTemperature(out int milliCelsius)
    {
        milliCelsius = 0;
        if (!TryRead(Register.DieTemperatureInteger, _status, 3))
        {
            return false;
        }

        // TEMP_EN clears itself at the end; the ready flag is no use here, because reading the FIFO's state
        // clears it too.
        if ((_status[2] & Bits.TemperatureEnable) != 0)
        {
            return Fail(Max3010xError.NotReady, Register.DieTemperatureConfiguration);
        }

        milliCelsius = ToMilliCelsius(_status[0], _status[1]);
        return true;
    }

    /// <summary>Releases the bus device. The chip goes on sampling: shut it down first.</summary>
    public void Dispose() => _i2c.Dispose();

    /// <summary>The integer part is a signed byte; the fraction, in sixteenths, is added to it also below
    /// zero (19-7740, Die Temp).</summary>
    internal static int ToMilliCelsius(byte integer, byte fraction)
    {
        int sixteenths = ((sbyte)integer * 16) + (fraction & Bits.TemperatureFractionMask);
        return sixteenths * MilliCelsiusPerDegree / 16;
    }

    private int Microamps(Register led)
        => _settings[(int)led] * Max3010xConfiguration.LedCurrentMicroampsStep;

    private int CheckedRate(Max3010xConfiguration configuration)
    {
        _settings[(int)Register.SpO2Configuration] = configuration.SpO2Register();
        return configuration.SampleRateHz;
    }

    private void SetCurrents(int redMicroamps, int infraredMicroamps)
    {
        byte red = Max3010xConfiguration.LedRegister(redMicroamps);
        byte infrared = Max3010xConfiguration.LedRegister(infraredMicroamps);
        _settings[(int)Register.Led1PulseAmplitude] = _isSwapped ? infrared : red;
        _settings[(int)Register.Led2PulseAmplitude] = _isSwapped ? red : infrared;
    }
}
