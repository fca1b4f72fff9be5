// Commands that take longer than their first answer: new keys, a new certificate, other authorities. Each is
// answered when it is staged and again when it has worked or has not.

using Pulsegate.Renewal;
using Pulsegate.Store;

namespace Pulsegate.Commands;

public sealed partial class CommandRunner
{
    private const string Staged = "staged";

    /// <summary>The unit's keys; null, as at first, when they cannot be renewed.</summary>
    public KeyRenewal Keys;

    /// <summary>The unit's certificates; null, as at first, when they cannot be renewed.</summary>
    public CertificateRenewal Certificates;

    private string RefusalOfRenewal(Command command)
    {
        if (command.Code != CommandCode.RotateKeys)
        {
            return Certificates == null ? "refused: this unit cannot renew its certificates" : null;
        }

        if (Keys == null)
        {
            return "refused: this unit cannot renew its keys";
        }

        // One older version is kept and no more: what is sealed with it has to be gone before the next.
        var oldest = new StoredRecord();
        return _store.TryReadNext(0, oldest) && oldest.KeyVersion < Keys.KeyVersion
            ? "refused: records of version " + oldest.KeyVersion.ToString() + " are not acknowledged yet"
            : null;
    }

    private string Stage(Command command)
    {
        string failure = command.Code == CommandCode.RotateKeys
            ? Keys.Stage(command.Value, command.Content, command.Number)
            : Certificates.Stage(command.Code, command.Value, command.Content, command.Number);
        return failure == null ? Staged : failure;
    }

    private void TellRenewals(long nowMs)
    {
        if (Keys != null)
        {
            Keys.Step();
            if (Keys.AnswerDue > 0 && _recorder.StoreAnswer(
                Keys.AnswerDue, CommandCode.NameOf(CommandCode.RotateKeys) + ": done", nowMs))
            {
                Keys.NoteAnswered();
            }
        }

        if (Certificates == null)
        {
            return;
        }

        // The record that is to be acknowledged on a connection with new certificates, or with the old ones
        // after it.
        if (Certificates.IsProofAsked
            && _recorder.StoreAnswer(Certificates.Number, Certificates.ProofNote, nowMs))
        {
            Certificates.IsProofAsked = false;
        }

        if (Certificates.HasOutcome
            && _recorder.StoreAnswer(Certificates.Number, Certificates.Outcome, nowMs))
        {
            Certificates.NoteAnswered();
        }
    }
}
