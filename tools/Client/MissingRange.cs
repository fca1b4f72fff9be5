namespace Pulsegate.Client;

/// <summary>Records that a store must have sealed, since later ones are here, and that are neither here nor
/// declared lost.</summary>
/// <param name="Device">The unit.</param>
/// <param name="Epoch">Its store.</param>
/// <param name="First">First missing sequence.</param>
/// <param name="Last">Last missing sequence.</param>
public sealed record MissingRange(string Device, ulong Epoch, long First, long Last)
{
    /// <summary>Device, store in hexadecimal, first and last.</summary>
    public override string ToString() => $"{Device} store {Epoch:x16}: {First} to {Last}";
}
