using Pulsegate.Platform;
using Pulsegate.Vitals;

namespace Pulsegate.Virtual.Replay;

/// <summary>An indicator that nobody looks at.</summary>
public sealed class NullIndicator : IIndicator
{
    /// <inheritdoc/>
    public void Show(Reading reading, byte alarmPriority, bool isConnected)
    {
    }

    /// <inheritdoc/>
    public void Identify(int durationMs)
    {
    }
}
