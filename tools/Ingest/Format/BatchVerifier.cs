namespace Pulsegate.Ingest.Format;

/// <summary>Verifies and decodes what devices send. Thread-safe.</summary>
public sealed class BatchVerifier(IKeyring keyring)
{
    /// <summary>Verifies one message.</summary>
    /// <param name="text">The JWS text as it came.</param>
    /// <param name="topicDevice">Device segment of the topic.</param>
    /// <param name="topicKind">Kind segment of the topic: vitals, alarm, event, health, status, live.</param>
    /// <param name="record">The record when true.</param>
    /// <param name="reason">One short word group why not, when false; safe to log.</param>
    public bool TryVerify(
        ReadOnlyMemory<byte> text, string topicDevice, string topicKind, out VerifiedRecord? record, out string reason)
        => throw new NotImplementedException(keyring.ToString());
}
