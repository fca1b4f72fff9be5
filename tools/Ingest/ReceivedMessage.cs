// One message as it came from the broker or from the queue.

namespace Pulsegate.Ingest;

/// <summary>A copy of a message and when it came to the backend.</summary>
/// <param name="Topic">Full topic, as the edge's broker granted it to the device.</param>
/// <param name="Payload">The message itself.</param>
/// <param name="IsRetained">True for one that the broker had kept.</param>
/// <param name="ReceivedUtcMs">When the first part of the backend took it.</param>
/// <param name="Delivery">How to let go of it in the queue; null when it came from a broker directly.</param>
internal sealed record ReceivedMessage(
    string Topic, byte[] Payload, bool IsRetained, long ReceivedUtcMs, Queue.QueueDelivery? Delivery = null);
