// Goal: what a signature costs, and what it does in which order, says nothing about key and message, and it
// stays within its budget. Method: the IL instructions of whole signatures, counted, and a hash of the blocks
// that were gone through, for keys and messages at random and at their extremes.

using Pulsegate.Bench;
using Pulsegate.Virtual.Bench;

namespace Pulsegate.Tests.Signing;

[TestClass]
[DoNotParallelize]
public sealed class Es256CostTests
{
    private const int InstructionCountMax = 1_500_000;
    private const int Length = 450;
    private static readonly byte[] LastKey =
        Convert.FromHexString("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550");

    [TestMethod]
    public void TheSequenceOfOperations_IsTheSameForEveryKeyAndMessage()
    {
        using var context = new CountedContext(
            Path.Combine(AppContext.BaseDirectory, "Pulsegate.Device.dll"), "Pulsegate.",
            type => type.StartsWith("Pulsegate.Signing."), isTraced: true);
        long Trace(byte[] key, byte[] message)
        {
            context.Instructions = 0;
            context.Call(
                "Pulsegate.Virtual", typeof(SigningScenario).FullName!, nameof(SigningScenario.Run), key,
                message, () => 0L);
            return context.Instructions;
        }

        var one = new byte[32];
        one[31] = 1;
        Trace(one, new byte[Length]);   // static constructors
        long expected = Trace(one, new byte[Length]);
        Assert.AreNotEqual(expected, Trace(one, new byte[Length + 64]),
            "another length is another sequence: the hash sees it");
        Assert.AreEqual(expected, Trace(LastKey, new byte[Length]));
        var random = new Random(4);
        for (int i = 0; i < 100; i++)
        {
            var key = new byte[32];
            var message = new byte[Length];
            random.NextBytes(key);
            random.NextBytes(message);
            key[0] &= 0x7F;
            Assert.AreEqual(expected, Trace(key, message), Convert.ToHexString(key));
        }
    }

    [TestMethod]
    public void TheCount_IsTheSameForEveryKeyAndMessage()
    {
        using var context = new CountedContext(
            Path.Combine(AppContext.BaseDirectory, "Pulsegate.Device.dll"), "Pulsegate.",
            type => type.StartsWith("Pulsegate.Signing."));
        long Count(byte[] key, byte[] message) => ((long[])context.Call(
            "Pulsegate.Virtual", typeof(SigningScenario).FullName!, nameof(SigningScenario.Run), key, message,
            () => context.Instructions)!)[SigningScenario.Instructions];

        var one = new byte[32];
        one[31] = 1;
        long expected = Count(one, new byte[Length]);
        Assert.IsLessThanOrEqualTo(InstructionCountMax, expected);
        Assert.AreEqual(expected, Count(LastKey, new byte[Length]));
        Assert.AreEqual(expected, Count(one, [.. Enumerable.Repeat((byte)0xFF, Length)]));
        var random = new Random(3);
        for (int i = 0; i < 200; i++)
        {
            var key = new byte[32];
            var message = new byte[Length];
            random.NextBytes(key);
            random.NextBytes(message);
            key[0] &= 0x7F;
            Assert.AreEqual(expected, Count(key, message), Convert.ToHexString(key));
        }
    }
}
