// Goal: every row of docs/alarms.md holds at its edges; method: one test a condition, named like it, with the
// numbers of the table written out, through engine and annunciator second by second.

using Pulsegate.Alarms;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Alarms;

[TestClass]
public class AlarmRowTests
{
    private const bool Latches = true;
    private readonly AlarmChanges _changes = new();
    private readonly AlarmChange _change = new();
    private readonly Reading _reading = new();
    private readonly AlarmEngine _engine;
    private readonly Annunciator _annunciator;
    private long _nowMs;
    private int _unitConditions;

    public AlarmRowTests()
    {
        _engine = new AlarmEngine(new AlarmLimits(), _changes);
        _annunciator = new Annunciator(_engine, _changes);
        SetNormal();
    }

    [TestMethod]
    public void SpO2Low() => Number(AlarmCondition.SpO2Low, Vital.SpO2, 10, [900, 899, 909, 910]);

    [TestMethod]
    public void SpO2VeryLow()
        => Number(AlarmCondition.SpO2VeryLow, Vital.SpO2, 5, [850, 849, 859, 860], Latches);

    [TestMethod]
    public void PulseRateLow()
        => Number(AlarmCondition.PulseRateLow, Vital.PulseRate, 10, [500, 499, 519, 520]);

    [TestMethod]
    public void PulseRateVeryLow()
        => Number(AlarmCondition.PulseRateVeryLow, Vital.PulseRate, 5, [400, 399, 419, 420], Latches);

    [TestMethod]
    public void PulseRateHigh()
        => Number(AlarmCondition.PulseRateHigh, Vital.PulseRate, 10, [1200, 1201, 1181, 1180]);

    [TestMethod]
    public void PulseRateVeryHigh()
        => Number(AlarmCondition.PulseRateVeryHigh, Vital.PulseRate, 5, [1400, 1401, 1381, 1380], Latches);

    [TestMethod]
    public void TemperatureLow()
        => Number(AlarmCondition.TemperatureLow, Vital.Temperature, 60, [3500, 3499, 3519, 3520]);

    [TestMethod]
    public void TemperatureVeryLow()
        => Number(AlarmCondition.TemperatureVeryLow, Vital.Temperature, 60, [3400, 3399, 3419, 3420]);

    [TestMethod]
    public void TemperatureHigh()
        => Number(AlarmCondition.TemperatureHigh, Vital.Temperature, 60, [3800, 3801, 3781, 3780]);

    [TestMethod]
    public void TemperatureVeryHigh()
        => Number(AlarmCondition.TemperatureVeryHigh, Vital.Temperature, 60, [3950, 3951, 3931, 3930]);

    [TestMethod]
    public void PerfusionLow()
        => Number(AlarmCondition.PerfusionLow, Vital.PerfusionIndex, 30, [30, 29, 34, 35]);

    [TestMethod]
    public void QualityLow() => Number(AlarmCondition.QualityLow, Vital.Quality, 30, [30, 29, 39, 40]);

    [TestMethod]
    public void NoSignal() => State(AlarmCondition.NoSignal, 30, () => Absent(ReadingStatus.NoFinger));

    [TestMethod]
    public void Motion() => State(AlarmCondition.Motion, 60, () => Absent(ReadingStatus.Motion));

    [TestMethod]
    public void SensorFault()
        => State(AlarmCondition.SensorFault, 10, () => Absent(ReadingStatus.SensorFault));

    [TestMethod]
    public void ProbeOff()
        => State(
            AlarmCondition.ProbeOff, 60, () => _reading.SetAbsent(Vital.Temperature, ReadingStatus.NoFinger));

    [TestMethod]
    public void StorageFull() => OfUnit(AlarmCondition.StorageFull, 10);

    [TestMethod]
    public void NotConnected() => OfUnit(AlarmCondition.NotConnected, 600);

    [TestMethod]
    public void ClockUnknown() => OfUnit(AlarmCondition.ClockUnknown, 600);

    [TestMethod]
    public void BatteryLow() => OfUnit(AlarmCondition.BatteryLow, 10);

    // Edges: the last value that raises nothing, the first that does, the last that keeps the alarm, the
    // first that ends it.
    private void Number(int condition, int vital, int delaySeconds, int[] edges, bool latches = false)
    {
        _reading.Set(vital, edges[0], ReadingStatus.Valid);
        Seconds(300);
        Assert.IsFalse(_engine.IsRaised(condition), "raised at the limit");

        _reading.Set(vital, edges[1], ReadingStatus.Valid);
        Seconds(delaySeconds);
        _reading.Set(vital, edges[0], ReadingStatus.Valid);
        Seconds(1);
        _reading.Set(vital, edges[1], ReadingStatus.Valid);
        AssertRaisedAfter(condition, delaySeconds);
        Assert.IsTrue(_change.HasValue);
        Assert.AreEqual(edges[1], _change.Value);
        Assert.AreEqual(edges[0], _change.Limit);

        _reading.Set(vital, edges[2], ReadingStatus.Valid);
        Seconds(60);
        Assert.IsTrue(_engine.IsRaised(condition), "ended within the hysteresis");
        _reading.Set(vital, edges[3], ReadingStatus.Valid);
        AssertEnded(condition, latches);
    }

    private void State(int condition, int delaySeconds, Action begin)
    {
        Seconds(300);
        begin();
        Seconds(delaySeconds);
        SetNormal();
        Seconds(1);
        begin();
        AssertRaisedAfter(condition, delaySeconds);
        Assert.IsFalse(_change.HasValue);
        SetNormal();
        AssertEnded(condition, latches: false);
    }

    private void OfUnit(int condition, int delaySeconds) => State(
        condition, delaySeconds, () => _unitConditions = 1 << condition);

    // Raised by the first reading that lies the whole delay after the first that shows the condition.
    private void AssertRaisedAfter(int condition, int delaySeconds)
    {
        Seconds(delaySeconds);
        Assert.IsFalse(_engine.IsRaised(condition), "raised before its delay");
        Seconds(1);
        Assert.IsTrue(_engine.IsRaised(condition), "not raised after its delay");
        TakeChangeOf(condition);
        Assert.AreEqual((byte)AlarmStage.Raised, _change.Stage);
        Assert.AreEqual(_nowMs, _change.MonotonicMs);
        Assert.IsGreaterThanOrEqualTo(AlarmRules.PriorityOf(condition), _annunciator.Signal.LightPriority);
    }

    private void AssertEnded(int condition, bool latches)
    {
        Seconds(5);
        Assert.IsTrue(_engine.IsRaised(condition), "ended before the off delay");
        Seconds(1);
        Assert.IsFalse(_engine.IsRaised(condition), "not ended after the off delay");
        TakeChangeOf(condition);
        Assert.AreEqual((byte)AlarmStage.Cleared, _change.Stage);
        SetNormal();
        Seconds(60);
        Assert.AreEqual(0, _engine.Raised);
        Assert.AreEqual(latches, _annunciator.Signal.IsLatched);
        Assert.AreEqual(latches ? condition : -1, _annunciator.Signal.Condition);
    }

    private void TakeChangeOf(int condition)
    {
        do
        {
            Assert.IsTrue(_changes.TryTake(_change), "there is no such change");
        }
        while (_change.Condition != condition || _change.Stage > (byte)AlarmStage.Raised);
    }

    private void Absent(ReadingStatus reason)
    {
        _reading.SetAbsent(Vital.SpO2, reason);
        _reading.SetAbsent(Vital.PulseRate, reason);
    }

    private void SetNormal()
    {
        _unitConditions = 0;
        NormalReading.PutInto(_reading);
    }

    private void Seconds(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _nowMs += 1000;
            _reading.MonotonicMs = _nowMs;
            _engine.Update(_reading, _unitConditions);
            _annunciator.Update(0, _nowMs);
        }
    }
}
