// Goal: batch and store write the same bytes on the device as here. Method: FormatVectors ran on the real
// nanoCLR (host build of nf-interpreter of 2026-07-24) on 2026-11-21; its output's SHA-256 stands below and
// is compared with what .NET prints.

using System.Security.Cryptography;
using System.Text;
using Pulsegate.Tests.Device;

namespace Pulsegate.Tests.Batch;

[TestClass]
public sealed class FormatVectorsTests
{
    private const string OutputOnNanoClr = "03756123223e826321a16cb9dc51baba22e4510dfa84aace6456865730b0a9e2";

    [TestMethod]
    public void DotNetPrints_WhatNanoClrPrinted()
    {
        string output = string.Concat(RecordedLines.Capture(FormatVectors.Run).Select(line => line + "\n"));
        byte[] hash = SHA256.HashData(Encoding.ASCII.GetBytes(output));
        Assert.AreEqual(OutputOnNanoClr, Convert.ToHexStringLower(hash));
    }
}
