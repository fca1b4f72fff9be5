using Pulsegate.Alarms;
using Pulsegate.Platform;
using Pulsegate.Vitals;

namespace Pulsegate.Cli;

/// <summary>The light of a gateway in a terminal: only what somebody would walk to a bed for.</summary>
internal sealed class ConsoleIndicator : IIndicator
{
    /// <inheritdoc/>
    public void Show(Reading reading, AlarmSignal alarms, bool isConnected)
    {
    }

    /// <inheritdoc/>
    public void Identify(int durationMs)
        => Console.WriteLine($"\a*** here I am, for {durationMs / 1000} s ***");

    /// <inheritdoc/>
    public int TakePressed() => 0;
}
