// What goes wrong, and when: drawn by seed. Every seed has a character of its own (which faults it knows, how
// often, how long, how much flash, which storage model), and the characters together cover:
//
// - power: cuts between two steps, cuts in the middle of a storage call, cuts again within the next calls of
// the recovery, off for seconds
//   to hours, clean stops;
// - flash: calls that fail once, calls that fail for minutes, torn writes, bits flipped at rest, bytes of a
// segment overwritten, files that
//   are not the store's, a partition that is wiped (the unit is then provisioned anew), too little of it for
// the outages, so that it is full;
// - native stalls: erases and handshakes that stop both loops for up to 3 s, longer than the chip's FIFO
// holds;
// - the sensor: bus errors, finger on and off, motion, low perfusion, desaturation (SeededVitals, or the
// emulated chip and its light);
// - network: outages from seconds to a week (one seed in eight: a whole week, when it lives that long), a
// backend that does not listen
//   while the broker says PUBACK, lost, late and doubled messages;
// - acknowledgements: lost, late, doubled, replayed, damaged, forged;
// - time: no clock, a clock that comes late, that is off, that jumps.
//
// Each fault draws from a stream of its own, so that a fault that is added leaves the runs of the others'
// seeds alone.
//
// Not here: radiation between two reads of one call, a chip that lies about its samples, two faults at the
// very same call.

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

    /// <summary>Bytes of a segment are overwritten at rest.</summary>
    BadBlock,
}

/// <summary>The plan of one seed.</summary>
internal sealed class FaultPlan
{
    private const long HourMs = 3_600_000;
    private const long WeekMs = 168 * HourMs;
    private const int StreamSpacing = 7919;
    private static readonly int FaultCount = Enum.GetValues<Fault>().Length;
    private readonly Random[] _streams = new Random[FaultCount];
    private readonly long[] _nextMs = new long[FaultCount];
    private readonly long[] _meanMs = new long[FaultCount];
    private readonly bool _hasWeek;

    /// <summary>Draws a character; a quiet plan has no faults at all.</summary>
    public FaultPlan(int seed, bool isQuiet)
    {
        for (int i = 0; i < FaultCount; i++)
        {
            _streams[i] = new Random(seed ^ (StreamSpacing * (i + 1)));
        }

        var random = new Random(seed ^ 0x5eed);
        IsQuiet = isQuiet;
        CapacityBytes = random.Next(5) switch
        {
            0 => 64 * 1024,
            1 => 96 * 1024,
            2 => 256 * 1024,
            3 => 1200 * 1024,
            _ => 153 * 1024,
        };
        CommitSeconds = random.Next(3) switch { 0 => 10, 1 => 60, _ => random.Next(10, 301) };
        MessageFaultPercent = isQuiet ? 0 : random.Next(3) * 5;
        IsTorn = random.Next(2) == 0;
        FlashFailuresPerMille = IsTorn && !isQuiet ? random.Next(3) * random.Next(4) : 0;
        IsLiveEnabled = random.Next(4) == 0;
        HasClock = random.Next(4) != 0;
        _hasWeek = random.Next(8) == 0;
        LongestOutageMs = _hasWeek ? WeekMs : (long)(WeekMs * Math.Pow(random.NextDouble(), 3)) + 60_000;
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
        SetMean(Fault.BadBlock, IsTorn ? 24 : 0, 1);
    }

    /// <summary>What this seed is, in a line.</summary>
    public override string ToString()
        => $"{CapacityBytes / 1024} KB of {(IsTorn ? "torn" : "littlefs")} flash ({FlashFailuresPerMille} "
            + $"per mille of calls fail), "
            + $"a commit each {CommitSeconds} s, {(HasClock ? "with" : "no")} clock, {MessageFaultPercent} "
            + $"% of messages suffer; knows "
            + string.Join(", ", Enum.GetValues<Fault>().Where(fault => _meanMs[(int)fault] > 0));

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
        _nextMs[i] = nowMs + 1 + (long)(-Math.Log(1 - _streams[i].NextDouble()) * _meanMs[i]);
        return !isFirst;
    }

    /// <summary>How long an outage of the network or of the backend lasts, ms: short ones are as likely as
    /// long ones (log-uniform).</summary>
    public long OutageMs(Fault fault)
        => _hasWeek && Draw(fault, 0, 7) == 0 ? WeekMs : Duration(fault, 2000, LongestOutageMs);

    /// <summary>A time between two limits, log-uniform, ms.</summary>
    public long Duration(Fault fault, long shortestMs, long longestMs)
        => (long)(shortestMs * Math.Pow((double)longestMs / shortestMs, _streams[(int)fault].NextDouble()));

    /// <summary>A whole number, both limits included.</summary>
    public int Draw(Fault fault, int lowest, int highest) => _streams[(int)fault].Next(lowest, highest + 1);

    // Every so many hours; one seed in so many does not know the fault at all.
    private void SetMean(Fault fault, double hours, int oneOf)
    {
        Random random = _streams[(int)fault];
        bool isKnown = fault is Fault.Wipe ? random.Next(oneOf) == 0 : random.Next(oneOf + 1) != 0;
        _meanMs[(int)fault] = isKnown ? (long)(hours * HourMs) : 0;
    }
}
