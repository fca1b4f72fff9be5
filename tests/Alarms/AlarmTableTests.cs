// Goal: docs/alarms.md says what the code does; method: every cell of its tables against the rules, the words and
// the light and sound as they are measured tick by tick, and a named test for every row.

using System.Globalization;
using System.Reflection;
using Pulsegate.Alarms;
using Pulsegate.Display;
using Pulsegate.Uplink;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Alarms;

[TestClass]
public class AlarmTableTests
{
    private static readonly string[] VitalNames = ["SpO2", "pulse", "perfusion index", "signal quality", "temperature"];
    private static readonly string[] Units = ["%", "/min", "%", "", "°C"];
    private static readonly int[] Digits = [1, 1, 2, 0, 2];   // behind the point, of the stored unit
    private static readonly string[] Priorities = ["none", "low", "medium", "high"];

    public static IEnumerable<object[]> Rules => Rows("What raises and ends each alarm");

    public static IEnumerable<object[]> Signals => Rows("What is seen, heard and to be done");

    [TestMethod]
    public void EveryCondition_HasOneRowInEachTable_AndATestOfItsOwn()
    {
        string[] names = [.. Enumerable.Range(0, AlarmCondition.Count).Select(AlarmCondition.NameOf).Order()];
        string[] tests =
        [
            .. typeof(AlarmRowTests).GetMethods()
                .Where(method => method.GetCustomAttribute<TestMethodAttribute>() is not null)
                .Select(method => char.ToLowerInvariant(method.Name[0]) + method.Name[1..]).Order(),
        ];
        CollectionAssert.AreEqual(names, Rules.Select(row => AlarmCondition.NameOf((int)row[0])).Order().ToArray());
        CollectionAssert.AreEqual(names, Signals.Select(row => AlarmCondition.NameOf((int)row[0])).Order().ToArray());
        CollectionAssert.AreEqual(names, tests.Select(name => name.Replace("spO2", "spo2")).Order().ToArray());
    }

    [TestMethod]
    [DynamicData(nameof(Rules))]
    public void RowOfRules_IsWhatTheCodeKeeps(int condition, Dictionary<string, string> row)
    {
        int vital = AlarmRules.VitalOf(condition);
        string YesNo(bool isSo) => isSo ? "yes" : "no";
        Assert.AreEqual(Priorities[AlarmRules.PriorityOf(condition)], row["priority"]);
        Assert.AreEqual($"{AlarmRules.DefaultDelaySecondsOf(condition)}", row["delay s"]);
        Assert.AreEqual($"{AlarmRules.DelaySecondsMaxOf(condition)}", row["longest s"]);
        Assert.AreEqual(YesNo((AlarmRules.LatchingConditions >> condition & 1) != 0), row["latching"]);
        Assert.AreEqual(YesNo(AlarmRules.MaySwitchOff(condition)), row["may be switched off"]);
        Assert.AreEqual(vital < 0 ? "" : Amount(vital, AlarmRules.DefaultLimitOf(condition)), row["default"]);
        Assert.AreEqual(vital < 0 ? "" : Amount(vital, AlarmRules.HysteresisOf(condition)), row["hysteresis"]);
        if (vital < 0)
        {
            Assert.AreEqual("", row["range"]);
            return;
        }

        Assert.AreEqual(
            $"{Number(vital, AlarmRules.LimitMinOf(condition))} to {Amount(vital, AlarmRules.LimitMaxOf(condition))}",
            row["range"]);
        Assert.AreEqual($"{VitalNames[vital]} {(AlarmRules.IsAbove(condition) ? "above" : "below")}", row["raised when"]);
    }

    [TestMethod]
    [DynamicData(nameof(Signals))]
    public void RowOfSignals_IsWhatIsSeenAndHeard(int condition, Dictionary<string, string> row)
    {
        Assert.AreEqual(AlarmText.TitleOf(condition), row["title"]);
        Assert.AreEqual(AlarmText.HintOf(condition), row["hint"]);
        Assert.AreEqual(LightOf(AlarmRules.PriorityOf(condition)), row["light"]);
        Assert.AreEqual(SoundOf(AlarmRules.PriorityOf(condition)), row["sound"]);
        Assert.AreNotEqual("", row["for whoever cares for the patient"]);
    }

    [TestMethod]
    public void Times_AreTheCodes()
    {
        int[] expected =
        [
            AlarmRules.OffDelayMs, AlarmEngine.UnknownMsMax, Annunciator.AudioPauseMs, Annunciator.ReminderMs,
            Annunciator.UnattendedHighMs, Annunciator.UnattendedMediumMs, UplinkLoop.HurryIntervalMs,
            UplinkLoop.HurryMsMax, Backoff.DelayMsMax,
        ];
        string[] said = [.. AlarmTable.Under("Times").Select(row => row["time"])];
        CollectionAssert.AreEqual(expected.Select(time => $"{time / 1000} s").ToArray(), said);
        StringAssert.Contains(AlarmTable.Text, $"never softer than {Beacon.HighVolumeMin} %");
        StringAssert.Contains(AlarmTable.Text, $"every {Gateway.StoreRetryMs / 1000} s");
        StringAssert.Contains(AlarmTable.Text, $"{Pulsegate.Store.Recorder.PendingAlarmCountMax} changes waiting");
    }

    [TestMethod]
    public void WorstDelays_NameTestsThatExist()
    {
        string[] types = [.. typeof(AlarmTableTests).Assembly.GetTypes().Select(type => type.Name)];
        foreach (Dictionary<string, string> row in AlarmTable.Under("Worst delays"))
        {
            Assert.IsTrue(
                types.Contains(row["held by"]) || row["held by"].StartsWith("[signal-chain.md]", StringComparison.Ordinal),
                row["held by"]);
        }
    }

    [TestMethod]
    public void HighAlarm_IsNeverSofterThanItsMinimum_AndUnattendedIsLoudest()
    {
        var settings = new SoundSettings { NightVolume = 0, NightStartMinute = 0, NightEndMinute = 1439 };
        Assert.AreEqual(Beacon.HighVolumeMin, LoudestAt(settings, AlarmPriority.High, isUnattended: false));
        Assert.AreEqual(0, LoudestAt(settings, AlarmPriority.Medium, isUnattended: false));
        Assert.AreEqual(0, LoudestAt(settings, AlarmPriority.Low, isUnattended: false));
        Assert.AreEqual(Beacon.VolumeMax, LoudestAt(settings, AlarmPriority.High, isUnattended: true));
    }

    private static IEnumerable<object[]> Rows(string heading)
    {
        string[] names = [.. Enumerable.Range(0, AlarmCondition.Count).Select(AlarmCondition.NameOf)];
        return AlarmTable.Under(heading).Select(row => new object[] { Array.IndexOf(names, row["condition"]), row });
    }

    private static string Number(int vital, int stored)
        => (stored / (decimal)Math.Pow(10, Digits[vital])).ToString("F" + Digits[vital], CultureInfo.InvariantCulture);

    private static string Amount(int vital, int stored) => $"{Number(vital, stored)} {Units[vital]}".Trim();

    // A minute of ticks: colour while lit, how often it goes on, and for what share of the time.
    private static string LightOf(byte priority)
    {
        Beacon beacon = Showing(priority, new SoundSettings(), isUnattended: false);
        (bool Red, bool Green, bool Blue)[] ticks = [.. Enumerable.Range(0, 600).Select(_ =>
        {
            beacon.Step(-1);
            return (beacon.IsRed, beacon.IsGreen, beacon.IsBlue);
        })];
        string colour = ticks.Where(tick => tick != default).Distinct().Single() switch
        {
            (true, false, false) => "red",
            (true, true, false) => "yellow",
            (false, true, true) => "cyan",
            var other => other.ToString(),
        };
        int lit = ticks.Count(tick => tick != default);
        int begun = Enumerable.Range(0, 600).Count(i => ticks[i] != default && ticks[(i + 599) % 600] == default);
        return begun == 0 ? $"{colour}, steady"
            : string.Create(CultureInfo.InvariantCulture, $"{colour}, {begun / 60.0:F1} Hz, {lit / 6} %");
    }

    // Pulses of a burst and how long until the next, from two minutes of ticks.
    private static string SoundOf(byte priority)
    {
        Beacon beacon = Showing(priority, new SoundSettings(), isUnattended: false);
        bool[] ticks = [.. Enumerable.Range(0, 1200).Select(_ =>
        {
            beacon.Step(-1);
            return beacon.Volume > 0;
        })];
        int period = Enumerable.Range(1, 600).First(shift => ticks.Skip(shift).SequenceEqual(ticks.SkipLast(shift)));
        int pulses = Enumerable.Range(0, period).Count(i => ticks[i] && (i == 0 || !ticks[i - 1]));
        return string.Create(
            CultureInfo.InvariantCulture, $"{pulses} pulse{(pulses == 1 ? "" : "s")} each {period / 10.0:F1} s");
    }

    private static int LoudestAt(SoundSettings settings, AlarmPriority priority, bool isUnattended)
    {
        Beacon beacon = Showing((byte)priority, settings, isUnattended);
        return Enumerable.Range(0, 600).Max(_ =>
        {
            beacon.Step(0);
            return beacon.Volume;
        });
    }

    private static Beacon Showing(byte priority, SoundSettings settings, bool isUnattended)
    {
        var beacon = new Beacon(settings);
        var signal = new AlarmSignal { LightPriority = priority, SoundPriority = priority, IsUnattended = isUnattended };
        beacon.Show(new Reading(), signal, true);
        return beacon;
    }
}
