namespace Pulsegate.Read.Webhooks;

/// <summary>One alarm that a receiver is to have.</summary>
/// <param name="Hook">The receiver.</param>
/// <param name="Device">The device.</param>
/// <param name="Epoch">Its store.</param>
/// <param name="Sequence">The record.</param>
/// <param name="State">waiting, delivered or dead.</param>
/// <param name="Attempts">Attempts so far.</param>
/// <param name="Problem">Why the last one failed; null for none.</param>
internal sealed record Delivery(
    string Hook, string Device, ulong Epoch, long Sequence, string State, int Attempts, string? Problem)
{
    /// <summary>The same at every attempt: by it a receiver knows a repetition.</summary>
    public string Id => $"{Device}.{Epoch:x16}.{Sequence}";
}
