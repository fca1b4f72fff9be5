// Goal: ES256 does on the device what it does here. Method: SigningVectors ran on the real nanoCLR
// (nf-interpreter, POSIX host, recorded 2026-11-21); what it printed there is compared with what .NET prints.

using Pulsegate.Tests.Device;

namespace Pulsegate.Tests.Signing;

[TestClass]
public sealed class SigningVectorsTests
{
    [TestMethod]
    public void DotNet_PrintsTheLinesOfNanoClr()
    {
        string[] lines = RecordedLines.Capture(SigningVectors.Run);
        CollectionAssert.AreEqual(RecordedLines.Read("SigningVectors.nanoclr.txt"), lines);
    }
}
