// JWS Compact Serialization of a sealed record. (Signatures agreed; the body follows.)

using System;
using Pulsegate.Store;

namespace Pulsegate.Batch;

/// <summary>JWS Compact (RFC 7515), HS256.</summary>
public static class Jws
{
    /// <summary>The text form of a stored record: the same bytes for as long as the record lives.</summary>
    public static byte[] ToText(StoredRecord record, string device) => throw new NotImplementedException();
}
