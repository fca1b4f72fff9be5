// Goal: the simulation would see it if the firmware broke one of its six central rules; method: each rule is
// broken in the IL of a copy, and the seeds of `test --all` run until the promise that it carries is reported
// as broken. A run without fault or restart does not see it.

using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Pulsegate.Tests.Simulation;

[TestClass]
public class MutationTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void HighWaterMarkThatMayBeDeleted_IsFound()
        => AssertFound("Pulsegate.Store.SegmentTable", "HighWater", "high-water", ReturnMinusOne);

    [TestMethod]
    public void CursorThatIgnoresItsGeneration_IsFound()
        => AssertFound(
            "Pulsegate.Store.AlternatingFile", "TryLoad", "cursor", body => NeverBranch(body, "_generation"));

    [TestMethod]
    public void AppendBehindABadTail_IsFound()
        => AssertFound(
            "Pulsegate.Store.SegmentScan", "TryScanSegment", "bad-tail",
            body => Replace(body, "MustRoll", OpCodes.Ldc_I4_0, isBefore: true));

    [TestMethod]
    public void AcknowledgementThatIsNotAuthenticated_IsFound()
        => AssertFound(
            "Pulsegate.Batch.DownlinkText", "TryOpen", "acknowledgement",
            body => Replace(body, "VerifyDown", OpCodes.Ldc_I4_1, false));

    [TestMethod]
    public void EvictionThatSparesTheOldest_IsFound()
        => AssertFound("Pulsegate.Store.StoreEviction", "FindOldest", "eviction", StartAtOne);

    [TestMethod]
    public void LossOfSamplesThatIsNotSaid_IsFound()
        => AssertFound(
            "Pulsegate.Gateway", "TakeReading", "samples were lost",
            body => Replace(body, "_hasLostSamples", OpCodes.Ldc_I4_0, false));

    [TestMethod]
    public void StagesOfAlarmsThatAreNotStored_AreFound()
    {
        // Needs no fault to be seen, but somebody who presses.
        using var firmware = new MutatedFirmware("Pulsegate.Alarms.Annunciator", "Push", body =>
        {
            body.Instructions.Clear();
            body.Instructions.Add(Instruction.Create(OpCodes.Ret));
            return 1;
        });
        string? failure = firmware.RunSeed(SimulationTests.FirstSeed, SimulationTests.Days, isQuiet: true);
        StringAssert.Contains(failure, "alarm changes were not sealed");
    }

    private void AssertFound(string type, string method, string promise, Func<MethodBody, int> plant)
    {
        using var firmware = new MutatedFirmware(type, method, plant);
        Assert.IsNull(firmware.RunSeed(SimulationTests.FirstSeed, 0.25, isQuiet: true),
            "trivial: it needs neither fault nor restart to be seen");
        var found = new List<string>();
        for (int seed = SimulationTests.FirstSeed; seed < SimulationTests.FirstSeed
            + SimulationTests.SeedCount; seed++)
        {
            if (firmware.RunSeed(seed, SimulationTests.Days, isQuiet: false) is { } failure)
            {
                found.Add($"seed {seed}: {failure}");
                if (failure.Contains(promise, StringComparison.Ordinal))
                {
                    TestContext.WriteLine(found[^1]);
                    return;
                }
            }
        }

        Assert.Fail($"{found.Count} of {SimulationTests.SeedCount} seeds failed, none for the planted bug; "
            + $"{found.FirstOrDefault()}");
    }

    private static int ReturnMinusOne(MethodBody body)
    {
        body.Instructions.Clear();
        body.ExceptionHandlers.Clear();
        body.Instructions.Add(Instruction.Create(OpCodes.Ldc_I4_M1));
        body.Instructions.Add(Instruction.Create(OpCodes.Ret));
        return 1;
    }

    // A comparison of a field that decides a branch: both operands are thrown away and the branch is not
    // taken.
    private static int NeverBranch(MethodBody body, string field)
    {
        int count = 0;
        foreach (Instruction load in body.Instructions.ToList())
        {
            if (IsOf(load, field) && load.OpCode == OpCodes.Ldfld
                && load.Next.OpCode.FlowControl == FlowControl.Cond_Branch)
            {
                Instruction pop = Instruction.Create(OpCodes.Pop);
                body.GetILProcessor().Replace(load.Next, pop);
                body.GetILProcessor().InsertAfter(pop, Instruction.Create(OpCodes.Pop));
                count++;
            }
        }

        return count;
    }

    // What a call or a field gives, or what a field is given, becomes a constant.
    private static int Replace(MethodBody body, string member, OpCode constant, bool isBefore)
    {
        int count = 0;
        ILProcessor processor = body.GetILProcessor();
        foreach (Instruction use in body.Instructions.ToList())
        {
            if (!IsOf(use, member) || (use.OpCode == OpCodes.Stfld) != isBefore)
            {
                continue;
            }

            Instruction pop = Instruction.Create(OpCodes.Pop);
            if (isBefore)
            {
                // A branch may aim at the store itself: it becomes the pop, and the store follows.
                Instruction store = Instruction.Create(use.OpCode, (FieldReference)use.Operand);
                use.OpCode = OpCodes.Pop;
                use.Operand = null!;
                processor.InsertAfter(use, Instruction.Create(constant));
                processor.InsertAfter(use.Next, store);
            }
            else
            {
                processor.InsertAfter(use, pop);
                processor.InsertAfter(pop, Instruction.Create(constant));
            }

            count++;
        }

        return count;
    }

    private static int StartAtOne(MethodBody body)
    {
        Instruction first = body.Instructions.First(instruction => instruction.OpCode == OpCodes.Ldc_I4_0);
        first.OpCode = OpCodes.Ldc_I4_1;
        return 1;
    }

    private static bool IsOf(Instruction instruction, string member)
        => (instruction.Operand as MemberReference)?.Name == member;
}
