// Goal: the self-test decides within its limit, fails what did not come about, and says how it stands before.
// Method: the whole virtual unit in virtual time, without a network, a clock or a backend; the lines it would
// print, and the event in its store as the backend decodes it.

using Pulsegate.Batch;
using Pulsegate.Diagnostics;
using Pulsegate.Field.Lines;
using Pulsegate.Ingest.Format;
using Pulsegate.Store;
using Pulsegate.Tests.Commands;

namespace Pulsegate.Tests.Diagnostics;

[TestClass]
public sealed class SelfTestTests
{
    private const string Undecided = "network,time,tls,backend";

    [TestMethod]
    public void WhatNeverComesAbout_IsPendingUntilTheLimit_AndFailedThen()
    {
        using var unit = new CommandFixture();
        var test = new SelfTest(unit.Unit.Store, unit.Unit.Recorder, unit.Clock);
        var report = new UnitReport(
            "0.1.0", "Virtual", CommandFixture.Device, unit.Unit.Store, unit.Unit.Counters);
        unit.Unit.TestSensors(test, 0);
        test.CheckFlash(unit.Storage);
        var lines = new string[UnitReport.LineCountMax];
        var checks = new Dictionary<string, string>();
        UnitLineText? record = null;
        while (unit.Clock.MonotonicMs <= SelfTest.LimitMs + Pulsegate.Gateway.StepMs)
        {
            unit.Steps(1);
            test.Step(unit.Unit.Gateway.Reading, unit.Clock.MonotonicMs);
            int count = report.Step(
                unit.Unit.Gateway.Reading, 0, null, test, unit.Clock.MonotonicMs, lines);
            foreach (string text in lines.Take(count))
            {
                UnitLineText line = UnitLineText.Parse(text) ?? throw new AssertFailedException(text);
                if (line.Kind == "check")
                {
                    checks[line.Text("name")] = line.Text("result");
                }

                record = line.Kind == "selftest" ? line : record;
            }

            if (unit.Clock.MonotonicMs is 30_000 or SelfTest.LimitMs)
            {
                Assert.IsFalse(test.IsFinished);
                Assert.IsNull(record);
                Assert.AreEqual(Undecided, NamesOf(checks, "pending"));
            }
        }

        Assert.IsTrue(test.IsFinished);
        Assert.AreEqual(Undecided, NamesOf(checks, "failed"));
        Assert.AreEqual("oximeter,thermometer,order,flash", NamesOf(checks, "passed"));
        Assert.AreEqual(("failed", Undecided), (record!.Text("result"), record.Text("failures")));
        Assert.AreEqual("self-test failed: " + Undecided, LastNote(unit));
    }

    private static string NamesOf(Dictionary<string, string> checks, string result)
        => string.Join(',', checks.Where(check => check.Value == result).Select(check => check.Key));

    private static string LastNote(CommandFixture unit)
    {
        var record = new StoredRecord();
        string note = "";
        var verifier = new BatchVerifier(unit.Keys);
        for (long sequence = 0; unit.Unit.Store.TryReadNext(sequence, record); sequence = record.Sequence)
        {
            byte[] text = Jws.ToText(record, CommandFixture.Device);
            Assert.IsTrue(
                verifier.TryVerify(text, CommandFixture.Device, null, out VerifiedRecord? verified,
                    out string reason), reason);
            note = verified!.Fields.TryGetValue("note", out object? said) ? (string)said! : note;
        }

        return note;
    }
}
