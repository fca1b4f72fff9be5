// Goal: small durable content does not go back because a file cannot be read; method: the two files on a
// storage whose reads fail, lie once, or whose bytes are damaged, one at a time.

using Pulsegate.Platform;
using Pulsegate.Store;

namespace Pulsegate.Tests.Store;

[TestClass]
public sealed class AlternatingFileTests
{
    private const string Name = "thing";
    private const int Length = 4;
    private readonly MemoryStorage _storage = new();

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void ReadThatFailsOrLiesOnce_GivesTheNewestAllTheSame(bool lies)
    {
        AlternatingFile file = Open(_storage);
        Save(file, 1, isBoth: false);
        Save(file, 2, isBoth: false);
        for (int read = 0; read < 2; read++)
        {
            AlternatingFile again = Open(new OnceSpoiled(_storage, read, lies));
            Assert.IsTrue(again.TryLoad());
            Assert.AreEqual(2, again.Content[0], $"read {read}");
            Assert.IsFalse(again.IsDoubtful(_storage.List()));
        }
    }

    [TestMethod]
    public void WhatIsWrittenToBoth_IsThere_WhicheverOfThemIsLost()
    {
        AlternatingFile file = Open(_storage);
        Save(file, 1, isBoth: true);
        Save(file, 2, isBoth: true);
        foreach (string name in _storage.List())
        {
            MemoryStorage unreadable = _storage.Clone();
            unreadable.Unreadable = name;
            AssertHolds(unreadable, 2, name);
            MemoryStorage damaged = _storage.Clone();
            damaged.Files[name][^1] ^= 1;
            AssertHolds(damaged, 2, name);
        }
    }

    // Torn or not begun: the first of the two writes decides.
    [TestMethod]
    [DataRow(nameof(FailureLeaves.Nothing))]
    [DataRow(nameof(FailureLeaves.Half))]
    [DataRow(nameof(FailureLeaves.EmptyFile))]
    public void CutAtEitherWrite_LeavesTheOldOrTheNew(string leaves)
    {
        AlternatingFile file = Open(_storage);
        Save(file, 1, isBoth: true);
        for (int write = 1; write <= 2; write++)
        {
            MemoryStorage cut = _storage.Clone();
            AlternatingFile saved = Open(cut);
            saved.TryLoad();
            saved.Content[0] = 2;
            cut.FailAtCall = cut.CallCount + write;
            cut.FailsForGood = true;
            cut.Leaves = Enum.Parse<FailureLeaves>(leaves);
            Assert.AreEqual(write == 2, saved.TrySaveBoth(Length));
            cut.FailsForGood = false;
            cut.FailAtCall = 0;
            AssertHolds(cut, write, $"write {write}");
        }
    }

    private static AlternatingFile Open(IStorage storage) => new(storage, Name, Length);

    private static void Save(AlternatingFile file, byte value, bool isBoth)
    {
        file.Content[0] = value;
        Assert.IsTrue(isBoth ? file.TrySaveBoth(Length) : file.TrySave(Length));
    }

    private static void AssertHolds(IStorage storage, int value, string what)
    {
        AlternatingFile file = Open(storage);
        Assert.IsTrue(file.TryLoad(), what);
        Assert.AreEqual(value, file.Content[0], what);
    }

    /// <summary>One read, counted from 0 over both files, fails or gives a wrong byte; the same one again is
    /// right.</summary>
    private sealed class OnceSpoiled(MemoryStorage inner, int spoiled, bool lies) : IStorage
    {
        private int _readCount;
        private bool _isDone;

        public int CapacityBytes => inner.CapacityBytes;

        public string[] List() => inner.List();

        public int Length(string name) => inner.Length(name);

        public int Read(string name, int fileOffset, byte[] buffer, int bufferOffset, int count)
        {
            bool isSpoiled = !_isDone && _readCount++ == spoiled;
            _isDone |= isSpoiled;
            if (isSpoiled && !lies)
            {
                return -1;
            }

            int length = inner.Read(name, fileOffset, buffer, bufferOffset, count);
            if (isSpoiled)
            {
                buffer[bufferOffset] ^= 1;
            }

            return length;
        }

        public bool TryAppend(string name, byte[] data, int offset, int count) => false;

        public bool TryWrite(string name, byte[] data, int offset, int count) => false;

        public bool TryDelete(string name) => false;
    }
}
