// Counts what happens, for the live table. Written by the ingest's threads, read by anybody.

using Pulsegate.Ingest.Format;
using Pulsegate.Ingest.Storage;

namespace Pulsegate.Ingest;

/// <summary>One lock around plain numbers; a picture is taken as a whole. Thread-safe.</summary>
internal sealed class Tally
{
    /// <summary>Most devices in the table; further ones are stored and acknowledged, but not shown.</summary>
    internal const int DeviceCountMax = 20_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, DeviceStatistics> _devices = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (uint BootId, long MonotonicMs)> _newest = new(
        StringComparer.Ordinal);
    private IngestStatistics _total = new();
    private string _brokerError = "";
    private string _databaseError = "";

    internal int DeviceCount
    {
        get
        {
            lock (_gate)
            {
                return _devices.Count;
            }
        }
    }

    /// <summary>A message came in.</summary>
    internal void Receive() => Update(total => total with { Received = total.Received + 1 });

    /// <summary>The connection is up, or has ended for the reason given.</summary>
    internal void SetConnection(bool isConnected, string error)
    {
        lock (_gate)
        {
            _brokerError = error;
            _total = _total with { IsConnected = isConnected };
        }
    }

    /// <summary>A commit failed and will be tried again.</summary>
    internal void FailCommit(string error)
    {
        lock (_gate)
        {
            _databaseError = error;
            _total = _total with { CommitFailures = _total.CommitFailures + 1 };
        }
    }

    /// <summary>The ingest cannot go on.</summary>
    internal void Fault(string error)
    {
        lock (_gate)
        {
            _databaseError = error;
        }
    }

    /// <summary>Acknowledgements were handed over, or not taken.</summary>
    internal void Acknowledge(int sent, int dropped) => Update(total => total with
    {
        Acknowledgements = total.Acknowledgements + sent,
        AcknowledgementsDropped = total.AcknowledgementsDropped + dropped,
    });

    /// <summary>A verified message of a device came.</summary>
    internal void Hear(VerifiedRecord record, long receivedUtcMs)
    {
        lock (_gate)
        {
            if (TryFind(record.Device, out DeviceStatistics? device))
            {
                DateTimeOffset now = DateTimeOffset.FromUnixTimeMilliseconds(receivedUtcMs);
                _devices[record.Device] = ShowNewest(device! with { LastSeenUtc = now }, record);
            }
        }
    }

    /// <summary>A group is in the database.</summary>
    internal void Commit(CommitGroup group, CommitResult result)
    {
        lock (_gate)
        {
            _databaseError = "";
            long committed = 0;
            long readings = 0;
            for (int i = 0; i < result.Outcomes.Count; i++)
            {
                if (result.Outcomes[i] == RecordOutcome.Committed)
                {
                    committed++;
                    readings += group.Records[i].Record.Readings.Count;
                }
            }

            _total = _total with
            {
                Committed = _total.Committed + committed,
                ReadingsCommitted = _total.ReadingsCommitted + readings,
                Duplicates = _total.Duplicates + Count(result, RecordOutcome.Duplicate),
                Conflicts = _total.Conflicts + Count(result, RecordOutcome.Conflict),
                Refused = _total.Refused + Count(result, RecordOutcome.Refused),
                Unverifiable = _total.Unverifiable + group.Rejected.Count,
            };
            foreach (StoreState store in result.Stores)
            {
                Show(store);
            }
        }
    }

    /// <summary>The picture now.</summary>
    internal IngestStatistics Take(int waiting)
    {
        lock (_gate)
        {
            return TakeTotals(waiting) with
            {
                Devices = [.. _devices.Values.OrderBy(device => device.Device, StringComparer.Ordinal)],
            };
        }
    }

    /// <summary>The picture now, without devices.</summary>
    internal IngestStatistics TakeTotals(int waiting)
    {
        lock (_gate)
        {
            return _total with
            {
                Waiting = waiting, LastError = _databaseError.Length > 0 ? _databaseError : _brokerError,
            };
        }
    }

    private static int Count(CommitResult result, RecordOutcome outcome)
        => result.Outcomes.Count(o => o == outcome);

    private void Update(Func<IngestStatistics, IngestStatistics> change)
    {
        lock (_gate)
        {
            _total = change(_total);
        }
    }

    private bool TryFind(string id, out DeviceStatistics? device)
    {
        if (_devices.TryGetValue(id, out device))
        {
            return true;
        }

        device = new DeviceStatistics { Device = id };
        return _devices.Count < DeviceCountMax;
    }

    // Backlog comes after newer readings; only the newest of the newest boot is shown.
    private DeviceStatistics ShowNewest(DeviceStatistics device, VerifiedRecord record)
    {
        if (record.Readings.Count == 0)
        {
            return device;
        }

        DecodedReading last = record.Readings[^1];
        (uint BootId, long MonotonicMs) time = (record.BootId, last.MonotonicMs);
        if (_newest.TryGetValue(device.Device, out (uint, long) newest) && time.CompareTo(newest) < 0)
        {
            return device;
        }

        _newest[device.Device] = time;
        return device with { LastReading = last };
    }

    private void Show(StoreState store)
    {
        if (TryFind(store.Device, out DeviceStatistics? device))
        {
            _devices[store.Device] = device! with
            {
                Epoch = store.Epoch,
                Cumulative = store.Sequences.Cumulative,
                RecordCount = store.RecordCount,
                ReadingCount = store.ReadingCount,
                MissingCount = store.Sequences.MissingCount,
                DeclaredCount = store.DeclaredCount,
                ChainBreaks = store.ChainBreaks,
                ConflictCount = store.ConflictCount,
            };
        }
    }
}
