// One message as it came from the broker.

namespace Pulsegate.Ingest;

/// <summary>A copy of a message and when it came.</summary>
internal sealed record ReceivedMessage(string Topic, byte[] Payload, bool IsRetained, long ReceivedUtcMs);
