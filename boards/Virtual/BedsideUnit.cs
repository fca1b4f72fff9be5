// A unit at a bedside over its whole life: it can lose its power and get it back. What is in flash stays,
// what is in RAM goes, the finger and the world go on meanwhile.

using Iot.Device.Max3010x.Emulator;
using Pulsegate.Configuration;
using Pulsegate.Diagnostics;
using Pulsegate.Platform;
using Pulsegate.Virtual.Display;
using Pulsegate.Virtual.Link;
using Pulsegate.Virtual.Platform;

namespace Pulsegate.Virtual;

/// <summary>What stays when the power goes.</summary>
/// <param name="Device">Device id.</param>
/// <param name="EpochUpper">Upper half of the store epoch, from provisioning.</param>
/// <param name="Storage">Its flash.</param>
/// <param name="Scratch">Another folder of the same drive, which the self-test tries.</param>
/// <param name="Signer">Its keys.</param>
/// <param name="Light">What lies on the oximeter.</param>
/// <param name="Configuration">Settings.</param>
/// <param name="CreateLink">Makes the link of each start.</param>
/// <param name="IsNetworkUp">Whether there is a network now.</param>
public sealed record BedsideParts(
    string Device, uint EpochUpper, IStorage Storage, IStorage Scratch, ISigner Signer, IPpgSource Light,
    GatewayConfiguration Configuration, Func<MosquittoLink> CreateLink, Func<bool> IsNetworkUp);

/// <summary>A unit with a face, in real time. Thread-safe.</summary>
public sealed class BedsideUnit : IDisposable
{
    private const int BodyMilliCelsius = 36_600, CoolEveryMs = 1000;

    private readonly BedsideParts _parts;
    private readonly HostClock _worldClock = new();
    private readonly Lock _gate = new();
    private MosquittoLink? _link;
    private BedsideBalance _earlier = BedsideBalance.None;
    private readonly CoolingSkin _skin = new(BodyMilliCelsius);
    private readonly Timer _cooling;

    /// <summary>A unit that is given power.</summary>
    /// <exception cref="IOException">The store cannot be opened.</exception>
    public BedsideUnit(BedsideParts parts)
    {
        _parts = parts;
        Process = Start();
        _cooling = new Timer(_ => Cool(), null, CoolEveryMs, CoolEveryMs);
    }

    /// <summary>The running firmware, of this start; of the last one while there is no power.</summary>
    public GatewayProcess Process { get; private set; }

    /// <summary>Its face; null while there is no power.</summary>
    public VirtualFace? Face { get; private set; }

    /// <summary>True while it has power.</summary>
    public bool HasPower => Face is not null;

    /// <summary>Readings over all starts.</summary>
    public BedsideBalance Balance
    {
        get
        {
            lock (_gate)
            {
                return HasPower ? _earlier + BedsideBalance.Of(Process) : _earlier;
            }
        }
    }

    /// <summary>Temperature that the skin under the probe is to have, 0.001 °C: it warms at once and cools by
    /// 2 °C a minute.</summary>
    public int MilliCelsius
    {
        get => _skin.Asked;
        set => Touch(() =>
        {
            _skin.Asked = value;
            WarmProbe();
        });
    }

    /// <summary>Changes something around the unit between two of its steps.</summary>
    public void Touch(Action change)
    {
        lock (_gate)
        {
            Process.Read(_ =>
            {
                change();
                return true;
            });
        }
    }

    /// <summary>What the panel shows; null while it is dark.</summary>
    public Picture? Look()
    {
        lock (_gate)
        {
            return Face is { } face ? Process.Read(_ => face.Look()) : null;
        }
    }

    /// <summary>Takes the power away: what is not in flash is gone.</summary>
    public void CutPower()
    {
        lock (_gate)
        {
            if (HasPower)
            {
                Process.Cut();
                _earlier = (_earlier + BedsideBalance.Of(Process)).AfterCut();
                End();
            }
        }
    }

    /// <summary>Gives the power back: the unit starts from its store.</summary>
    /// <exception cref="IOException">The store cannot be opened.</exception>
    public void GivePower()
    {
        lock (_gate)
        {
            if (!HasPower)
            {
                Process = Start();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _cooling.Dispose();
            Process.Stop(TimeSpan.Zero);
            End();
        }
    }

    private GatewayProcess Start()
    {
        var clock = new HostClock();
        MosquittoLink link = _parts.CreateLink();
        var face = new VirtualFace(_parts.Configuration, clock, _parts.Device);
        try
        {
            var unit = new VirtualUnit(new VirtualUnitParts(
                _parts.Device, _parts.EpochUpper, clock, _parts.Storage, _parts.Signer, face,
                new LaterLight(_parts.Light, _worldClock.MonotonicMs * 1000), _parts.Configuration));
            var test = new SelfTest(unit.Store, unit.Recorder, clock);
            unit.TestSensors(test, clock.MonotonicMs);
            test.CheckFlash(_parts.Scratch);
            var process = new GatewayProcess(
                unit, link, _parts.Signer, _parts.Device, clock, test, _parts.IsNetworkUp);
            _link = link;
            Face = face;
            process.Read(_ => Warm(unit));
            return process;
        }
        catch
        {
            face.Dispose();
            link.Dispose();
            throw;
        }
    }

    private void End()
    {
        Face?.Dispose();
        Face = null;
        _link?.Disconnect(clean: false);
        _link?.Dispose();
        _link = null;
        Process.Dispose();
    }

    // A tick that was on its way when the unit ended finds no power.
    private void Cool()
    {
        lock (_gate)
        {
            if (_skin.Cool() && HasPower)
            {
                WarmProbe();
            }
        }
    }

    private void WarmProbe() => Process.Read(Warm);

    private bool Warm(VirtualUnit unit)
    {
        if (unit.Tmp117Chip is { } tmp117)
        {
            tmp117.MilliCelsius = _skin.MilliCelsius;
        }

        if (unit.Max30205Chip is { } max30205)
        {
            max30205.MilliCelsius = _skin.MilliCelsius;
        }

        return true;
    }

    // The unit's clock begins anew with each start, the finger's goes on.
    private sealed class LaterLight(IPpgSource light, long laterMicroseconds) : IPpgSource
    {
        public void Sample(long timeMicroseconds, int[] sample)
            => light.Sample(timeMicroseconds + laterMicroseconds, sample);
    }
}
