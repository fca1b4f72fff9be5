// What was done about alarms, seen from the bed: buttons, and what light and sound then show. It knows
// nothing of how the unit decides, only what cannot be shown without a decision.

using Pulsegate.Alarms;
using Pulsegate.Platform;

namespace Pulsegate.Virtual.Simulation;

/// <summary>Tells the ledger each stage that the signal gives away: the pause begins or ends, an alarm
/// becomes unattended, is acknowledged, reminds.</summary>
internal sealed class StageWatch(SimulatedNurse nurse, SimulationCoverage coverage)
{
    private bool _isPaused;
    private bool _isUnattended;
    private bool _isAcknowledged;
    private bool _isShown;
    private int _raised;

    /// <summary>Looks after a step.</summary>
    /// <param name="signal">What is shown.</param>
    /// <param name="raised">Conditions raised.</param>
    /// <param name="nowMs">Monotonic ms of the step.</param>
    /// <param name="life">Is told.</param>
    public void Look(AlarmSignal signal, int raised, long nowMs, LedgerLife life)
    {
        if (nurse.Pressed != 0)
        {
            life.AddPress(nowMs, nurse.Pressed);
        }

        if (signal.IsAudioPaused != _isPaused && (signal.IsAudioPaused || raised != 0))
        {
            life.AddStage(nowMs, signal.IsAudioPaused ? AlarmStage.AudioPaused : AlarmStage.AudioReturned);
        }

        // Where alarms come and go in the same step nobody at the bed can say which was answered.
        bool isSame = raised == _raised;
        bool isAnswered = isSame && _isShown && !_isAcknowledged && (nurse.Pressed & Button.Acknowledge) != 0;
        if (isAnswered)
        {
            life.AddStage(nowMs, AlarmStage.Acknowledged);
            coverage.Add(Met.AlarmAnswered);
        }

        if (isSame && _isAcknowledged && !signal.IsAcknowledged && raised != 0)
        {
            life.AddStage(nowMs, AlarmStage.AudioReturned);
        }

        if (signal.IsUnattended && !_isUnattended)
        {
            life.AddStage(nowMs, AlarmStage.Unattended);
            coverage.Add(Met.AlarmUnattended);
        }

        nurse.Pressed = 0;
        _isPaused = signal.IsAudioPaused;
        _isUnattended = signal.IsUnattended;
        _isAcknowledged = signal.IsAcknowledged;
        _isShown = signal.LightPriority > (byte)AlarmPriority.None;
        _raised = raised;
    }
}
