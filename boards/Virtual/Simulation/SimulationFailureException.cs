namespace Pulsegate.Virtual.Simulation;

/// <summary>A promise was broken in a simulated run; the message says which.</summary>
/// <param name="message">The broken promise.</param>
public sealed class SimulationFailureException(string message) : Exception(message);
