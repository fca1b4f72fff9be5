// Keeps one connection to the cluster: any node that answers, and after any failure another one, later each
// time.

using RabbitMQ.Client;

namespace Pulsegate.Ingest.Queue;

/// <summary>Owns the connection. What is done with it is its maker's: a function that is called with each new
/// one.</summary>
internal sealed class QueueConnection : IDisposable
{
    private const int BackoffMinMs = 250;
    private const int BackoffMaxMs = 10_000;
    private const int BackoffDoublingsMax = 6;
    private static readonly TimeSpan FirstLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(5);
    private readonly QueueAddress _address;
    private readonly string _name;
    private readonly Func<IConnection, CancellationToken, Task> _setUp;
    private readonly Action<bool, string> _onState;
    private readonly Action<string> _onProblem;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _firstUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string _error = "no answer";
    private string _told = "";
    private Task _run = Task.CompletedTask;

    /// <summary>Does nothing until <see cref="Open"/>.</summary>
    /// <param name="address">The cluster.</param>
    /// <param name="name">What the cluster's own tools show.</param>
    /// <param name="setUp">Makes channels and consumers on a new connection; throws when it cannot.</param>
    /// <param name="onState">Is told that it is up, or has ended and why.</param>
    /// <param name="onProblem">Is told once, in one line, when it begins to fail, and of what does not heal
    /// by itself: certificates and files.</param>
    internal QueueConnection(
        QueueAddress address, string name, Func<IConnection, CancellationToken, Task> setUp,
        Action<bool, string> onState, Action<string> onProblem)
    {
        _address = address;
        _name = name;
        _setUp = setUp;
        _onState = onState;
        _onProblem = onProblem;
    }

    /// <summary>Starts, and waits until it is up (at most 30 s): nodes that are starting as well are waited
    /// for.</summary>
    /// <exception cref="IngestException">It is not; one line why.</exception>
    internal void Open()
    {
        _run = Task.Run(Run);
        if (!_firstUp.Task.Wait(FirstLimit))
        {
            throw new IngestException(Describe(_error));
        }
    }

    /// <summary>Ends this connection, so that another one is made.</summary>
    internal void Break(string reason) => Volatile.Read(ref _ended).TrySetResult(reason);

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        Break("closed");
        _run.Wait();
        _stop.Dispose();
    }

    private async Task Run()
    {
        for (int failureCount = 0; !_stop.IsCancellationRequested; failureCount++)
        {
            var ended = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            Volatile.Write(ref _ended, ended);
            bool wasUp = false;
            bool needsSomebody = false;
            try
            {
                IConnection connection = await _address.Connect(_name, _stop.Token);
                connection.ConnectionShutdownAsync += (_, e) =>
                {
                    ended.TrySetResult(e.ReplyText);
                    return Task.CompletedTask;
                };
                try
                {
                    await _setUp(connection, _stop.Token);
                    wasUp = true;
                    failureCount = 0;
                    _onState(true, "");
                    _firstUp.TrySetResult();
                    _error = _stop.IsCancellationRequested ? "closed" : await ended.Task;
                }
                finally
                {
                    await connection.CloseAsync(
                        Constants.ReplySuccess, "closed", CloseLimit, abort: true, CancellationToken.None);
                    await connection.DisposeAsync();
                }
            }
            catch (Exception e)
            {
                // Whatever kept this attempt from succeeding, the next one may; it is told, and never the
                // end.
                needsSomebody = e is IngestException;
                _error = (needsSomebody ? e : e.InnerException ?? e).Message.ReplaceLineEndings(" ");
            }

            await Pause(wasUp || failureCount == 0 || (needsSomebody && _error != _told), failureCount);
        }
    }

    private async Task Pause(bool isNews, int failureCount)
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        _onState(false, Describe(_error));
        if (isNews && _firstUp.Task.IsCompleted)
        {
            _told = _error;
            _onProblem(Describe(_error));
        }

        int waitMs = Math.Min(BackoffMaxMs, BackoffMinMs << Math.Min(failureCount, BackoffDoublingsMax));
        await Task.Delay(Random.Shared.Next(waitMs / 2, waitMs + 1), _stop.Token)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private string Describe(string reason) => $"queue {_address.Text}: {reason}";
}
