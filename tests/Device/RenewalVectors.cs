// Keys and certificates renewed over the air, in the device subset: staged, cut, tried, confirmed and
// dropped, over a storage in memory. The same file runs on .NET (RenewalVectorsTests) and on the real
// nanoCLR.

#nullable disable

using System;
using Pulsegate.Commands;
using Pulsegate.Platform;
using Pulsegate.Renewal;

namespace Pulsegate.Tests.Device;

/// <summary>Vectors of the renewal.</summary>
public static class RenewalVectors
{
    private const string Device = "pg-0001";

    /// <summary>Prints everything.</summary>
    public static void Run()
    {
        RunKeys();
        RunCertificates();
    }

    private static void RunKeys()
    {
        var storage = new FormatVectors.ArrayStorage();
        KeyRenewal keys = Open(storage);
        byte[] wrapped = Wrap(1, 2);
        Print("downgrade: " + keys.Stage(1, wrapped, 7));
        wrapped[5] ^= 1;
        Print("forged: " + keys.Stage(2, wrapped, 7));
        wrapped[5] ^= 1;
        Print("other version: " + keys.Stage(3, wrapped, 7));
        Print("staged: " + (keys.Stage(2, wrapped, 7) == null ? "yes" : "no"));
        keys = Open(storage);
        Print("step: " + (keys.Step() ? "yes" : "no") + " version " + keys.KeyVersion.ToString());
        Print("believes 1, 2, 3: " + Believed(keys, 1) + Believed(keys, 2) + Believed(keys, 3));
        keys.NoteHeard(2);
        Print("step: " + (keys.Step() ? "yes" : "no") + " version " + keys.KeyVersion.ToString());
        Print("believes 1, 2, 3: " + Believed(keys, 1) + Believed(keys, 2) + Believed(keys, 3));
        keys = Open(storage);
        Print("version " + keys.KeyVersion.ToString() + " answer " + keys.AnswerDue.ToString());
        keys.NoteAnswered();
        Print("answer " + Open(storage).AnswerDue.ToString());
        var mac = new byte[32];
        Print("old records: "
            + (keys.TrySignWith(1, new byte[9], 9, mac, 0) ? FormatVectors.Hex(mac, 0, 8) : "no"));
        Print("files " + storage.List().Length.ToString());
    }

    private static void RunCertificates()
    {
        var storage = new FormatVectors.ArrayStorage();
        byte[] der = Der(300);
        var renewal = new CertificateRenewal(storage, 5, 20000);
        Print("garbage: " + renewal.Stage(CommandCode.RenewCertificate, 21000, new byte[10], 1));
        Print("staged: "
            + (renewal.Stage(CommandCode.RenewCertificate, 21000, der, 1) == null ? "yes" : "no"));
        Try(renewal, false, "no");
        Try(renewal, true, "");
        Print(renewal.Outcome);
        renewal.NoteAnswered();
        renewal.Stage(CommandCode.RenewCertificate, 21000, der, 2);
        Try(renewal, true, "");
        Print(renewal.Outcome);
        renewal = new CertificateRenewal(storage, 5, 20000);
        Print(renewal.Outcome + " number " + renewal.Number.ToString() + " end " + renewal.EndDay.ToString());
        Print(Pem.Certificates(renewal.Certificate).Trim());
        renewal.NoteAnswered();
        renewal.Stage(CommandCode.SetAuthorities, 0, Twice(der), 3);
        renewal.BeginAttempt();
        renewal = new CertificateRenewal(storage, 5, 20000);   // a cut while it was tried
        Try(renewal, true, "");
        Print(renewal.Outcome);
        Print("other files: " + new CertificateRenewal(storage, 6, 20000).EndDay.ToString());
    }

    private static void Try(CertificateRenewal renewal, bool isAcknowledged, string reason)
    {
        renewal.BeginAttempt();
        Print("with a new certificate: " + (renewal.Certificate != null ? "yes" : "no")
            + ", new authorities: " + (renewal.Authorities != null ? "yes" : "no"));
        if (isAcknowledged)
        {
            renewal.NoteUp();
            renewal.NoteProof();
        }

        renewal.EndAttempt(reason);
    }

    private static KeyRenewal Open(IStorage storage)
        => new KeyRenewal(
            storage, new FoldingMaker(), Device, new KeySet(1, Key(1), Key(2), Key(3)), 0, null);

    private static byte[] Key(int seed)
    {
        var key = new byte[32];
        for (int i = 0; i < 32; i++)
        {
            key[i] = (byte)((seed * 37) + i);
        }

        return key;
    }

    // As the station wraps, with the hash of here: docs/wire-format.md, 5.
    private static byte[] Wrap(byte from, byte to)
    {
        string text = "pulsegate-rotate";
        var input = new byte[4 + 16 + 1 + Device.Length + 1 + 2 + 4];
        for (int i = 0; i < 16; i++)
        {
            input[4 + i] = (byte)text[i];
        }

        for (int i = 0; i < Device.Length; i++)
        {
            input[21 + i] = (byte)Device[i];
        }

        input[22 + Device.Length] = from;
        input[23 + Device.Length] = to;
        input[input.Length - 2] = 4;   // 1024 bits
        var wrapped = new byte[128];
        var block = new byte[32];
        for (int i = 0; i < 3; i++)
        {
            input[3] = (byte)(i + 1);
            FoldingMaker.Hash(Key(3), input, input.Length, block, 0);
            byte[] key = Key(11 + i);
            for (int j = 0; j < 32; j++)
            {
                wrapped[(i * 32) + j] = (byte)(key[j] ^ block[j]);
            }
        }

        input[3] = 4;
        FoldingMaker.Hash(Key(3), input, input.Length, block, 0);
        FoldingMaker.Hash(block, wrapped, 96, wrapped, 96);
        return wrapped;
    }

    private static string Believed(ISigner keys, byte version)
    {
        var message = new byte[5];
        var mac = new byte[32];
        FoldingMaker.Hash(Key(version == 1 ? 2 : 12), message, 5, mac, 0);
        return keys.VerifyDown(version, message, 5, mac, 0) ? " yes" : " no";
    }

    private static byte[] Der(int length)
    {
        var der = new byte[length];
        der[0] = 0x30;
        der[1] = 0x82;
        der[2] = (byte)((length - 4) >> 8);
        der[3] = (byte)(length - 4);
        for (int i = 4; i < length; i++)
        {
            der[i] = (byte)(i * 7);
        }

        return der;
    }

    private static byte[] Twice(byte[] der)
    {
        var both = new byte[2 * der.Length];
        Array.Copy(der, 0, both, 0, der.Length);
        Array.Copy(der, 0, both, der.Length, der.Length);
        return both;
    }

    private static void Print(string line) => Console.WriteLine(line);

    // No MAC at all, but key and message both change every byte of it: nanoCLR on a host has no HMAC.
    private sealed class FoldingMaker : ISignerMaker
    {
        public ISigner Make(
            byte keyVersion, byte[] upKey, byte[] downKey, byte previousVersion, byte[] previousUpKey)
        {
            var signer = new FoldingSigner();
            signer.Version = keyVersion;
            signer.UpKey = upKey;
            signer.DownKey = downKey;
            signer.PreviousVersion = previousVersion;
            signer.PreviousUpKey = previousUpKey;
            return signer;
        }

        internal static bool Hash(byte[] key, byte[] message, int length, byte[] mac, int macOffset)
        {
            uint state = 2166136261;
            for (int i = 0; i < length + 32; i++)
            {
                state = (state ^ (i < 32 ? key[i] : message[i - 32])) * 16777619;
            }

            for (int i = 0; i < 32; i++)
            {
                state = (state * 1664525) + 1013904223;
                mac[macOffset + i] = (byte)(state >> 24);
            }

            return true;
        }
    }

    private sealed class FoldingSigner : ISigner
    {
        internal byte Version;
        internal byte PreviousVersion;
        internal byte[] UpKey;
        internal byte[] DownKey;
        internal byte[] PreviousUpKey;

        public byte KeyVersion => Version;

        public bool TrySign(byte[] message, int length, byte[] mac, int macOffset)
            => FoldingMaker.Hash(UpKey, message, length, mac, macOffset);

        public bool TrySignWith(byte keyVersion, byte[] message, int length, byte[] mac, int macOffset)
        {
            byte[] key = keyVersion == Version ? UpKey : keyVersion == PreviousVersion ? PreviousUpKey : null;
            return key != null && FoldingMaker.Hash(key, message, length, mac, macOffset);
        }

        public bool VerifyDown(byte keyVersion, byte[] message, int length, byte[] mac, int macOffset)
        {
            var expected = new byte[32];
            FoldingMaker.Hash(DownKey, message, length, expected, 0);
            bool isEqual = keyVersion == Version;
            for (int i = 0; i < 32; i++)
            {
                isEqual = isEqual && expected[i] == mac[macOffset + i];
            }

            return isEqual;
        }

        public bool IsEs256(byte keyVersion) => false;

        public bool TrySignEs256(
            byte keyVersion, byte[] message, int length, byte[] signature, int signatureOffset) => false;
    }
}
