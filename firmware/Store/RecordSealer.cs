// Builds one record in one buffer, header to CRC, so that it goes to flash in a single append.

using Pulsegate.Batch;
using Pulsegate.Platform;

namespace Pulsegate.Store;

/// <summary>The record being made. Not thread-safe.</summary>
internal sealed class RecordSealer
{
    private const int RecordStart = RecordCodec.SegmentHeaderLength;
    private const int PayloadStart = RecordStart + RecordCodec.HeaderLength;
    private const int HeaderTextLengthMax = 192;
    private readonly ISigner _signer;
    private readonly string _device;
    private readonly byte[] _input =
        new byte[HeaderTextLengthMax + 1 + (((StoredRecord.PayloadLengthMax * 4) + 2) / 3)];
    private readonly byte[] _mac = new byte[StoredRecord.MacLength];
    private byte[] _header;
    private byte _headerKeyVersion;
    private long _sequence;

    /// <summary>A sealer for one device.</summary>
    public RecordSealer(ISigner signer, string device)
    {
        _signer = signer;
        _device = device;
        Writer = new CborWriter(Buffer, PayloadStart, StoredRecord.PayloadLengthMax);
    }

    /// <summary>Room for a segment header, then the record.</summary>
    public readonly byte[] Buffer = new byte[RecordStart + RecordCodec.RecordLengthMax];

    /// <summary>Writer of the payload.</summary>
    public readonly CborWriter Writer;

    /// <summary>Kind given to <see cref="Begin"/>.</summary>
    public RecordKind Kind;

    /// <summary>Starts a record: the writer then holds the common header.</summary>
    public void Begin(
        long epoch, long sequence, uint bootId, RecordKind kind, long monotonicMs, TimeQuality quality,
        long utcMs, byte[] previousMac)
    {
        Kind = kind;
        _sequence = sequence;
        Writer.Reset();
        RecordHeader.WriteSealed(
            Writer, _device, epoch, sequence, bootId, kind, monotonicMs, quality, utcMs, previousMac);
    }

    /// <summary>Completes the record with header, MAC and CRC.</summary>
    /// <returns>Its length; 0 when the payload has failed or the signer has.</returns>
    public int Seal(int readingCount)
    {
        Writer.CloseMap();
        if (Writer.HasFailed || readingCount < 0 || readingCount > ushort.MaxValue)
        {
            return 0;
        }

        int payloadLength = Writer.Length;
        byte keyVersion = _signer.KeyVersion;
        int inputLength = WriteInput(keyVersion, Buffer, PayloadStart, payloadLength);
        if (!_signer.TrySignWith(keyVersion, _input, inputLength, Buffer, PayloadStart + payloadLength))
        {
            return 0;
        }

        int length = RecordCodec.Overhead + payloadLength;
        RecordCodec.PutHeader(
            Buffer, RecordStart, (int)Kind, keyVersion, payloadLength, readingCount, _sequence);
        RecordCodec.PutCrc(Buffer, RecordStart, length);
        return length;
    }

    /// <summary>Computes the MAC that a record read back ought to have.</summary>
    /// <param name="isRight">True when it has it.</param>
    /// <returns>False when the signer cannot say (no such key, native failure).</returns>
    public bool TryVerify(StoredRecord record, out bool isRight)
        => TryVerify(record.Payload, 0, record.PayloadLength, record.KeyVersion, record.Mac, 0, out isRight);

    /// <summary>As <see cref="TryVerify(StoredRecord, out bool)"/>, for a payload and a MAC where they
    /// lie.</summary>
    public bool TryVerify(
        byte[] payload, int offset, int length, byte keyVersion, byte[] mac, int macAt, out bool isRight)
    {
        isRight = false;
        int inputLength = WriteInput(keyVersion, payload, offset, length);
        if (!_signer.TrySignWith(keyVersion, _input, inputLength, _mac, 0))
        {
            return false;
        }

        int difference = 0;
        for (int i = 0; i < StoredRecord.MacLength; i++)
        {
            difference |= _mac[i] ^ mac[macAt + i];
        }

        isRight = difference == 0;
        return true;
    }

    private int WriteInput(byte keyVersion, byte[] payload, int offset, int length)
    {
        if (_header == null || _headerKeyVersion != keyVersion)
        {
            _header = Jws.Header(_device, keyVersion);
            _headerKeyVersion = keyVersion;
        }

        return Jws.WriteSigningInput(_header, payload, offset, length, _input);
    }
}
