// Goal: batch and store write the same bytes on the device as here. Method: FormatVectors ran on the real
// nanoCLR (host build of nf-interpreter of 2026-07-24) on 2026-11-21; its output's SHA-256 stands below and
// is compared with what .NET prints.

using System.Security.Cryptography;
using System.Text;
using Pulsegate.Tests.Device;

namespace Pulsegate.Tests.Batch;

[TestClass]
[DoNotParallelize]
public sealed class FormatVectorsTests
{
    private const string OutputOnNanoClr = "682b7cdd665e026a4ba9f2f7efd0a3f261e32daceb6b118f661cc53ae404130a";

    [TestMethod]
    public void DotNetPrints_WhatNanoClrPrinted()
    {
        TextWriter console = Console.Out;
        var output = new StringWriter { NewLine = "\n" };
        Console.SetOut(output);
        try
        {
            FormatVectors.Run();
        }
        finally
        {
            Console.SetOut(console);
        }

        byte[] hash = SHA256.HashData(Encoding.ASCII.GetBytes(output.ToString()));
        Assert.AreEqual(OutputOnNanoClr, Convert.ToHexStringLower(hash));
    }
}
