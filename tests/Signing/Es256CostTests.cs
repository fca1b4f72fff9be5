// Goal: what a signature costs says nothing about key and message, and stays within its budget. Method: the IL
// instructions of whole signatures, counted, for keys and messages at random and at their extremes.

using Pulsegate.Bench;
using Pulsegate.Virtual.Bench;

namespace Pulsegate.Tests.Signing;

[TestClass]
[DoNotParallelize]
public sealed class Es256CostTests
{
    private const int InstructionCountMax = 1_500_000;
    private const int Length = 450;

    [TestMethod]
    public void TheCount_IsTheSameForEveryKeyAndMessage()
    {
        using var context = new CountedContext(
            Path.Combine(AppContext.BaseDirectory, "Pulsegate.Device.dll"), "Pulsegate.", type => type.StartsWith("Pulsegate.Signing."));
        long Count(byte[] key, byte[] message) => ((long[])context.Call(
            "Pulsegate.Virtual", typeof(SigningScenario).FullName!, nameof(SigningScenario.Run), key, message,
            () => context.Instructions)!)[SigningScenario.Instructions];

        var one = new byte[32];
        one[31] = 1;
        byte[] last = Convert.FromHexString("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550");
        long expected = Count(one, new byte[Length]);
        Assert.IsLessThanOrEqualTo(InstructionCountMax, expected);
        Assert.AreEqual(expected, Count(last, new byte[Length]));
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
