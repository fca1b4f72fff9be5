// What goes wrong, and when: drawn by seed. Every seed has a character of its own (which faults it knows, how often, how long, how much
// flash, which storage model), and the characters together cover:
//
// - power: cuts between two steps, cuts in the middle of a storage call, cuts again within the next calls of the recovery, off for seconds
//   to hours, clean stops;
// - flash: calls that fail once, calls that fail for minutes, torn writes, bits flipped at rest, files that are not the store's, a partition
//   that is wiped (the unit is then provisioned anew), too little of it for the outages, so that it is full;
// - native stalls: erases and handshakes that stop both loops for up to 3 s, longer than the chip's FIFO holds;
// - the sensor: bus errors, finger on and off, motion, low perfusion, desaturation (SeededVitals, or the emulated chip and its light);
// - network: outages from seconds to a week, a backend that does not listen while the broker says PUBACK, lost, late and doubled messages;
// - acknowledgements: lost, late, doubled, replayed, damaged, forged;
// - time: no clock, a clock that comes late, that is off, that jumps.
//
// Not here: radiation between two reads of one call, a chip that lies about its samples, two faults at the very same call.

namespace Pulsegate.Virtual.Simulation;

/// <summary>Faults that come at their own times.</summary>
internal enum Fault
{
    /// <summary>The power goes between two steps.</summary>
    PowerOff,

    /// <summary>The power goes in the middle of one of the next storage calls.</summary>
    PowerCutInStorage,

    /// <summary>A clean stop and a start.</summary>
    Restart,

    /// <summary>The next storage calls fail.</summary>
    StorageFails,

    /// <summary>Native code holds both loops up.</summary>
    Stall,

    /// <summary>The sensor's bus fails.</summary>
    BusError,

    /// <summary>No network.</summary>
    Outage,

    /// <summary>The backend does not listen.</summary>
    BackendOutage,

    /// <summary>The clock is set.</summary>
    ClockJump,

    /// <summary>A bit flips in flash.</summary>
    BitFlip,

    /// <summary>The partition is wiped.</summary>
    Wipe,

    /// <summary>A file that is not the store's lies in its folder.</summary>
    ForeignFile,
}

/// <summary>The plan of one seed.</summary>
internal sealed class FaultPlan
{
    private const long HourMs = 3_600_000;
    private static readonly int FaultCount = Enum.GetValues<Fault>().Length;
    private readonly Random _random;
    private readonly long[] _nextMs = new long[FaultCount];
    private readonly long[] _meanMs = new long[FaultCount];

    /// <summary>Draws a character.</summary>
    public FaultPlan(Random random)
    {
        _random = random;
        CapacityBytes = random.Next(5) switch
        {
            0 => 64 * 1024,
            1 => 96 * 1024,
            2 => 256 * 1024,
            3 => 1200 * 1024,
            _ => 153 * 1024,
        };
        CommitSeconds = random.Next(3) switch { 0 => 10, 1 => 60, _ => random.Next(10, 301) };
        MessageFaultPercent = random.Next(3) * 5;
        IsTorn = random.Next(2) == 0;
        FlashFailuresPerMille = IsTorn ? random.Next(3) * random.Next(4) : 0;
        IsLiveEnabled = random.Next(4) == 0;
        HasClock = random.Next(4) != 0;
        LongestOutageMs = (long)(HourMs * 168 * Math.Pow(random.NextDouble(), 3)) + 60_000;
        SetMean(Fault.PowerOff, 8, 3);
        SetMean(Fault.PowerCutInStorage, 4, 2);
        SetMean(Fault.Restart, 24, 2);
        SetMean(Fault.StorageFails, 6, 3);
        SetMean(Fault.Stall, 0.5, 2);
        SetMean(Fault.BusError, 2, 2);
        SetMean(Fault.Outage, 5, 2);
        SetMean(Fault.BackendOutage, 8, 2);
        SetMean(Fault.ClockJump, 8, 2);
        SetMean(Fault.BitFlip, IsTorn ? 6 : 0, 2);
        SetMean(Fault.Wipe, 48, 6);
        SetMean(Fault.ForeignFile, 12, 2);
    }

    /// <summary>Flash that the firmware may fill.</summary>
    public int CapacityBytes { get; }

    /// <summary>Commit interval.</summary>
    public int CommitSeconds { get; }

    /// <summary>Of a hundred messages and acknowledgements, how many suffer from each fault.</summary>
    public int MessageFaultPercent { get; }

    /// <summary>True for the storage model that tears.</summary>
    public bool IsTorn { get; }

    /// <summary>Of a thousand changes and of a thousand reads of the flash, how many fail.</summary>
    public int FlashFailuresPerMille { get; }

    /// <summary>True when live messages are sent as well.</summary>
    public bool IsLiveEnabled { get; }

    /// <summary>False when no clock is ever set.</summary>
    public bool HasClock { get; }

    /// <summary>Longest outage of the network, ms.</summary>
    public long LongestOutageMs { get; }

    /// <summary>True for what does not happen any more: the run comes to rest.</summary>
    public bool IsQuiet { get; set; }

    /// <summary>True when the fault comes now; the next is drawn.</summary>
    public bool Happens(Fault fault, long nowMs)
    {
        int i = (int)fault;
        if (IsQuiet || _meanMs[i] == 0 || nowMs < _nextMs[i])
        {
            return false;
        }

        bool isFirst = _nextMs[i] == 0;
        _nextMs[i] = nowMs + 1 + (long)(-Math.Log(1 - _random.NextDouble()) * _meanMs[i]);
        return !isFirst;
    }

    /// <summary>A time between two limits, short ones as likely as long ones (log-uniform), ms.</summary>
    public long Duration(long shortestMs, long longestMs)
        => (long)(shortestMs * Math.Pow((double)longestMs / shortestMs, _random.NextDouble()));

    /// <summary>A whole number, both limits included.</summary>
    public int Draw(int lowest, int highest) => _random.Next(lowest, highest + 1);

    // Every so many hours; one seed in so many does not know the fault at all.
    private void SetMean(Fault fault, double hours, int oneOf)
    {
        bool isKnown = fault is Fault.Wipe ? _random.Next(oneOf) == 0 : _random.Next(oneOf + 1) != 0;
        _meanMs[(int)fault] = isKnown ? (long)(hours * HourMs) : 0;
    }
}
