namespace Pulsegate.Provisioning;

/// <summary>How a device signs what it sends. What it is told is under HS256 in either case.</summary>
public enum SignatureAlgorithm
{
    /// <summary>HMAC-SHA256: fast on any board; whoever can verify can also forge.</summary>
    HS256,

    /// <summary>ECDSA on P-256: the backend gets a public key and can forge nothing; some tenths of a second
    /// to a second a message on an ESP32.</summary>
    ES256,
}
