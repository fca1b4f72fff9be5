// PEM (RFC 7468) from the DER in which certificates come and lie in flash: it is what TLS libraries read, and
// a third longer.

using System;
using System.Text;

namespace Pulsegate.Renewal;

/// <summary>Makes PEM.</summary>
public static class Pem
{
    private const int LineLength = 64;
    private const int HeaderLength = 4;

    /// <summary>True when the bytes are one or more DER sequences one after the other, each with a length of
    /// two bytes, as every certificate here has it. Nothing more is looked at: whether they are any good
    /// shows at the next connection.</summary>
    /// <param name="der">The bytes.</param>
    /// <param name="countMax">Most sequences.</param>
    public static bool HasSequences(byte[] der, int countMax)
    {
        int at = 0;
        int count = 0;
        while (at < der.Length && count < countMax)
        {
            int length = LengthAt(der, at);
            if (length < 0)
            {
                return false;
            }

            at += length;
            count++;
        }

        return count > 0 && at == der.Length;
    }

    /// <summary>The certificates in some DER for which <see cref="HasSequences"/> is true.</summary>
    public static string Certificates(byte[] der)
    {
        var text = new StringBuilder();
        for (int at = 0; at < der.Length; at += LengthAt(der, at))
        {
            string base64 = Convert.ToBase64String(der, at, LengthAt(der, at));
            text.Append("-----BEGIN CERTIFICATE-----\n");
            for (int i = 0; i < base64.Length; i += LineLength)
            {
                int left = base64.Length - i;
                text.Append(base64.Substring(i, left < LineLength ? left : LineLength));
                text.Append("\n");
            }

            text.Append("-----END CERTIFICATE-----\n");
        }

        return text.ToString();
    }

    // Of the sequence at a place, its head included; -1 when there is none.
    private static int LengthAt(byte[] der, int at)
    {
        if (der.Length - at < HeaderLength || der[at] != 0x30 || der[at + 1] != 0x82)
        {
            return -1;
        }

        int length = HeaderLength + (der[at + 2] << 8) + der[at + 3];
        return length <= der.Length - at ? length : -1;
    }
}
