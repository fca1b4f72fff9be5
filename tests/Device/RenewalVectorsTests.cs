// Goal: the renewal of keys and certificates does on .NET what it did on the real nanoCLR. Method: the run of
// RenewalVectors is compared with the lines that nanoCLR printed (RenewalVectors.nanoclr.txt: nf-interpreter main
// of 2026-07-24, POSIX host, recorded 2026-11-21).

namespace Pulsegate.Tests.Device;

[TestClass]
public class RenewalVectorsTests
{
    [TestMethod]
    public void DotNet_PrintsTheLinesOfNanoClr()
    {
        TextWriter previous = Console.Out;
        using var captured = new StringWriter();
        Console.SetOut(captured);
        try
        {
            RenewalVectors.Run();
        }
        finally
        {
            Console.SetOut(previous);
        }

        string[] lines = captured.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        CollectionAssert.AreEqual(File.ReadAllLines(RecordedLines.PathOf("RenewalVectors.nanoclr.txt")), lines);
    }
}
