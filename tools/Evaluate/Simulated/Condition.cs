// What a simulated finger is put through, and what is asked of the chain then.

namespace Pulsegate.Evaluate.Simulated;

/// <summary>One condition.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="What">What happens, in a few words.</param>
/// <param name="Arrange">Draws one run: sets the scene from a stream of random numbers.</param>
/// <param name="Requirements">What must hold over all runs.</param>
public sealed record Condition(
    string Name, string What, Action<SimulatedScene, Random> Arrange, IReadOnlyList<Requirement> Requirements)
{
    /// <summary>Length of a run, s.</summary>
    public const int RunSeconds = 120;

    /// <summary>Plays one run through emulated chip, driver and firmware.</summary>
    /// <param name="seed">Seed of the run; with the condition's name it fixes every number.</param>
    public Tally Run(int seed)
    {
        // Not string.GetHashCode, which differs from process to process.
        int own = seed;
        foreach (char letter in Name)
        {
            own = unchecked((own * 31) + letter);
        }

        var random = new Random(own);
        var scene = new SimulatedScene(random.Next());
        Arrange(scene, random);
        ReplayRecord replay = ReplayRecord.Of(
            scene, RunSeconds, SimulatedScene.Calibrated(),
            unit => unit.OximeterChip.ClockErrorPpm = scene.ClockErrorPpm);
        return Tally.Of(scene, replay);
    }
}
