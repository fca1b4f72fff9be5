namespace Pulsegate.Tests.Operations;

/// <summary>Waiting on a condition, with a limit that only a defect reaches.</summary>
internal static class Wait
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    internal static void Until(Func<bool> condition, Func<string> otherwise)
    {
        bool isMet = SpinWait.SpinUntil(
            () =>
            {
                Thread.Sleep(Poll);
                return condition();
            },
            ToolProcess.Limit);
        Assert.IsTrue(isMet, isMet ? "" : otherwise());
    }
}
