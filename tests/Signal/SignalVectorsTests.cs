// Goal: the chain gives the same integers everywhere. Method: the fixed run of tests/Device against the lines
// that nanoCLR printed.

using Pulsegate.Tests.Device;

namespace Pulsegate.Tests.Signal;

[TestClass]
[DoNotParallelize]
public sealed class SignalVectorsTests
{
    [TestMethod]
    public void FixedRun_PrintsTheLinesThatNanoClrPrinted()
    {
        using Stream stream = typeof(SignalVectorsTests)
            .Assembly.GetManifestResourceStream("SignalVectors.expected.txt")!;
        string[] expected = new StreamReader(stream).ReadToEnd()
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        TextWriter before = Console.Out;
        StringWriter printed = new() { NewLine = "\n" };
        Console.SetOut(printed);
        try
        {
            SignalVectors.Run();
        }
        finally
        {
            Console.SetOut(before);
        }

        CollectionAssert.AreEqual(expected,
            printed.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
