using Pulsegate.Alarms;
using Pulsegate.Platform;
using Pulsegate.Vitals;

namespace Pulsegate.Virtual.Replay;

/// <summary>An indicator that nobody looks at.</summary>
public sealed class NullIndicator : IIndicator
{
    /// <inheritdoc/>
    public void Show(Reading reading, AlarmSignal alarms, bool isConnected)
    {
    }

    /// <inheritdoc/>
    public void Identify(int durationMs)
    {
    }

    /// <inheritdoc/>
    public int TakePressed() => 0;
}
