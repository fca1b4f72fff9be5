namespace Pulsegate.Field.Port;

/// <summary>A port that cannot be opened or has gone; one line that says what to do.</summary>
public sealed class PortException(string message) : IOException(message);
