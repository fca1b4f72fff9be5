namespace Pulsegate.Virtual.Storage;

/// <summary>The power has gone: whatever ran on the unit ends here, and with it all that was in
/// RAM.</summary>
public sealed class PowerCutException() : Exception("power cut");
