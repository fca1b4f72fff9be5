// What is put aside is said at once, and not only counted: somebody has to look.

using Pulsegate.Ingest.Storage;

namespace Pulsegate.Ingest;

/// <summary>Says, once for each device and reason, that messages were put aside. For one thread.</summary>
internal sealed class QuarantineWatch(Action<string> onProblem)
{
    /// <summary>Most devices and reasons remembered; above it all are forgotten, and said again when
    /// met.</summary>
    internal const int ToldCountMax = 10_000;

    private readonly HashSet<(string Device, string Reason)> _told = [];

    /// <summary>Looks at what became of a group.</summary>
    internal void Look(CommitGroup group, CommitResult result)
    {
        if (_told.Count > ToldCountMax)
        {
            _told.Clear();
        }

        foreach (RejectedMessage message in group.Rejected)
        {
            Say(message.Device, message.Reason,
                $"a message of {message.Device} is put aside: {message.Reason}");
        }

        for (int i = 0; i < group.Records.Count; i++)
        {
            string device = group.Records[i].Record.Device;
            if (result.Outcomes[i] == RecordOutcome.Conflict)
            {
                Say(
                    device, "conflict",
                    $"{device} seals other records under numbers that it has used: its store was begun anew "
                        + $"under the old "
                    + "identity, or somebody has its keys. Nothing of it is acknowledged until it has "
                    + "another store: "
                    + $"./pulsegate provision rotate {device} --new-store --out FOLDER");
            }
            else if (result.Outcomes[i] == RecordOutcome.Refused)
            {
                Say(device, "refused",
                    $"a record of {device} is put aside: its number or its key version went back");
            }
        }
    }

    private void Say(string device, string reason, string line)
    {
        if (_told.Add((device, reason)))
        {
            onProblem(line);
        }
    }
}
