// Goal: an alarm change is the same after it has waited. Method: changes with every field at its ends and by
// seed go through a ring of odd length beside a queue of .NET's.

using Pulsegate.Alarms;

namespace Pulsegate.Tests.Alarms;

[TestClass]
public sealed class AlarmChangesTests
{
    [TestMethod]
    public void Changes_ComeOutAsTheyWentIn_InOrder()
    {
        const int CountMax = 7;
        var random = new Random(1);
        var ring = new AlarmChanges(CountMax);
        var expected = new Queue<string>();
        var taken = new AlarmChange();
        int lostCount = 0;
        for (int i = 0; i < 2000; i++)
        {
            if (random.Next(3) > 0)
            {
                AlarmChange change = Next(random);
                ring.Push(
                    change.Condition, change.Stage, change.IsRaised, change.MonotonicMs, change.HasValue,
                    change.Value, change.Limit);
                expected.Enqueue(Text(change));
                lostCount += expected.Count > CountMax && expected.TryDequeue(out _) ? 1 : 0;
            }
            else
            {
                int count = random.Next(ring.Count + 1);
                ring.RemoveFirst(count);
                for (int removed = 0; removed < count; removed++)
                {
                    expected.Dequeue();
                }
            }

            Assert.AreEqual(expected.Count, ring.Count);
            Assert.AreEqual(lostCount, ring.LostCount);
            for (int index = 0; index < ring.Count; index++)
            {
                ring.Get(index, taken);
                Assert.AreEqual(expected.ElementAt(index), Text(taken));
            }
        }
    }

    private static AlarmChange Next(Random random) => new()
    {
        Condition = random.Next(2) == 0 ? AlarmCondition.Count - 1 : random.Next(AlarmCondition.Count),
        Stage = (byte)random.Next(256),
        IsRaised = random.Next(2) == 0,
        HasValue = random.Next(2) == 0,
        MonotonicMs = random.NextInt64(long.MaxValue),
        Value = random.Next(4) == 0 ? int.MinValue : random.Next(int.MinValue, int.MaxValue),
        Limit = random.Next(4) == 0 ? int.MaxValue : random.Next(int.MinValue, int.MaxValue),
    };

    private static string Text(AlarmChange change) => string.Join(
        ' ', change.Condition, change.Stage, change.IsRaised, change.HasValue, change.MonotonicMs,
        change.Value, change.Limit);
}
