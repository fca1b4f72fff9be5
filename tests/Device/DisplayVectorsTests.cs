// Goal: the screen is on .NET, pixel by pixel, what it was on the real nanoCLR. Method: the run of
// DisplayVectors is compared with the lines that nanoCLR printed (DisplayVectors.nanoclr.txt: nf-interpreter
// main of 2026-07-24, POSIX host, recorded 2026-11-22).

namespace Pulsegate.Tests.Device;

[TestClass]
[DoNotParallelize]
public class DisplayVectorsTests
{
    [TestMethod]
    public void DotNet_PrintsTheLinesOfNanoClr()
        => CollectionAssert.AreEqual(
            RecordedLines.Read("DisplayVectors.nanoclr.txt"), RecordedLines.Capture(DisplayVectors.Run));
}
