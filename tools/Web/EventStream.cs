// Server-sent events (WHATWG HTML, 9.2): every event carries a whole state under its name, so that whoever
// comes late needs the newest of each name and nothing else.

using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;

namespace Pulsegate.Web;

/// <summary>States and whoever looks at them. Thread-safe.</summary>
internal sealed class EventStream
{
    /// <summary>Most onlookers at a time.</summary>
    internal const int SubscriberCountMax = 8;

    /// <summary>Events that may wait for a slow onlooker; one more, and he is left. His browser comes
    /// again.</summary>
    internal const int WaitingCountMax = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _newest = [];
    private readonly List<Channel<string>> _subscribers = [];

    /// <summary>Onlookers now.</summary>
    internal int SubscriberCount
    {
        get
        {
            lock (_gate)
            {
                return _subscribers.Count;
            }
        }
    }

    /// <summary>Tells a state to everybody, unless it is what was told last.</summary>
    internal void Publish(string name, object state)
    {
        string text =
            $"event: {name}\ndata: {JsonSerializer.Serialize(state, JsonSerializerOptions.Web)}\n\n";
        lock (_gate)
        {
            if (_newest.TryGetValue(name, out string? known) && known == text)
            {
                return;
            }

            _newest[name] = text;
            _subscribers.Where(channel => !channel.Writer.TryWrite(text)).ToList().ForEach(Leave);
        }
    }

    /// <summary>Serves one onlooker until he goes, or is too slow.</summary>
    internal async Task Serve(HttpContext context)
    {
        if (TryJoin() is not { } channel)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        try
        {
            context.Response.ContentType = "text/event-stream";
            await foreach (string text in channel.Reader.ReadAllAsync(context.RequestAborted))
            {
                await context.Response.WriteAsync(text, context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }

            context.Abort();
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // He has gone.
        }
        finally
        {
            Leave(channel);
        }
    }

    /// <summary>Sends everybody away.</summary>
    internal void Close()
    {
        lock (_gate)
        {
            _subscribers.ToList().ForEach(Leave);
        }
    }

    private Channel<string>? TryJoin()
    {
        lock (_gate)
        {
            if (_subscribers.Count >= SubscriberCountMax)
            {
                return null;
            }

            Channel<string> channel = Channel.CreateBounded<string>(WaitingCountMax);
            _subscribers.Add(channel);
            foreach (string text in _newest.Values)
            {
                channel.Writer.TryWrite(text);
            }

            return channel;
        }
    }

    private void Leave(Channel<string> channel)
    {
        lock (_gate)
        {
            _subscribers.Remove(channel);
            channel.Writer.TryComplete();
        }
    }
}
