// Goal: a store in a folder of the host stays whole whatever else lies there, and is its owner's alone.
// Method: a folder, a link and a pipe under names that segments have or are going to have, with a limit of
// time, since a pipe would stop who opens it; file modes.

using System.Diagnostics;
using Pulsegate.Store;
using Pulsegate.Virtual.Platform;

namespace Pulsegate.Tests.Store;

[TestClass]
public sealed class FileStorageTests
{
    private const int CapacityBytes = 64 * 1024;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);
    private string _folder = "";

    [TestInitialize]
    public void MakeFolder()
        => _folder = Path.Combine(Directory.CreateTempSubdirectory("pulsegate-files-").FullName, "flash");

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);

    [TestMethod]
    public void PipeFolderAndLink_NamedLikeSegments_AreLeftAlone_AndStopNothing()
    {
        Task work = Task.Run(() =>
        {
            Append(from: 1, count: 10);
            Process.Start("mkfifo", PathOf("s00000002.pg"))!.WaitForExit();
            Directory.CreateDirectory(PathOf("s00000003.pg"));
            Directory.CreateDirectory(PathOf("d00000001.pg"));
            File.CreateSymbolicLink(PathOf("s00000005.pg"), "/dev/zero");
            using (var storage = new FileStorage(_folder, CapacityBytes))
            {
                SegmentStore store = StoreFixture.Open(storage);
                Assert.HasCount(10, StoreFixture.ReadAll(store));
                Assert.AreEqual(4, store.ForeignFileCount);
                Assert.AreEqual(0, store.CorruptRecordCount);
                Assert.IsFalse(storage.TryDelete("s00000002.pg"), "what is no file of ours stays");
            }

            Append(from: 11, count: 600);
        });
        Assert.IsTrue(work.Wait(Limit), "something waits for a pipe");
        Assert.IsTrue(
            Directory.GetFiles(_folder, "s*.pg")
                .Any(path => string.CompareOrdinal(Path.GetFileName(path), "s00000006.pg") >= 0),
            "the log goes on behind them");
        Assert.IsTrue(Directory.Exists(PathOf("s00000003.pg")));
    }

    [TestMethod]
    public void FolderAndFiles_AreTheirOwnersAlone()
    {
        Append(from: 1, count: 3);
        Assert.AreEqual(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(_folder));
        foreach (string path in Directory.GetFiles(_folder))
        {
            Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path), path);
        }
    }

    [TestMethod]
    public void WhatAStartFinds_IsSaid()
    {
        Append(from: 1, count: 3);
        File.WriteAllText(PathOf("notes.txt"), "hello");
        using var storage = new FileStorage(_folder, CapacityBytes);
        SegmentStore store = StoreFixture.Make(storage);
        Assert.AreEqual(
            "store: cannot be read or written; nothing is stored", StoreReport.Line(store), "not open yet");
        Assert.IsTrue(store.TryOpen(StoreFixture.Upper));
        Assert.AreEqual(
            "store: room for 4 h at full resolution, 3 h of it free; 180 readings wait; 1 other files",
            StoreReport.Line(store));
    }

    private void Append(int from, int count)
    {
        using var storage = new FileStorage(_folder, CapacityBytes);
        SegmentStore store = StoreFixture.Open(storage);
        for (int i = 0; i < count; i++)
        {
            Assert.IsTrue(StoreFixture.TryAppendVitals(store, from + i), $"append {i}");
        }
    }

    private string PathOf(string name) => Path.Combine(_folder, name);
}
