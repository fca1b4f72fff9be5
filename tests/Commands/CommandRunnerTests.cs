// Goal: a command is done once, answered once, and within bounds; whatever else comes changes nothing.
// Method: a virtual unit in virtual time, its answers read back out of its store as the backend reads them.

using Pulsegate.Alarms;
using Pulsegate.Commands;
using Pulsegate.Platform;
using Pulsegate.Tests.Batch;

namespace Pulsegate.Tests.Commands;

[TestClass]
public sealed class CommandRunnerTests : IDisposable
{
    private readonly CommandFixture _unit = new();

    public void Dispose() => _unit.Dispose();

    [TestMethod]
    public void ALimitWithinItsBounds_IsSet_Answered_AndKeptOverARestart()
    {
        Assert.AreEqual(
            "5 set-limit: done", _unit.Run(5, CommandCode.SetAlarmLimit, AlarmCondition.SpO2Low, 880, 15));
        AssertLimit(880, 15);

        _unit.Boot();
        AssertLimit(880, 15);
    }

    [TestMethod]
    [DataRow(AlarmCondition.SpO2Low, 699, 10, "spo2Low limit must be 700 to 990")]
    [DataRow(AlarmCondition.SpO2Low, 991, 10, "spo2Low limit must be 700 to 990")]
    [DataRow(AlarmCondition.PulseRateHigh, 2301, 10, "pulseRateHigh limit must be 800 to 2300")]
    [DataRow(AlarmCondition.SpO2Low, 900, 121, "delay must be 0 to 120 s")]
    [DataRow(AlarmCondition.NoSignal, 0, 0, "no such limit")]
    [DataRow(AlarmCondition.Count, 900, 10, "no such limit")]
    public void ALimitOutsideItsBounds_IsRefusedWithTheBound(
        int condition, int limit, int delay, string bound)
    {
        Assert.AreEqual(
            $"1 set-limit: refused: {bound}",
            _unit.Run(1, CommandCode.SetAlarmLimit, condition, limit, delay));
        for (int i = 0; i < AlarmCondition.Count; i++)
        {
            Assert.AreEqual(new AlarmLimits().LimitOf(i), _unit.Configuration.Alarms.LimitOf(i));
        }
    }

    [TestMethod]
    public void EveryBoundItself_IsTaken()
    {
        long number = 0;
        for (int condition = 0; condition < AlarmCondition.NoSignal; condition++)
        {
            MakeRoomAround(condition);
            foreach (int limit in new[]
                { AlarmRules.LimitMinOf(condition), AlarmRules.LimitMaxOf(condition) })
            {
                StringAssert.EndsWith(
                    _unit.Run(++number, CommandCode.SetAlarmLimit, condition, limit, 120), ": done");
                Assert.AreEqual(limit, _unit.Configuration.Alarms.LimitOf(condition));
            }
        }
    }

    [TestMethod]
    public void ALimitThatWouldCrossItsNeighbour_IsRefused_ByName()
    {
        StringAssert.EndsWith(
            _unit.Run(1, CommandCode.SetAlarmLimit, AlarmCondition.SpO2Low, 849, 10),
            "refused: spo2Low limit would cross spo2VeryLow");
    }

    [TestMethod]
    public void ANewCommitInterval_HoldsFromNow_AndOverARestart()
    {
        Assert.AreEqual("1 set-commit-interval: done", _unit.Run(1, CommandCode.SetCommitInterval, 10));
        _unit.Steps(200);
        Assert.IsLessThanOrEqualTo(10, _unit.Unit.Gateway.ReadingsInRam);
        StringAssert.EndsWith(
            _unit.Run(2, CommandCode.SetCommitInterval, 9), "refused: seconds must be 10 to 300");
        StringAssert.EndsWith(
            _unit.Run(3, CommandCode.SetCommitInterval, 301), "refused: seconds must be 10 to 300");

        _unit.Boot();
        Assert.AreEqual(10, _unit.Configuration.CommitIntervalSeconds);
    }

    [TestMethod]
    public void Identify_ShowsItOnce_AndARedeliveryShowsNothing()
    {
        byte[] text = _unit.Sign(7, CommandCode.Identify);
        for (int i = 0; i < 5; i++)
        {
            _unit.Deliver(text);
            _unit.Steps(1);
        }

        Assert.AreEqual(1, _unit.Indicator.IdentifyCount);
        CollectionAssert.AreEqual(new[] { "7 identify: done" }, _unit.Answers());
        Assert.AreEqual(4, _unit.Unit.Commands.Ignored);
    }

    [TestMethod]
    public void ARedeliveredReboot_DoesNotLoop()
    {
        byte[] text = _unit.Sign(3, CommandCode.Reboot);
        _unit.Deliver(text);
        _unit.Steps(1);
        Assert.IsTrue(_unit.Unit.Gateway.IsRestartDue);
        CollectionAssert.AreEqual(new[] { "3 reboot: done" }, _unit.Answers(), "answered before the restart");

        for (int boot = 0; boot < 3; boot++)
        {
            _unit.Boot();
            _unit.Deliver(text);
            _unit.Steps(5);
            Assert.IsFalse(_unit.Unit.Gateway.IsRestartDue);
            Assert.AreEqual(1, _unit.Unit.Commands.Ignored);
        }

        Assert.AreEqual(1, _unit.Answers().Count);
    }

    [TestMethod]
    public void ACommandForAnotherBoot_OrWithALowerNumber_ChangesNothing_AndWritesNothing()
    {
        byte[] ofBefore = _unit.Sign(100, CommandCode.Identify);
        _unit.Boot();
        _unit.Run(50, CommandCode.Identify);
        int shown = _unit.Indicator.IdentifyCount;
        int written = _unit.Storage.WriteCount;

        _unit.Deliver(ofBefore);
        _unit.Deliver(_unit.Sign(50, CommandCode.SetAlarmLimit, 0, 800, 0));
        _unit.Deliver(_unit.Sign(49, CommandCode.Reboot));
        _unit.Steps(3);

        Assert.AreEqual(shown, _unit.Indicator.IdentifyCount);
        Assert.AreEqual(written, _unit.Storage.WriteCount, "an old command must not wear the flash");
        Assert.AreEqual(3, _unit.Unit.Commands.Ignored);
        Assert.IsFalse(_unit.Unit.Gateway.IsRestartDue);
    }

    [TestMethod]
    [DataRow(CommandRunner.AgeMsMax + 1000, "identify: refused: signed more than 10 min from now")]
    [DataRow(-CommandRunner.AgeMsMax - 1000, "identify: refused: signed more than 10 min from now")]
    [DataRow(CommandRunner.AgeMsMax - 1000, "identify: done")]
    public void WithTheTimeKnown_AStaleCommandIsRefused(int offsetMs, string answer)
    {
        _unit.Clock.Quality = TimeQuality.Synced;
        _unit.Clock.UtcOffsetMs = offsetMs;
        Assert.AreEqual("1 " + answer, _unit.Run(1, CommandCode.Identify));
    }

    [TestMethod]
    public void WithoutTheTime_BootAndNumberAloneDecide()
    {
        _unit.Clock.Quality = TimeQuality.Estimated;
        _unit.Clock.UtcOffsetMs = CommandRunner.AgeMsMax * 10;
        Assert.AreEqual("1 identify: done", _unit.Run(1, CommandCode.Identify));
    }

    [TestMethod]
    public void RequestedHealth_IsDueAtOnce()
    {
        Assert.IsNotNull(_unit.Unit.Telemetry.TakeHealth(0));
        Assert.IsNull(_unit.Unit.Telemetry.TakeHealth(100));
        Assert.AreEqual("1 health: done", _unit.Run(1, CommandCode.RequestHealth));
        Assert.IsNotNull(_unit.Unit.Telemetry.TakeHealth(200));
        Assert.IsNull(_unit.Unit.Telemetry.TakeHealth(300));
    }

    [TestMethod]
    public void AnUnknownCommand_IsAnsweredSo()
        => Assert.AreEqual("1 unknown: refused: not known to this firmware", _unit.Run(1, 99));

    [TestMethod]
    public void MoreThanTheInboxHolds_IsDropped_AndTheRestIsDone()
    {
        for (int i = 1; i <= CommandInbox.CountMax; i++)
        {
            Assert.IsTrue(_unit.Deliver(_unit.Sign(i, CommandCode.Identify)));
        }

        Assert.IsFalse(_unit.Deliver(_unit.Sign(9, CommandCode.Identify)));
        _unit.Steps(1);
        Assert.AreEqual(CommandInbox.CountMax, _unit.Answers().Count);
        StringAssert.EndsWith(_unit.Run(9, CommandCode.Identify), "done", "the same one, sent again");
    }

    // A cut at any write of a command: afterwards it has happened, and a redelivery for its boot does
    // nothing, or it has not happened at all.
    [TestMethod]
    public void PowerCutAtAnyWrite_LeavesTheCommandDoneOrNotBegun()
    {
        for (int writes = 0; writes < 6; writes++)
        {
            using var unit = new CommandFixture();
            unit.Run(1, CommandCode.SetAlarmLimit, AlarmCondition.SpO2Low, 850, 20);
            unit.Storage.WritesLeft = writes;
            unit.Deliver(unit.Sign(2, CommandCode.SetAlarmLimit, AlarmCondition.SpO2Low, 880, 30));
            unit.Steps(1);
            unit.Storage.WritesLeft = int.MaxValue;

            unit.Boot();
            int limit = unit.Configuration.Alarms.LimitOf(AlarmCondition.SpO2Low);
            Assert.IsTrue(limit is 880 or 850, $"{limit} after {writes} writes");
            Assert.AreEqual(
                limit == 880 ? 30_000 : 20_000, unit.Configuration.Alarms.DelayMsOf(AlarmCondition.SpO2Low));
            Assert.AreEqual(writes > 0 ? 880 : 850, limit);
            Assert.AreEqual(
                limit == 880 ? "" : "2 identify: done", unit.Run(2, CommandCode.Identify),
                $"number 2 after {writes} writes");
        }
    }

    // A file that cannot be read at a start must not bring the limit of before back.
    [TestMethod]
    public void EitherFileThatCannotBeRead_CostsNoSetting()
    {
        _unit.Run(1, CommandCode.SetAlarmLimit, AlarmCondition.SpO2Low, 850, 20);
        _unit.Run(2, CommandCode.SetAlarmLimit, AlarmCondition.SpO2Low, 880, 15);
        foreach (string name in new[] { "cmd0", "cmd1" })
        {
            _unit.Storage.Unreadable = name;
            _unit.Boot();
            AssertLimit(880, 15);
        }
    }

    [TestMethod]
    public void FlashThatRefuses_NothingIsDone_AndTheSameCommandWorksLater()
    {
        _unit.Storage.WritesLeft = 0;
        Assert.AreEqual("", _unit.Run(1, CommandCode.Identify));
        Assert.AreEqual(0, _unit.Indicator.IdentifyCount);

        _unit.Storage.WritesLeft = int.MaxValue;
        _unit.Steps(200);
        CollectionAssert.AreEqual(
            new[] { "1 identify: failed: could not be kept in flash" }, _unit.Answers());
        Assert.AreEqual("1 identify: done", _unit.Run(1, CommandCode.Identify));
        Assert.AreEqual(1, _unit.Indicator.IdentifyCount);
    }

    private void AssertLimit(int limit, int delaySeconds)
    {
        Assert.AreEqual(limit, _unit.Configuration.Alarms.LimitOf(AlarmCondition.SpO2Low));
        Assert.AreEqual(delaySeconds * 1000, _unit.Configuration.Alarms.DelayMsOf(AlarmCondition.SpO2Low));
    }

    // The other limits of the same vital as far away as they may be.
    private void MakeRoomAround(int condition)
    {
        for (int other = 0; other < AlarmCondition.Count; other++)
        {
            if (other != condition && AlarmRules.VitalOf(other) == AlarmRules.VitalOf(condition))
            {
                bool isHigher = AlarmRules.DefaultLimitOf(other) > AlarmRules.DefaultLimitOf(condition);
                int limit = isHigher ? AlarmRules.LimitMaxOf(other) : AlarmRules.LimitMinOf(other);
                Assert.IsTrue(_unit.Configuration.Alarms.TrySet(other, limit, 10));
            }
        }
    }
}
