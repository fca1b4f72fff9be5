using Pulsegate.Field.Lines;
using Pulsegate.Field.Wire;

namespace Pulsegate.Cli.Field;

/// <summary>Waits for what a unit says after a restart.</summary>
internal static class UnitListener
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);
    private const int ClockSlackMs = 5000;

    /// <summary>Waits until the runtime answers on the port.</summary>
    /// <exception cref="IOException">It does not.</exception>
    public static void RequireAnswer(WireSession session, JourneyStep step)
    {
        while (!session.IsAnswering(AnswerLimit))
        {
            step.Tell("nothing answers yet");
            if (step.IsOver)
            {
                throw new IOException(
                    "nothing answers on the port: no nanoFramework firmware runs there, or another program "
                        + "holds the port");
            }
        }
    }

    /// <summary>Restarts the unit and waits for a banner of the new start.</summary>
    /// <exception cref="IOException">The unit does not restart, or its program says nothing.</exception>
    public static UnitLineText RestartAndHearBanner(WireSession session, JourneyStep step)
    {
        RequireAnswer(session, step);
        TimeSpan began = step.Elapsed;
        if (!session.TryReboot(AnswerLimit))
        {
            throw new IOException("the unit did not take the restart");
        }

        return Hear(session, step, "banner", line =>
        {
            // A banner of the boot before has been up for longer than the restart is ago.
            double sinceMs = (step.Elapsed - began).TotalMilliseconds + ClockSlackMs;
            return line.Number("upMs") is { } upMs && upMs <= sinceMs;
        }) ?? throw new IOException(
            session.AnswerCount > 0
                ? "the runtime answers and no program speaks: the image is not where the runtime looks for "
                    + "it, or it stops at once"
                : "nothing came after the restart");
    }

    /// <summary>Waits for a line.</summary>
    /// <returns>Null when it did not come within the step's limit.</returns>
    public static UnitLineText? Hear(
        WireSession session, JourneyStep step, string kind, Func<UnitLineText, bool> isWanted)
    {
        while (!step.IsOver)
        {
            if (session.TakeLine(Poll) is { } line && line.Kind == kind && isWanted(line))
            {
                return line;
            }

            step.Tell($"waiting for the unit's {kind}");
        }

        return null;
    }
}
