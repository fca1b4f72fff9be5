// Verifies messages and sorts them: records to store, latest states to keep, messages not to believe, live to
// show.

using Pulsegate.Ingest.Format;
using Pulsegate.Ingest.Storage;

namespace Pulsegate.Ingest;

internal static class Sorting
{
    /// <summary>Highest sequence that is believed: a u64 counter that starts at 1 does not get
    /// there.</summary>
    internal const long SequenceMax = long.MaxValue - 1;

    /// <summary>Most bytes kept of a message that is not believed.</summary>
    internal const int QuarantinedBytesMax = 8192;

    /// <summary>Sorts messages into a group for the database; what is only shown goes to the tally at
    /// once.</summary>
    internal static CommitGroup Sort(
        IReadOnlyList<ReceivedMessage> messages, BatchVerifier verifier, Tally tally)
    {
        var group = new CommitGroup();
        foreach (ReceivedMessage message in messages)
        {
            bool isVerified = TryVerify(
                message, verifier, out string device, out string kind, out VerifiedRecord? record,
                out string reason);
            if (!isVerified)
            {
                byte[] kept = message.Payload.Length <= QuarantinedBytesMax
                    ? message.Payload
                    : message.Payload[..QuarantinedBytesMax];
                group.Rejected.Add(
                    new RejectedMessage(device, message.Topic, kept, reason, message.ReceivedUtcMs));
                continue;
            }

            if (Topics.IsStored(kind))
            {
                group.Records.Add(new ReceivedRecord(record!, message.ReceivedUtcMs));
            }
            else if (kind != Topics.Live)
            {
                group.States.Add(new ReceivedState(kind, record!, message.ReceivedUtcMs));
            }

            if (!message.IsRetained)
            {
                tally.Hear(record!, message.ReceivedUtcMs);
            }
        }

        return group;
    }

    private static bool TryVerify(
        ReceivedMessage message, BatchVerifier verifier, out string device, out string kind,
        out VerifiedRecord? record, out string reason)
    {
        record = null;
        if (!Topics.TrySplit(message.Topic, out device, out kind))
        {
            reason = "topic";
            return false;
        }

        if (!verifier.TryVerify(message.Payload, device, kind, out record, out reason))
        {
            return false;
        }

        if (Topics.IsStored(kind) && record!.Sequence is (< 1 or > SequenceMax))
        {
            reason = "sequence out of range";
            return false;
        }

        return true;
    }
}
