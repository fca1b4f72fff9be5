namespace Pulsegate.Virtual.Simulation;

/// <summary>What one run of the simulation is.</summary>
/// <param name="Seed">Everything that is drawn is drawn from it.</param>
/// <param name="Days">Days of gateway life before the run settles.</param>
/// <param name="IsSignal">True for emulated chips and the whole signal chain; false for a seeded source of
/// vitals in their place.</param>
/// <param name="IsQuiet">True for a run without any fault, in one life.</param>
public sealed record SimulationOptions(int Seed, double Days, bool IsSignal = false, bool IsQuiet = false);
