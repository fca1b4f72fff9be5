// Where readings come from. On a unit that is SensorVitals, chips and signal chain; in a simulation of years
// it is a seeded source, so that everything behind the reading runs as it is.

namespace Pulsegate.Vitals;

/// <summary>Gives the acquisition loop its readings. One owner, one thread.</summary>
public interface IVitalsSource
{
    /// <summary>Moves what has been measured since the call before out of the chips. Call it every
    /// step.</summary>
    /// <param name="nowMs">Monotonic ms.</param>
    /// <returns>True when samples were lost since the call before: the readings around say so.</returns>
    bool Drain(long nowMs);

    /// <summary>Fills the reading of the second that ends now.</summary>
    /// <param name="nowMs">Monotonic ms.</param>
    /// <param name="readingMs">The second's end, monotonic ms; not after <paramref name="nowMs"/>.</param>
    /// <param name="reading">The reading to fill; every field is written.</param>
    void Read(long nowMs, long readingMs, Reading reading);
}
