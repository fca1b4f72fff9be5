// The ingest, read first: messages come from their source (a broker, or the queue between edges and ingests)
// and wait, bounded; one thread verifies them, commits them in groups, and answers with signed
// acknowledgements, in this order and never in another.
//   source -> Take -> waiting -> Sorting (verify) -> IRecordSink (commit) -> Acknowledging -> source
// Nothing in here is relied on to survive: what is not committed is not acknowledged, and the device keeps
// it.

using System.Collections.Concurrent;
using System.Diagnostics;
using Pulsegate.Ingest.Format;
using Pulsegate.Ingest.Queue;
using Pulsegate.Ingest.Storage;

namespace Pulsegate.Ingest;

/// <summary>One running ingest; any number may live in a process, each with its own database. Dispose stops
/// it.</summary>
public sealed class IngestService : IDisposable
{
    /// <summary>Most messages waiting. When it is full the connection's thread waits: the broker keeps the
    /// rest, as far as its own limits go, and devices keep everything.</summary>
    public const int WaitingCountMax = 4096;

    /// <summary>Most messages in one transaction.</summary>
    public const int GroupCountMax = 1000;

    /// <summary>Messages that are committed as they come in one <see cref="GroupIntervalMs"/>, 800 a second;
    /// those beyond wait for its end. Few messages are never kept waiting; of many, groups of two or three
    /// would keep a processor busy with nothing but commits.</summary>
    public const int PromptCountMax = 16;

    /// <summary>Longest wait for company, ms: beyond <see cref="PromptCountMax"/> messages the next group
    /// begins this long after the first of them, unless it is full before.</summary>
    public const int GroupIntervalMs = 20;

    private const int RetryMinMs = 250;
    private const int RetryMaxMs = 30_000;
    private static readonly TimeSpan DisposeLimit = TimeSpan.FromSeconds(10);

    private readonly BlockingCollection<ReceivedMessage> _waiting = new(WaitingCountMax);
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _completion = new(
        TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Tally _tally = new();
    private readonly IngestMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly IKeyring _keyring;
    private readonly BatchVerifier _verifier;
    private readonly IRecordSink _database;
    private readonly IMessageSource _source;
    private readonly Action<string> _onProblem;
    private readonly CertificateWatch _certificates;
    private readonly QuarantineWatch _quarantine;
    private readonly Thread _thread;
    private bool _isStopped;

    private IngestService(IngestOptions options, TimeProvider time, Action<string> onProblem)
    {
        options.Check();
        _time = time;
        _onProblem = onProblem;
        _certificates = new CertificateWatch(time, onProblem);
        _quarantine = new QuarantineWatch(onProblem);
        _keyring = PrivateFiles.LoadKeyring(options.KeyringFile);
        _verifier = new BatchVerifier(_keyring);
        _database = RecordSink.Open(options.ReadAddress(), options.DatabaseBytesMax, time);
        try
        {
            _source = options.ReadQueue() is { } queue
                ? new QueueSource(queue, time, _tally, Take, onProblem)
                : new BrokerConnection(options, Topics.Filters, _tally.SetConnection, OnMessage, onProblem);
        }
        catch (DllNotFoundException e)
        {
            _database.Dispose();
            throw new IngestException(e.Message.ReplaceLineEndings(" "), e);
        }

        _metrics = new IngestMetrics(GetTotals);
        _thread = new Thread(Run) { Name = "ingest", IsBackground = true };
    }

    /// <summary>Ends when the ingest has stopped; faulted when it could not go on (a defect), or stopped with
    /// messages that it could not commit.</summary>
    public Task Completion => _completion.Task;

    /// <summary>Starts an ingest: opens keyring and database, connects and subscribes. Blocks until the
    /// broker has accepted it (at most 30 s).</summary>
    /// <param name="options">Settings.</param>
    /// <param name="onProblem">Is told once when broker or database begin to fail, one line; on a thread of
    /// the ingest.</param>
    /// <param name="time">Clock; the system's when null.</param>
    /// <exception cref="IngestException">Anything that keeps it from starting, in one line.</exception>
    public static IngestService Start(
        IngestOptions options, Action<string>? onProblem = null, TimeProvider? time = null)
    {
        var service = new IngestService(options, time ?? TimeProvider.System, onProblem ?? (_ => { }));
        try
        {
            service._thread.Start();
            service._source.Open();
        }
        catch
        {
            service.Dispose();
            throw;
        }

        return service;
    }

    /// <summary>What has happened so far. May be called at any time, also after the end.</summary>
    public IngestStatistics GetStatistics() => _tally.Take(CountWaiting());

    /// <summary>The same without the table of devices, which takes long to make when there are
    /// many.</summary>
    public IngestStatistics GetTotals() => _tally.TakeTotals(CountWaiting());

    /// <summary>Stops: takes no more messages, commits and acknowledges what waits, disconnects.</summary>
    /// <param name="limit">How long to work on what waits; the rest is left to the devices, which keep
    /// it.</param>
    /// <returns>True when everything that had come was committed.</returns>
    public bool Stop(TimeSpan limit)
    {
        if (_isStopped)
        {
            return Completion.IsCompletedSuccessfully;
        }

        _waiting.CompleteAdding();
        _stopping.CancelAfter(limit);
        if (_thread.ThreadState.HasFlag(System.Threading.ThreadState.Unstarted))
        {
            _completion.TrySetResult();
        }
        else
        {
            _thread.Join();
        }

        _isStopped = true;
        _source.Dispose();
        _database.Dispose();
        _waiting.Dispose();
        _stopping.Dispose();
        return Completion.IsCompletedSuccessfully;
    }

    /// <summary>Stops with a limit of 10 s.</summary>
    public void Dispose()
    {
        Stop(DisposeLimit);
        _metrics.Dispose();
    }

    // Metrics are read on any thread, also while this stops.
    private int CountWaiting()
    {
        try
        {
            return _waiting.Count;
        }
        catch (ObjectDisposedException)
        {
            return 0;
        }
    }

    // On the broker connection's thread. The payload is gone when it returns.
    private void OnMessage(string topic, ReadOnlySpan<byte> payload, int qualityOfService, bool retained)
    {
        Take(new ReceivedMessage(
            topic, payload.ToArray(), retained, _time.GetUtcNow().ToUnixTimeMilliseconds()));
    }

    // On a thread of the source.
    private void Take(ReceivedMessage message)
    {
        try
        {
            _waiting.Add(message);   // waits while the queue is full: back-pressure
            _tally.Receive();
        }
        catch (InvalidOperationException)
        {
            // Stopping (or stopped): not taken, so never acknowledged by us, and the device sends it again.
        }
    }

    private void Run()
    {
        var messages = new List<ReceivedMessage>(GroupCountMax);
        long intervalBegun = 0;
        int intervalCount = 0;
        try
        {
            while (_waiting.TryTake(out ReceivedMessage? message, Timeout.Infinite))
            {
                if (intervalCount >= PromptCountMax)
                {
                    WaitForCompany(intervalBegun);
                }

                if (Stopwatch.GetElapsedTime(intervalBegun).TotalMilliseconds >= GroupIntervalMs)
                {
                    (intervalBegun, intervalCount) = (Stopwatch.GetTimestamp(), 0);
                }

                messages.Clear();
                messages.Add(message);
                while (messages.Count < GroupCountMax && _waiting.TryTake(out message))
                {
                    messages.Add(message);
                }

                intervalCount += messages.Count;
                if (_stopping.IsCancellationRequested)
                {
                    throw new IngestException(
                        "stopped before all that had come was stored: devices keep the rest");
                }

                Process(messages);
            }

            _completion.TrySetResult();
        }
        catch (Exception e)
        {
            // The ingest cannot go on; whoever awaits Completion must learn why. The queue is closed, so that
            // the connection's thread does not wait for us for ever.
            _waiting.CompleteAdding();
            string line = e.Message.ReplaceLineEndings(" ");
            _tally.Fault(line);
            _completion.TrySetException(e);
            _onProblem(line);
        }
    }

    // Nothing is waited for when a group is full already, or when no more will come.
    private void WaitForCompany(long intervalBegun)
    {
        double leftMs = GroupIntervalMs - Stopwatch.GetElapsedTime(intervalBegun).TotalMilliseconds;
        if (leftMs > 0 && _waiting.Count < GroupCountMax - 1 && !_waiting.IsAddingCompleted)
        {
            Thread.Sleep((int)Math.Ceiling(leftMs));
        }
    }

    private void Process(List<ReceivedMessage> messages)
    {
        CommitGroup group = Sorting.Sort(messages, _verifier, _tally);
        if (group.IsEmpty)
        {
            _source.Finish(messages, []);
            return;
        }

        _certificates.Look(group);
        CommitResult result = CommitUntilDone(group);
        _quarantine.Look(group, result);
        _tally.Commit(group, result);
        int credits = Acknowledging.Credits(_source.WaitingCountMax - _waiting.Count, _tally.DeviceCount);
        long utcMs = _time.GetUtcNow().ToUnixTimeMilliseconds();
        _metrics.Commit(group, utcMs);
        (string, byte[])[] answers = [.. Acknowledging.Write(group, result, _keyring, credits, utcMs)];
        int sent = _source.Finish(messages, answers);
        _tally.Acknowledge(sent, answers.Length - sent);
    }

    private CommitResult CommitUntilDone(CommitGroup group)
    {
        for (int waitMs = RetryMinMs; ; waitMs = Math.Min(RetryMaxMs, waitMs * 2))
        {
            try
            {
                return _database.Commit(group);
            }
            catch (IngestException e)
            {
                _tally.FailCommit(e.Message);
                if (waitMs == RetryMinMs)
                {
                    _onProblem(e.Message);
                }

                if (_stopping.Token.WaitHandle.WaitOne(waitMs))
                {
                    throw new IngestException(
                        $"stopped with messages that could not be stored, devices keep them: {e.Message}", e);
                }
            }
        }
    }
}
