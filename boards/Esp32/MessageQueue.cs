// What the MQTT library hands over on its own threads, kept until the uplink takes it. Bounded; full means
// the newest is dropped and counted: acknowledgements come again, and a command that is not acted upon is
// repeated by the backend.

using System;
using Pulsegate.Platform;

namespace Pulsegate.Boards.Esp32;

/// <summary>A queue of received messages, written by the library's threads, read by one other.</summary>
internal sealed class MessageQueue
{
    /// <summary>Most messages that wait.</summary>
    public const int CountMax = 4;

    private readonly object _gate = new object();
    private readonly string[] _topics = new string[CountMax];

    // Copies as long as they are: room for four of the longest would be 8 KB for good.
    private readonly byte[][] _payloads = new byte[CountMax][];
    private int _first;
    private int _count;

    /// <summary>Messages dropped because the queue was full or they were too long.</summary>
    public int DroppedCount { get; private set; }

    /// <summary>Copies one message in.</summary>
    public void Put(string topic, byte[] payload)
    {
        lock (_gate)
        {
            if (_count == CountMax || payload == null || payload.Length > LinkMessage.PayloadLengthMax)
            {
                DroppedCount++;
                return;
            }

            int at = (_first + _count) % CountMax;
            var copy = new byte[payload.Length];
            Array.Copy(payload, 0, copy, 0, copy.Length);
            _topics[at] = topic;
            _payloads[at] = copy;
            _count++;
        }
    }

    /// <summary>Copies the oldest message out.</summary>
    public bool TryTake(LinkMessage message)
    {
        lock (_gate)
        {
            if (_count == 0)
            {
                return false;
            }

            byte[] payload = _payloads[_first];
            message.Topic = _topics[_first];
            message.PayloadLength = payload.Length;
            Array.Copy(payload, 0, message.Payload, 0, payload.Length);
            _payloads[_first] = null;
            _first = (_first + 1) % CountMax;
            _count--;
            return true;
        }
    }

    /// <summary>Forgets all messages.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _count = 0;
            Array.Clear(_payloads, 0, CountMax);
        }
    }
}
