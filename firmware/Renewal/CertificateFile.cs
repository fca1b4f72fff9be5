// What is kept of the renewed certificates: two alternating files, made and read as a whole, so that a power
// cut leaves the one state or the other. Its buffers live only while it is read or written.

using System;
using Pulsegate.Platform;
using Pulsegate.Store;

namespace Pulsegate.Renewal;

/// <summary>Durable state of the renewal. Not thread-safe.</summary>
internal sealed class CertificateFile
{
    /// <summary>Longest certificate, or pair of authorities, in bytes of DER.</summary>
    public const int DerLengthMax = 1280;

    private const string FileName = "crt";
    private const int FixedLength = 8 + 8 + 1 + 1 + 1 + 4 + 4 + (3 * 2);

    private readonly IStorage _storage;

    /// <summary>State in a storage; nothing is read yet.</summary>
    public CertificateFile(IStorage storage)
    {
        _storage = storage;
    }

    /// <summary>What lay in the identity folder when this was begun: after a visit with new files, none of
    /// this counts.</summary>
    public long ProvisionedMark;

    /// <summary>Number of the command that brought what is staged, or whose outcome is not told
    /// yet.</summary>
    public long Number;

    /// <summary>Code of the command that brought what is staged; 0 for nothing staged.</summary>
    public byte StagedCode;

    /// <summary>1 from before the first connection with what is staged.</summary>
    public byte IsTried;

    /// <summary>Code of the command whose outcome is not told yet, 0 for none; from 128 up it
    /// failed.</summary>
    public byte Outcome;

    /// <summary>Last whole day of the certificate in use, and of a staged one, in days since 1970.</summary>
    public int EndDay, StagedEndDay;

    /// <summary>Certificate and authorities in use, and what is staged, in DER; null for none, and what was
    /// provisioned counts.</summary>
    public byte[] Certificate, Authorities, Staged;

    /// <summary>Reads it. Everything is empty when there is nothing whole, or it is of other provisioned
    /// files.</summary>
    public void Load(long provisionedMark)
    {
        AlternatingFile file = Open();
        byte[] content = file.Content;
        bool isOurs = file.TryLoad() && RecordCodec.Get(content, 0, 8) == provisionedMark;
        ProvisionedMark = provisionedMark;
        if (!isOurs)
        {
            return;
        }

        Number = RecordCodec.Get(content, 8, 8);
        StagedCode = content[16];
        IsTried = content[17];
        Outcome = content[18];
        EndDay = (int)RecordCodec.Get(content, 19, 4);
        StagedEndDay = (int)RecordCodec.Get(content, 23, 4);
        int at = FixedLength;
        Certificate = Take(content, 27, ref at);
        Authorities = Take(content, 29, ref at);
        Staged = Take(content, 31, ref at);
    }

    /// <summary>Writes it.</summary>
    /// <returns>False when the storage failed; what lay there before still stands.</returns>
    public bool TrySave()
    {
        AlternatingFile file = Open();
        file.TryLoad();
        if (file.HasNewerFormat)
        {
            return false;
        }

        byte[] content = file.Content;
        RecordCodec.Put(content, 0, ProvisionedMark, 8);
        RecordCodec.Put(content, 8, Number, 8);
        content[16] = StagedCode;
        content[17] = IsTried;
        content[18] = Outcome;
        RecordCodec.Put(content, 19, EndDay, 4);
        RecordCodec.Put(content, 23, StagedEndDay, 4);
        int at = FixedLength;
        Put(content, 27, Certificate, ref at);
        Put(content, 29, Authorities, ref at);
        Put(content, 31, Staged, ref at);
        return file.TrySaveBoth(at);
    }

    /// <summary>The same state once more.</summary>
    public CertificateFile Copy()
    {
        var copy = new CertificateFile(_storage);
        copy.TakeFrom(this);
        return copy;
    }

    /// <summary>Takes over the state of another.</summary>
    public void TakeFrom(CertificateFile other)
    {
        ProvisionedMark = other.ProvisionedMark;
        Number = other.Number;
        StagedCode = other.StagedCode;
        IsTried = other.IsTried;
        Outcome = other.Outcome;
        EndDay = other.EndDay;
        StagedEndDay = other.StagedEndDay;
        Certificate = other.Certificate;
        Authorities = other.Authorities;
        Staged = other.Staged;
    }

    private AlternatingFile Open()
        => new AlternatingFile(_storage, FileName, FixedLength + (3 * DerLengthMax));

    private static byte[] Take(byte[] content, int lengthAt, ref int at)
    {
        int length = (int)RecordCodec.Get(content, lengthAt, 2);
        if (length == 0 || length > content.Length - at)
        {
            return null;
        }

        var der = new byte[length];
        Array.Copy(content, at, der, 0, length);
        at += length;
        return der;
    }

    private static void Put(byte[] content, int lengthAt, byte[] der, ref int at)
    {
        int length = der == null ? 0 : der.Length;
        RecordCodec.Put(content, lengthAt, length, 2);
        if (length > 0)
        {
            Array.Copy(der, 0, content, at, length);
            at += length;
        }
    }
}
