// An engine alone, with a patient who is well to begin with.

using Pulsegate.Alarms;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Alarms;

/// <summary>What the tests of the engine begin with.</summary>
public abstract class AlarmEngineFixture
{
    private long _nowMs;

    private protected AlarmEngineFixture()
    {
        Engine = new AlarmEngine(Limits, Changes);
        NormalReading.PutInto(Reading);
    }

    private protected AlarmLimits Limits { get; } = new();

    private protected Reading Reading { get; } = new();

    private protected AlarmChange Change { get; } = new();

    private protected AlarmChanges Changes { get; } = new();

    private protected AlarmEngine Engine { get; }

    private protected int UnitConditions { get; set; }

    private protected AlarmChange TakeChangeOf(int condition)
    {
        while (Changes.TryTake(Change))
        {
            if (Change.Condition == condition)
            {
                return Change;
            }
        }

        throw new AssertFailedException("there is no such change");
    }

    private protected void Seconds(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _nowMs += 1000;
            Reading.MonotonicMs = _nowMs;
            Engine.Update(Reading, UnitConditions);
        }
    }
}
