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
    private const string OutputOnNanoClr = "2ba93e095ec9a80e57e065ca8d086045494f85a1d57637115324f9bea44ddc90";

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
