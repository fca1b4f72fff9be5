// Where the ingest has its messages from: a broker on the same machine, or the queue between edges and
// ingests.

namespace Pulsegate.Ingest;

/// <summary>A source. It hands messages to the function that its maker was given, and it never ends by itself:
/// after a failure it tries again. Dispose ends it.</summary>
internal interface IMessageSource : IDisposable
{
    /// <summary>Most messages that it hands over before it is told that some are finished.</summary>
    int WaitingCountMax { get; }

    /// <summary>Starts, and waits until the first message could come (at most 30 s).</summary>
    /// <exception cref="IngestException">It cannot; one line why.</exception>
    void Open();

    /// <summary>Messages are in the database: sends what is to be said to their devices to where they came from,
    /// then lets go of them. Nothing may rest on either: what is lost on the way comes again from the
    /// device.</summary>
    /// <param name="messages">All that were handed over since the last call and are done, in their
    /// order.</param>
    /// <param name="answers">Signed acknowledgements, by topic.</param>
    /// <returns>How many of the answers were handed over.</returns>
    int Finish(
        IReadOnlyList<ReceivedMessage> messages, IReadOnlyCollection<(string Topic, byte[] Text)> answers);
}
