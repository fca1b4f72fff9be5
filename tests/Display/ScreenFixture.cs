// A unit that measures, on the panel of the tests.

using Pulsegate.Alarms;
using Pulsegate.Display;
using Pulsegate.Tests.Surface;
using Pulsegate.Virtual.Display;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Display;

/// <summary>What the tests of the screen begin with: a patient who is well.</summary>
public abstract class ScreenFixture
{
    private protected ScreenFixture()
    {
        Reading.Set(Vital.SpO2, 968, ReadingStatus.Uncalibrated);
        Reading.Set(Vital.PulseRate, 724, ReadingStatus.Valid);
        Reading.Set(Vital.PerfusionIndex, 200, ReadingStatus.Valid);
        Reading.Set(Vital.Quality, 95, ReadingStatus.Valid);
        Reading.Set(Vital.Temperature, 3664, ReadingStatus.Valid);
        Screen.PulseLevel = 60;
    }

    private protected UnitFacts Facts { get; } =
        new() { Device = "ward-a", Version = "0.3.0", SelfTest = "passed" };

    private protected LitPanel Lit => field ??= new LitPanel(Facts, 60);

    private protected Screen Screen => Lit.Screen;

    private protected Reading Reading { get; } = new();

    private protected AlarmSignal Signal { get; } = new();

    private protected void Absent(ReadingStatus reason)
    {
        Reading.SetAbsent(Vital.SpO2, reason);
        Reading.SetAbsent(Vital.PulseRate, reason);
        Reading.SetAbsent(Vital.Quality, reason);
        Screen.PulseLevel = -1;
    }

    private protected void Alarm(int condition, int raisedCount)
    {
        Signal.Condition = condition;
        Signal.Raised = condition < 0 ? 0 : 1 << condition;
        for (int other = 0; int.PopCount(Signal.Raised) < raisedCount; other++)
        {
            Signal.Raised |= 1 << other;
        }

        Signal.LightPriority = condition < 0 ? (byte)0 : AlarmRules.PriorityOf(condition);
    }

    private protected void Draw(bool isConnected)
    {
        Screen.Show(Reading, Signal, isConnected);
        Lit.Draw();
    }

    // PULSEGATE_GOLDEN names a folder to write new pictures to, for somebody to look at.
    private protected void AssertLooksLike(string name, bool isConnected)
    {
        Draw(isConnected);
        Picture picture = Lit.Look();
        if (Environment.GetEnvironmentVariable("PULSEGATE_GOLDEN") is { Length: > 0 } folder)
        {
            File.WriteAllBytes(Path.Combine(folder, name + ".png"), picture.ToPng());
        }

        byte[] golden = File.ReadAllBytes(
            SurfaceCompiler.RepositoryPath($"tests/Display/{name}.png"));
        CollectionAssert.AreEqual(
            Picture.FromPng(golden).Pixels, picture.Pixels, $"not as in tests/Display/{name}.png");
    }
}
