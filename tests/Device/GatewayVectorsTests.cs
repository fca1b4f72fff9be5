// Goal: the whole acquisition path does on .NET what it did on the real nanoCLR. Method: the run of
// GatewayVectors is compared with the lines that nanoCLR printed (GatewayVectors.nanoclr.txt: nf-interpreter
// main of 2026-07-24, POSIX host, recorded 2026-11-22).

namespace Pulsegate.Tests.Device;

[TestClass]
public class GatewayVectorsTests
{
    [TestMethod]
    public void DotNet_PrintsTheLinesOfNanoClr()
    {
        string[] lines = RecordedLines.Capture(GatewayVectors.Run);
        CollectionAssert.AreEqual(RecordedLines.Read("GatewayVectors.nanoclr.txt"), lines);
        Assert.IsTrue(
            lines.Any(line => line.Contains(" alarm 3 ", StringComparison.Ordinal)), "the alarm was raised");
    }
}
