// Goal: the renewal of keys and certificates does on .NET what it did on the real nanoCLR. Method: the run of
// RenewalVectors is compared with the lines that nanoCLR printed (RenewalVectors.nanoclr.txt: nf-interpreter
// main of 2026-07-24, POSIX host, recorded 2026-11-21).

namespace Pulsegate.Tests.Device;

[TestClass]
public class RenewalVectorsTests
{
    [TestMethod]
    public void DotNet_PrintsTheLinesOfNanoClr()
    {
        string[] lines = RecordedLines.Capture(RenewalVectors.Run);
        CollectionAssert.AreEqual(RecordedLines.Read("RenewalVectors.nanoclr.txt"), lines);
    }
}
