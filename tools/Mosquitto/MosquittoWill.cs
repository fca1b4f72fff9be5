namespace Pulsegate.Mosquitto;

/// <summary>The message that the broker publishes when the connection ends without a clean DISCONNECT (QoS
/// 1).</summary>
/// <param name="Topic">Full topic, no wildcards.</param>
/// <param name="Payload">Payload bytes.</param>
/// <param name="Retain">True: the broker keeps it for later subscribers.</param>
public sealed record MosquittoWill(string Topic, byte[] Payload, bool Retain);
