// How loud a unit is, by day and by night.

using Pulsegate.Platform;

namespace Pulsegate.Alarms;

/// <summary>Volume of the alarms' sound. An alarm of high priority is never softer than
/// <see cref="Beacon.HighVolumeMin"/>, whatever stands here.</summary>
public sealed class SoundSettings
{
    /// <summary>Softest volume by day, percent.</summary>
    public const int DayVolumeMin = 30;

    /// <summary>Volume by day, percent, <see cref="DayVolumeMin"/> to 100.</summary>
    public int DayVolume = 80;

    /// <summary>Volume by night, percent, 0 to 100; 0 mutes what is of low and medium priority.</summary>
    public int NightVolume = 50;

    /// <summary>Minute of the local day at which the night begins; equal to its end for no night.</summary>
    public int NightStartMinute;

    /// <summary>Minute of the local day at which it ends.</summary>
    public int NightEndMinute;

    /// <summary>The volume at a minute of the local day.</summary>
    /// <param name="localMinute">0 to 1439; -1 when it is not known, which counts as day.</param>
    public int VolumeAt(int localMinute)
    {
        if (localMinute < 0 || NightStartMinute == NightEndMinute)
        {
            return DayVolume;
        }

        int sinceStart = (localMinute - NightStartMinute + LocalTime.MinutesADay) % LocalTime.MinutesADay;
        int length = (NightEndMinute - NightStartMinute + LocalTime.MinutesADay) % LocalTime.MinutesADay;
        return sinceStart < length ? NightVolume : DayVolume;
    }
}
