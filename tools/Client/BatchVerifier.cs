// The door of the backend: what passes here was signed by the device whose topic it came on, and has the
// documented structure.

using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Pulsegate.Client;

/// <summary>Verifies and decodes what devices send. Thread-safe.</summary>
public sealed class BatchVerifier(IUpKeys keys)
{
    /// <summary>Longest message that is looked at, in bytes.</summary>
    public const int TextLengthMax = 16 * 1024;

    /// <summary>Verifies one message that came from no topic.</summary>
    /// <param name="text">The JWS text, without a line end.</param>
    /// <param name="record">The record when true.</param>
    /// <param name="reason">Why not, when false; safe to log.</param>
    public bool TryVerify(
        string text, [NotNullWhen(true)] out VerifiedRecord? record, out string reason)
        => TryVerify(Encoding.UTF8.GetBytes(text), null, null, out record, out reason);

    /// <summary>Verifies one message.</summary>
    /// <param name="text">The JWS text as it came.</param>
    /// <param name="topicDevice">Device segment of the topic; null when it came from no topic (a
    /// file).</param>
    /// <param name="topicKind">Kind segment of the topic: vitals, alarm, event, health, status, live; null
    /// when it came from no topic.</param>
    /// <param name="record">The record when true. Epoch and sequence are 0 and the previous MAC is empty for
    /// health, status and live.</param>
    /// <param name="reason">One short word group why not, when false; safe to log.</param>
    public bool TryVerify(
        ReadOnlyMemory<byte> text, string? topicDevice, string? topicKind,
        [NotNullWhen(true)] out VerifiedRecord? record,
        out string reason)
    {
        record = null;
        if (text.Length > TextLengthMax)
        {
            reason = "too long";
            return false;
        }

        if (!JwsText.TrySplit(text, out JwsText? parts, out reason))
        {
            return false;
        }

        if (topicDevice is not null && parts!.Device != topicDevice)
        {
            reason = "key id of another device";
            return false;
        }

        if (!keys.TryGetUpKey(parts!.Device, parts.KeyVersion, out UpKey? key))
        {
            reason = "key not known";
            return false;
        }

        if (key!.Algorithm != parts.Algorithm)
        {
            reason = "algorithm not of this key";
            return false;
        }

        if (!key.Verify(text.Span[..parts.SigningInputLength], parts.Signature))
        {
            reason = "signature wrong";
            return false;
        }

        var decoder = new PayloadDecoder(parts.Payload);
        if (!decoder.TryDecode(out reason))
        {
            return false;
        }

        if (decoder.Device != parts.Device)
        {
            reason = "payload of another device";
            return false;
        }

        // Under HS256 the signature is the MAC that the next record names; under ES256 the header has its
        // beginning.
        if (parts.Algorithm == JwsText.Es256 && parts.Seal is null != IsUnstored(decoder.Kind))
        {
            reason = "seal missing or out of place";
            return false;
        }

        if (topicKind is not null && !IsKindOf(decoder.Kind, topicKind))
        {
            reason = "kind not of this topic";
            return false;
        }

        record = new VerifiedRecord(
            parts.Device, parts.KeyVersion, decoder.Epoch, decoder.Sequence, decoder.BootId, decoder.Kind,
            decoder.MonotonicMs, decoder.TimeQuality, decoder.UtcMs, parts.Seal ?? parts.Signature,
            decoder.PreviousMac,
            parts.Payload, text.ToArray(), decoder.Readings)
        {
            Fields = decoder.Fields,
            Summaries = decoder.Summaries,
            Declared = decoder.Declared,
            HasDiscontinuity = decoder.HasDiscontinuity,
        };
        return true;
    }

    private static bool IsUnstored(RecordKind kind)
        => kind is RecordKind.Health or RecordKind.Status or RecordKind.Live;

    private static bool IsKindOf(RecordKind kind, string topicKind) => kind switch
    {
        RecordKind.Vitals or RecordKind.Summary or RecordKind.CoarseSummary => topicKind == "vitals",
        RecordKind.Alarm => topicKind == "alarm",
        RecordKind.Event or RecordKind.Tombstone => topicKind == "event",
        RecordKind.Health => topicKind == "health",
        RecordKind.Status => topicKind == "status",
        RecordKind.Live => topicKind == "live",
        _ => false,
    };
}
