// Goal: no ES256 signature is ever made in the acquisition loop, whatever happens in it. Method: a unit with
// a key pair that counts its signatures, its uplink left out: finger, alarms, commits, commands, flash faults
// and a clean stop.

using Pulsegate.Commands;
using Pulsegate.Tests.Commands;

namespace Pulsegate.Tests.Acquisition;

[TestClass]
public sealed class NoSignatureTests
{
    [TestMethod]
    public void TheAcquisitionLoop_NeverSignsWithEs256()
    {
        using var unit = new CommandFixture();
        unit.Keys.IsSigningWithEs256 = true;
        unit.Boot();
        unit.Steps(1500);
        unit.Unit.OximeterChip.Faults.IsAbsent = true;
        unit.Steps(1500);
        unit.Unit.OximeterChip.Faults.IsAbsent = false;
        Assert.IsTrue(unit.Deliver(unit.Sign(1, CommandCode.RequestHealth)));
        Assert.IsTrue(unit.Deliver(unit.Sign(2, CommandCode.Identify)));
        unit.Steps(1500);
        unit.Unit.Gateway.Stop(unit.Clock.MonotonicMs);

        Assert.IsGreaterThan(5, unit.Unit.Store.LastSequence, "records were sealed");
        Assert.AreEqual(0, unit.Keys.SignatureCount);
        Assert.IsNotNull(
            unit.Unit.Telemetry.TakeHealth(unit.Clock.MonotonicMs + 60_000), "what the uplink makes");
        Assert.AreEqual(1, unit.Keys.SignatureCount, "the count is alive");
    }
}
