namespace Pulsegate.Ingest.Queue;

/// <summary>How to let go of a message in the queue.</summary>
/// <param name="Edge">Name of the edge that it came from, where its device hears the answer.</param>
/// <param name="Session">The connection to the queue that it came over: its tag means nothing to another
/// one.</param>
/// <param name="Tag">Its number on that connection, ascending.</param>
internal sealed record QueueDelivery(string Edge, object Session, ulong Tag);
