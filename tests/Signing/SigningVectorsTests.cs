// Goal: ES256 does on the device what it does here. Method: SigningVectors ran on the real nanoCLR (nf-interpreter,
// POSIX host, recorded 2026-11-21); what it printed there is compared with what .NET prints.

using Pulsegate.Tests.Device;

namespace Pulsegate.Tests.Signing;

[TestClass]
[DoNotParallelize]
public sealed class SigningVectorsTests
{
    [TestMethod]
    public void DotNet_PrintsTheLinesOfNanoClr()
    {
        TextWriter previous = Console.Out;
        using var captured = new StringWriter();
        Console.SetOut(captured);
        try
        {
            SigningVectors.Run();
        }
        finally
        {
            Console.SetOut(previous);
        }

        string[] lines = captured.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        CollectionAssert.AreEqual(File.ReadAllLines(RecordedLines.PathOf("SigningVectors.nanoclr.txt")), lines);
    }
}
