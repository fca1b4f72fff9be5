// Goal: renewed keys do not go back because a file cannot be read; method: as in KeyRenewalTests.cs, one file
// after the other unreadable at a start.

namespace Pulsegate.Tests.Commands;

public sealed partial class KeyRenewalTests
{
    // The keys of before would be worse than none: the backend no longer believes them.
    [TestMethod]
    public void EitherFileThatCannotBeRead_CostsNoKey()
    {
        Boot();
        Order(1, 2);
        Acknowledge(2);
        Steps(5);
        foreach (string name in new[] { "key0", "key1" })
        {
            _storage.Unreadable = name;
            Boot();
            Assert.AreEqual(2, _keys.KeyVersion, name);
        }
    }
}
