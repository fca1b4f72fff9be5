// Goal: the board's storage keeps IStorage's word. Method: the board's own source over a folder of the host.

using Pulsegate.Boards.Esp32;

namespace Pulsegate.Tests.Esp32;

[TestClass]
public sealed class FileStorageTests
{
    private string _folder = "";

    [TestInitialize]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("pulsegate-esp32-").FullName + "/";

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Append_CreatesAndThenExtends()
    {
        var storage = new FileStorage(_folder, 1000);
        Assert.IsTrue(storage.TryAppend("seg.1", [1, 2, 3, 4], 1, 2));
        Assert.IsTrue(storage.TryAppend("seg.1", [5], 0, 1));
        Assert.AreEqual(3, storage.Length("seg.1"));
        var buffer = new byte[8];
        Assert.AreEqual(3, storage.Read("seg.1", 0, buffer, 1, 7));
        CollectionAssert.AreEqual(new byte[] { 0, 2, 3, 5, 0, 0, 0, 0 }, buffer);
    }

    [TestMethod]
    public void Write_ReplacesTheWholeContent()
    {
        var storage = new FileStorage(_folder, 1000);
        Assert.IsTrue(storage.TryWrite("cursor", [1, 2, 3], 0, 3));
        Assert.IsTrue(storage.TryWrite("cursor", [9], 0, 1));
        Assert.AreEqual(1, storage.Length("cursor"));
    }

    [TestMethod]
    public void Read_AtAnOffsetGivesWhatIsThere()
    {
        var storage = new FileStorage(_folder, 1000);
        storage.TryWrite("a", [1, 2, 3], 0, 3);
        var buffer = new byte[4];
        Assert.AreEqual(1, storage.Read("a", 2, buffer, 0, 4));
        Assert.AreEqual(3, buffer[0]);
        Assert.AreEqual(0, storage.Read("a", 3, buffer, 0, 4));
    }

    [TestMethod]
    public void MissingFile_IsMinusOneAndDeletable()
    {
        var storage = new FileStorage(_folder, 1000);
        Assert.AreEqual(-1, storage.Length("none"));
        Assert.AreEqual(-1, storage.Read("none", 0, new byte[1], 0, 1));
        Assert.IsTrue(storage.TryDelete("none"));
    }

    [TestMethod]
    public void List_GivesNamesWithoutFolder()
    {
        var storage = new FileStorage(_folder, 1000);
        storage.TryWrite("a", [1], 0, 1);
        storage.TryWrite("b.2", [1], 0, 1);
        CollectionAssert.AreEquivalent(new[] { "a", "b.2" }, storage.List());
    }

    [TestMethod]
    public void StorageThatFails_ReturnsFalseAndNeverThrows()
    {
        var storage = new FileStorage(_folder + "sub/", 1000);
        Directory.Delete(_folder + "sub");
        Assert.IsFalse(storage.TryAppend("a", [1], 0, 1));
        Assert.IsFalse(storage.TryWrite("a", [1], 0, 1));
        Assert.AreEqual(-1, storage.Length("a"));
        Assert.IsNull(storage.List());
    }

    [TestMethod]
    public void FailureRecord_IsTakenOnce()
    {
        var record = new FailureRecord(new FileStorage(_folder, 1000));
        Assert.IsNull(record.Take());
        Assert.IsTrue(record.TryWrite("uplink: " + new string('x', 500)));
        Assert.AreEqual(FailureRecord.LengthMax, record.Take().Length);
        Assert.IsNull(record.Take());
    }
}
