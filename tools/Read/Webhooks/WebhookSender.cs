// Tells receivers of alarms: at least once, signed, with bounded retries and a dead letter. A slow receiver
// holds up nobody but itself.

using System.Data.Common;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Pulsegate.Read.Access;
using Pulsegate.Read.Api;
using Pulsegate.Read.Data;

namespace Pulsegate.Read.Webhooks;

/// <summary>Runs until it is disposed.</summary>
internal sealed class WebhookSender : IAsyncDisposable
{
    /// <summary>Attempts before a delivery is dead: with the pauses between them, about a day.</summary>
    internal const int AttemptCountMax = 30;

    private const int BatchMax = 100;
    private const int RecordsLookedAtMax = 1000;
    private const int PagesMax = 100;
    private const int PauseMsMax = 3_600_000;
    private const int ProblemLengthMax = 200;
    private static readonly TimeSpan DeliveredKept = TimeSpan.FromDays(30);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(10);

    private readonly ApiParts _parts;
    private readonly DeliveryQueue _queue;
    private readonly int _firstPauseMs;
    private readonly CancellationTokenSource _stopping = new();
    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false, UseCookies = false, UseProxy = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        Timeout = AnswerLimit, MaxResponseContentBufferSize = 64 * 1024,
    };

    private readonly Task[] _tasks;

    /// <summary>Begins.</summary>
    /// <param name="hooks">The receivers. A new one is told of what comes from now on.</param>
    /// <param name="parts">Where alarms are, and the audit log.</param>
    /// <param name="queue">What is to be delivered.</param>
    /// <param name="firstPauseMs">Pause after a first failure; it doubles up to an hour.</param>
    internal WebhookSender(
        IReadOnlyList<Webhook> hooks, ApiParts parts, DeliveryQueue queue, int firstPauseMs = 2000)
    {
        _parts = parts;
        _queue = queue;
        _firstPauseMs = firstPauseMs;
        _tasks = [.. hooks.Select(hook => Task.Run(() => RunAsync(hook)))];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_tasks);
        _client.Dispose();
        _stopping.Dispose();
    }

    /// <summary>What a receiver checks: HMAC-SHA256 under its secret over time, dot, content.</summary>
    internal static string Sign(string secret, long unixSeconds, byte[] content)
    {
        byte[] input = [.. Encoding.ASCII.GetBytes($"{unixSeconds}."), .. content];
        byte[] mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), input);
        return $"t={unixSeconds},v1={Convert.ToHexStringLower(mac)}";
    }

    private async Task RunAsync(Webhook hook)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                TakeUp(hook);
                foreach (Delivery delivery in _queue.Due(hook.Name, NowUtcMs(), BatchMax))
                {
                    await AttemptAsync(hook, delivery);
                }
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // A database that is locked or gone now: nothing has been noted, so nothing is lost. And
                // whatever else it is must not end the telling of alarms for good.
                _parts.Problems.Report(Problems.Webhooks, $"webhook {hook.Name}", e);
            }

            await Task.Delay(Poll, _stopping.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    private void TakeUp(Webhook hook)
    {
        if (_queue.Cursor(hook.Name) is not { } after)
        {
            _queue.Take(hook.Name, [], _parts.Backend.SettledRecordId(0), 0);
            return;
        }

        long settled = _parts.Backend.SettledRecordId(after);
        for (int page = 0; page < PagesMax && after < settled; page++)
        {
            (List<(string, ulong, long)> alarms, long last) = _parts.Backend.AlarmsBehind(
                after, settled, RecordsLookedAtMax);
            if (last == after)
            {
                return;   // retention has removed them
            }

            _queue.Take(hook.Name, alarms, last, NowUtcMs() - (long)DeliveredKept.TotalMilliseconds);
            after = last;
        }
    }

    private async Task AttemptAsync(Webhook hook, Delivery delivery)
    {
        byte[]? content = null;
        string? problem = null;
        try
        {
            AlarmRow? alarm =
                _parts.Backend.FindAlarm(delivery.Device, delivery.Epoch, delivery.Sequence);
            if (alarm is null)
            {
                _queue.Note(delivery, "dead", 0, "the record is gone: retention has removed it");
                return;
            }

            content = JsonSerializer.SerializeToUtf8Bytes(alarm, ApiAnswer.Json);
        }
        catch (Exception e) when (e is not DbException)
        {
            problem = "the record cannot be read";   // one that is damaged holds up no other
        }

        if (content is not null)
        {
            _parts.Audit.Write(
                new Caller($"webhook {hook.Name}",
                    Role.Viewer), "POST alarm", delivery.Device, null, null, isAllowed: true);
            problem = await PostAsync(hook, delivery.Id, content);
        }

        bool isDead = delivery.Attempts + 1 >= AttemptCountMax;
        long pauseMs = Math.Min(PauseMsMax, (long)_firstPauseMs << Math.Min(delivery.Attempts, 20));
        _queue.Note(
            delivery, problem is null ? "delivered" : isDead ? "dead" : "waiting", NowUtcMs()
                + pauseMs, problem);
    }

    // Null when it was taken; else why not, in one line.
    private async Task<string?> PostAsync(Webhook hook, string id, byte[] content)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post,
            hook.Url) { Content = new ByteArrayContent(content) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Add("Pulsegate-Delivery", id);
        request.Headers.Add("Pulsegate-Signature", Sign(hook.Secret, NowUtcMs() / 1000, content));
        try
        {
            using HttpResponseMessage response = await _client.SendAsync(
                request, HttpCompletionOption.ResponseHeadersRead, _stopping.Token);
            return response.IsSuccessStatusCode ? null : $"answered {(int)response.StatusCode}";
        }
        catch (HttpRequestException e)
        {
            string reason = e.Message.ReplaceLineEndings(" ");
            return reason[..Math.Min(reason.Length, ProblemLengthMax)];
        }
        catch (OperationCanceledException) when (!_stopping.IsCancellationRequested)
        {
            return $"no answer within {AnswerLimit.TotalSeconds:0} s";
        }
    }

    private long NowUtcMs() => _parts.Time.GetUtcNow().ToUnixTimeMilliseconds();
}
