using Pulsegate.Configuration;

namespace Pulsegate.Cli.Fleet;

/// <summary>What a fleet is to do; a part of it gets its share. Travels as JSON.</summary>
/// <param name="Folder">Folder of the provisioned units.</param>
/// <param name="First">Number of the first unit.</param>
/// <param name="Count">Units.</param>
/// <param name="Port">Port of the broker on 127.0.0.1.</param>
/// <param name="Seconds">How long they measure.</param>
/// <param name="StartSeconds">Within what time they are switched on, evenly.</param>
/// <param name="CommitSeconds">Commit interval of the units.</param>
/// <param name="IsLive">True when they send live vitals too.</param>
/// <param name="Seed">Of fingers and outages.</param>
internal sealed record FleetPlan(
    string Folder, int First, int Count, int Port, int Seconds, double StartSeconds, int CommitSeconds,
    bool IsLive, int Seed)
{
    // Up to here units are made to work: they commit as often as they may and send live vitals. More of them
    // are set as a large fleet is (docs/scale.md).
    private const int SmallCountMax = 1000;
    private const double StartShare = 0.2;          // of the run
    private const double StartShareMax = 0.5;
    private const double StartsPerSecondMax = 60;   // a TLS handshake is milliseconds at both ends

    /// <summary>The whole of a fleet.</summary>
    /// <param name="count">Units.</param>
    /// <param name="seconds">How long they measure.</param>
    /// <param name="seed">Of fingers and outages.</param>
    public static FleetPlan Of(int count, int seconds, int seed) => new(
        "", 0, count, 0, seconds,
        Math.Min(Math.Max(seconds * StartShare, count / StartsPerSecondMax), seconds * StartShareMax),
        count <= SmallCountMax ? GatewayConfiguration.CommitIntervalSecondsMin
            : GatewayConfiguration.CommitIntervalSecondsDefault,
        count <= SmallCountMax, seed);

    /// <summary>Shares as even as can be, in the order of the units.</summary>
    /// <param name="partCount">How many.</param>
    public IEnumerable<FleetPlan> Split(int partCount)
    {
        int each = (Count + partCount - 1) / partCount;
        for (int first = 0; first < Count; first += each)
        {
            yield return this with { First = First + first, Count = Math.Min(each, Count - first) };
        }
    }

    /// <summary>When a unit is switched on, ms from the beginning.</summary>
    /// <param name="index">Of the unit in this part.</param>
    public long StartMs(int index) => (long)(StartSeconds * 1000 * index / Count);
}
