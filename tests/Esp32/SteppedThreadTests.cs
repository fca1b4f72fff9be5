// Goal: a loop that dies or hangs is noticed. Method: the board's own source on a host thread; time is the
// test's.

using Pulsegate.Boards.Esp32;
using Pulsegate.Virtual.Platform;

namespace Pulsegate.Tests.Esp32;

[TestClass]
public sealed class SteppedThreadTests
{
    [TestMethod]
    public void StepThatThrows_IsReportedWithItsReason()
    {
        var clock = new VirtualClock();
        using var done = new ManualResetEventSlim();
        var thread =
            new SteppedThread(
                "uplink", _ => { done.Set(); throw new InvalidOperationException("planted"); }, clock, 1,
                    1000);
        thread.Start();
        Assert.IsTrue(done.Wait(TimeSpan.FromMinutes(2)));
        Assert.IsTrue(SpinWait.SpinUntil(() => thread.FailureAt(0) != null, TimeSpan.FromMinutes(2)));
        Assert.AreEqual("uplink: System.InvalidOperationException: planted", thread.FailureAt(0));
    }

    [TestMethod]
    public void StepThatHangs_IsReportedAfterItsSilence()
    {
        var clock = new VirtualClock();
        using var began = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        using var ended = new ManualResetEventSlim();
        var thread = new SteppedThread(
            "acquisition",
            _ =>
            {
                began.Set();
                release.Wait();
                ended.Set();
                throw new InvalidOperationException("end of the test");
            },
            clock, 1, 1000);
        thread.Start();
        Assert.IsTrue(began.Wait(TimeSpan.FromMinutes(2)));
        Assert.IsNull(thread.FailureAt(1000));
        Assert.AreEqual("acquisition is stuck", thread.FailureAt(1001));
        release.Set();
        Assert.IsTrue(ended.Wait(TimeSpan.FromMinutes(2)));
    }
}
