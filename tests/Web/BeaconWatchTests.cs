// Goal: what is said of the light is what it does. Method: the beacon itself, against the figures of its own
// documentation (2 Hz at 40 %, 0.5 Hz at 50 %, steady).

using Pulsegate.Alarms;
using Pulsegate.Virtual.Display;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Web;

[TestClass]
public sealed class BeaconWatchTests
{
    [TestMethod]
    [DataRow(AlarmPriority.High, "red", 120, 40)]
    [DataRow(AlarmPriority.Medium, "yellow", 30, 50)]
    [DataRow(AlarmPriority.Low, "pale blue", 0, 100)]
    [DataRow(AlarmPriority.None, "blue", 0, 100)]
    public void RateAndDuty_AreMeasured(AlarmPriority priority, string color, int flashesPerMinute, int litPercent)
    {
        var beacon = new Beacon(new SoundSettings());
        var watch = new BeaconWatch();
        var reading = new Reading();
        reading.SetAbsent(Vital.PulseRate, ReadingStatus.NoFinger);
        beacon.Show(reading, new AlarmSignal { LightPriority = (byte)priority }, true);
        BeaconView view = BeaconView.Off;
        for (int i = 0; i < BeaconWatch.TickCount + 7; i++)
        {
            beacon.Step(-1);
            view = watch.Look(beacon);
        }

        Assert.AreEqual((color, flashesPerMinute, litPercent), (view.Color, view.FlashesPerMinute, view.LitPercent));
    }
}
