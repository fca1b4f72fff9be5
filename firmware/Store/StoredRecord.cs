// One record as it lies in flash, read back into buffers that the reader owns and reuses.

using System;
using Pulsegate.Batch;

namespace Pulsegate.Store;

/// <summary>A record read from the store.</summary>
public sealed class StoredRecord
{
    /// <summary>Longest payload of a record, in bytes.</summary>
    public const int PayloadLengthMax = 2048;

    /// <summary>Bytes of a MAC (HMAC-SHA256, whole).</summary>
    public const int MacLength = 32;

    /// <summary>Sequence within the store's epoch, from 1.</summary>
    public long Sequence;

    /// <summary>What it holds.</summary>
    public RecordKind Kind;

    /// <summary>Version of the key that sealed it.</summary>
    public byte KeyVersion;

    /// <summary>Readings it stands for (vitals and summaries), else 0.</summary>
    public int ReadingCount;

    /// <summary>A record with a buffer of its own.</summary>
    public StoredRecord()
        : this(new byte[PayloadLengthMax])
    {
    }

    /// <summary>A record in a buffer of at least <see cref="PayloadLengthMax"/> bytes that its reader uses
    /// for something else at other times.</summary>
    /// <exception cref="ArgumentException">The buffer is shorter.</exception>
    public StoredRecord(byte[] payload)
    {
        if (payload.Length < PayloadLengthMax)
        {
            throw new ArgumentException();
        }

        Payload = payload;
    }

    /// <summary>CBOR payload; only the first <see cref="PayloadLength"/> bytes count.</summary>
    public readonly byte[] Payload;

    /// <summary>Bytes of <see cref="Payload"/> in use.</summary>
    public int PayloadLength;

    /// <summary>MAC over the JWS signing input.</summary>
    public readonly byte[] Mac = new byte[MacLength];
}
