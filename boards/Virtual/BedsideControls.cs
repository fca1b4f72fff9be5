// What somebody at the demo can do to the finger, the wires and the flash of a unit. Each acts on an emulated
// chip, the finger, the wire or the storage; what follows is the firmware's doing.

using Pulsegate.Virtual.Link;
using Pulsegate.Virtual.Ppg;
using Pulsegate.Virtual.Storage;

namespace Pulsegate.Virtual;

/// <summary>The controls by name. Thread-safe.</summary>
/// <param name="unit">The unit.</param>
/// <param name="finger">The finger on it; null while a recording plays, which cannot be changed.</param>
/// <param name="wire">Its network.</param>
/// <param name="flash">Its flash.</param>
public sealed class BedsideControls(
    BedsideUnit unit, SyntheticPpgSource? finger, CuttableWire wire, SpoiledStorage flash)
{
    private const double RestingSpO2 = 97, LowSpO2 = 78, RestingRate = 72, FastRate = 155, ShakingShare = 6;
    private const int NormalMilliCelsius = 36_600, FeverMilliCelsius = 39_900;
    private const int SpoiledBeforeEnd = 60;   // within the newest record, whose smallest is longer
    private readonly Lock _gate = new();
    private int _spoiledCount;

    /// <summary>Times that the flash was damaged.</summary>
    public int SpoiledCount => Volatile.Read(ref _spoiledCount);

    /// <summary>Every control: true while it is on, null where it cannot be used now.</summary>
    public IReadOnlyDictionary<string, bool?> States => new Dictionary<string, bool?>
    {
        ["desaturate"] = finger is null ? null : finger.SpO2 < RestingSpO2,
        ["fast-pulse"] = finger is null ? null : finger.PulseRate > RestingRate,
        ["fever"] = unit.MilliCelsius > NormalMilliCelsius,
        ["no-finger"] = finger is null ? null : !finger.IsFingerOn,
        ["shake"] = finger is null ? null : finger.MotionShare > 0,
        ["network"] = wire.IsCut,
        ["power"] = !unit.HasPower,
        ["flash"] = unit.HasPower ? false : null,
    };

    /// <summary>Switches a control on or off; the flash is damaged each time it is switched on.</summary>
    /// <returns>False when there is no such control, or it cannot be used now.</returns>
    /// <exception cref="IOException">The unit cannot start from its store.</exception>
    public bool TrySet(string name, bool isOn)
    {
        lock (_gate)
        {
            return name switch
            {
                "desaturate" => TryTouch(finger => finger.SpO2 = isOn ? LowSpO2 : RestingSpO2),
                "fast-pulse" => TryTouch(finger => finger.PulseRate = isOn ? FastRate : RestingRate),
                "no-finger" => TryTouch(finger => finger.IsFingerOn = !isOn),
                "shake" => TryTouch(finger => finger.MotionShare = isOn ? ShakingShare : 0),
                "fever" => Do(() => unit.MilliCelsius = isOn ? FeverMilliCelsius : NormalMilliCelsius),
                "network" => Do(() => wire.IsCut = isOn),
                "power" => Do(isOn ? unit.CutPower : unit.GivePower),
                "flash" => isOn && unit.HasPower && TrySpoil(),
                _ => false,
            };
        }
    }

    /// <summary>Gives power and network back.</summary>
    public void Mend()
    {
        TrySet("power", false);
        TrySet("network", false);
    }

    private static bool Do(Action act)
    {
        act();
        return true;
    }

    private bool TryTouch(Action<SyntheticPpgSource> change)
    {
        if (finger is null)
        {
            return false;
        }

        unit.Touch(() => change(finger));
        return true;
    }

    private bool TrySpoil()
    {
        string? newest = flash.List()?.Where(name => name.StartsWith('s') && name.EndsWith(".pg", StringComparison.Ordinal))
            .Max(StringComparer.Ordinal);
        bool isSpoiled = newest is not null && flash.TrySpoil(newest, SpoiledBeforeEnd);
        _spoiledCount += isSpoiled ? 1 : 0;
        return isSpoiled;
    }
}
