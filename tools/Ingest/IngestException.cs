// What went wrong for the person who runs the ingest, in one line.

namespace Pulsegate.Ingest;

/// <summary>An error that the user can act on. The message is one line and holds no secret.</summary>
public sealed class IngestException : Exception
{
    /// <summary>Makes an error with a message for the user.</summary>
    public IngestException(string message) : base(message)
    {
    }

    /// <summary>Makes an error with a message for the user and what caused it.</summary>
    public IngestException(string message, Exception inner) : base(message, inner)
    {
    }
}
