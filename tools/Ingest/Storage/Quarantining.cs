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

    /// <summary>Most rows of either kind of one device, so that one leaves room for what others
    /// send.</summary>
    internal const int DeviceRowsMax = 1_000;

    private readonly List<QuarantinedMessage> _aside = [];
    private Dictionary<string, long>? _unverifiableRows;
    private Dictionary<string, long>? _conflictRows;

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
        _unverifiableRows = Rows(_unverifiableRows, UnverifiableRowsMax, isConflict: false);
        _conflictRows = Rows(_conflictRows, ConflictRowsMax, isConflict: true);
        long unverifiable = _unverifiableRows.Values.Sum();
        long conflicts = _conflictRows.Values.Sum();
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
                string device = _aside[i].Message.Device;
                Dictionary<string, long> rows = isConflict ? _conflictRows : _unverifiableRows;
                long ofDevice = rows.GetValueOrDefault(device);
                if (ofDevice >= DeviceRowsMax
                    || (isConflict ? conflicts >= ConflictRowsMax : unverifiable >= UnverifiableRowsMax))
                {
                    changes.OverflowCount++;
                    continue;
                }

                rows[device] = ofDevice + 1;
                _ = isConflict ? conflicts++ : unverifiable++;
            }

            changes.Quarantined.Add(names[i], _aside[i]);
        }

        _aside.Clear();
    }

    // What was full, for all or for one that sends now, is counted anew: retention, or somebody who has
    // looked, may have made room.
    private Dictionary<string, long> Rows(Dictionary<string, long>? known, int rowsMax, bool isConflict)
    {
        bool isFull = known is null || known.Values.Sum() >= rowsMax || _aside.Exists(message
            => message.IsConflict == isConflict
                && known.GetValueOrDefault(message.Message.Device) >= DeviceRowsMax);
        return isFull ? transaction.CountQuarantine(isConflict) : known!;
    }
}
