// What went wrong for the person at the station, in one line.

namespace Pulsegate.Provisioning;

/// <summary>An error that the user can act on. The message is one line, names the file or port, and holds no
/// secret.</summary>
public sealed class ProvisioningException : Exception
{
    /// <summary>Makes an error with a message for the user.</summary>
    public ProvisioningException(string message) : base(message)
    {
    }

    /// <summary>Makes an error with a message for the user and what caused it.</summary>
    public ProvisioningException(string message, Exception inner) : base(message, inner)
    {
    }
}
