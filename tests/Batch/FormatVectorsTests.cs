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
    private const string OutputOnNanoClr = "802080732ee1a993da05267cf3ccbd042e9c81947dbad50773145b17e1b40ea9";

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
