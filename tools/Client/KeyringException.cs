// What is wrong with a keyring, for the person who named the file.

namespace Pulsegate.Client;

/// <summary>An error that the user can act on. The message is one line and holds no secret.</summary>
public sealed class KeyringException : Exception
{
    /// <summary>Makes an error with a message for the user.</summary>
    public KeyringException(string message) : base(message)
    {
    }

    /// <summary>Makes an error with a message for the user and what caused it.</summary>
    public KeyringException(string message, Exception inner) : base(message, inner)
    {
    }
}
