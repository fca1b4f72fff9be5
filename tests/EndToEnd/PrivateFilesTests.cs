// Goal: vitals and keys are their owner's alone. Method: a site under the usual umask, and the modes of every
// file that gateway and ingest have made.

namespace Pulsegate.Tests.EndToEnd;

[TestClass]
public sealed class PrivateFilesTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(180);

    [TestMethod]
    public void WhatGatewayAndIngestWrite_IsTheirOwnersAlone()
    {
        using var site = new SmallSite();
        using (CommandProcess ingest = site.StartIngest())
        {
            using CommandProcess gateway = site.StartGateway();
            site.WaitUntilAbove("select count(*) from record", 0, Limit);
            gateway.Terminate(Limit);
            ingest.Terminate(Limit);
        }

        string[] files = [.. Directory.GetFiles(site.PathOf("flash"), "*", SearchOption.AllDirectories),
            .. Directory.GetFiles(site.PathOf(""), "pulsegate.db*")];
        Assert.IsGreaterThan(6, files.Length);
        foreach (string file in files)
        {
            Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file), file);
        }

        foreach (string folder in new[] { "flash", "flash/tls" })
        {
            Assert.AreEqual((UnixFileMode)0b111_000_000, File.GetUnixFileMode(site.PathOf(folder)), folder);
        }
    }
}
