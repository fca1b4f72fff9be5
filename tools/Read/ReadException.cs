// What went wrong for the person who runs the read API, in one line.

namespace Pulsegate.Read;

/// <summary>An error that the user can act on. The message is one line and holds no secret.</summary>
public sealed class ReadException : Exception
{
    /// <summary>Makes an error with a message for the user.</summary>
    public ReadException(string message) : base(message)
    {
    }

    /// <summary>Makes an error with a message for the user and what caused it.</summary>
    public ReadException(string message, Exception inner) : base(message, inner)
    {
    }
}
