// What is put aside: the same message again only counts, a new one needs room, and what does not fit is
// counted too.

using System.Security.Cryptography;
using System.Text;

namespace Pulsegate.Ingest.Storage;

/// <summary>Lives as long as one connection and remembers how full the quarantine is.</summary>
internal sealed class Quarantining(IGroupTransaction transaction)
{
    /// <summary>Most rows of messages that could not be verified. More are counted and not kept.</summary>
    internal const int UnverifiableRowsMax = 10_000;

    /// <summary>Most rows of verified records whose identity is taken. More are counted and not
    /// kept.</summary>
    internal const int ConflictRowsMax = 10_000;

    private readonly List<QuarantinedMessage> _aside = [];
    private long? _unverifiableRows;
    private long? _conflictRows;

    /// <summary>Puts a message aside.</summary>
    internal void Add(RejectedMessage message, bool isConflict)
    {
        byte[] fingerprint = SHA256.HashData(
            [.. Encoding.UTF8.GetBytes(message.Topic), 0, .. message.Message]);
        _aside.Add(new QuarantinedMessage(fingerprint, isConflict, message));
    }

    /// <summary>Adds what has been put aside since the last time to what will be written.</summary>
    internal void Decide(GroupChanges changes)
    {
        if (_aside.Count == 0)
        {
            return;
        }

        string[] names = [.. _aside.Select(message => Convert.ToHexString(message.Fingerprint))];
        HashSet<string> known = transaction.FindQuarantined(names.ToHashSet());
        long unverifiable = Rows(_unverifiableRows, UnverifiableRowsMax, isConflict: false);
        long conflicts = Rows(_conflictRows, ConflictRowsMax, isConflict: true);
        for (int i = 0; i < names.Length; i++)
        {
            if (changes.Quarantined.TryGetValue(names[i], out QuarantinedMessage? same))
            {
                same.Times++;
                same.LastUtcMs = _aside[i].LastUtcMs;
                continue;
            }

            bool isConflict = _aside[i].IsConflict;
            if (!known.Contains(names[i]))
            {
                if (isConflict ? conflicts >= ConflictRowsMax : unverifiable >= UnverifiableRowsMax)
                {
                    changes.OverflowCount++;
                    continue;
                }

                _ = isConflict ? conflicts++ : unverifiable++;
            }

            changes.Quarantined.Add(names[i], _aside[i]);
        }

        _unverifiableRows = unverifiable;
        _conflictRows = conflicts;
        _aside.Clear();
    }

    // One that was full is counted anew: retention, or somebody who has looked, may have made room.
    private long Rows(long? known, int rowsMax, bool isConflict)
        => known is { } rows && rows < rowsMax ? rows : transaction.CountQuarantine(isConflict);
}
