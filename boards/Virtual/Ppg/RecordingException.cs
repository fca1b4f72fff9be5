// The one exception that reading a recording throws.

namespace Pulsegate.Virtual.Ppg;

/// <summary>
/// A recording cannot be read. The message is one line: the file, the line and column where known, and what
/// to do.
/// </summary>
public sealed class RecordingException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">One line for the user.</param>
    public RecordingException(string message) : base(message)
    {
    }
}
