namespace Pulsegate.Ingest.Format;

/// <summary>Makes the backend's signed acknowledgements.</summary>
public static class AcknowledgementWriter
{
    /// <summary>The JWS text of an acknowledgement under a down key.</summary>
    public static byte[] Write(
        string device, int keyVersion, byte[] downKey, ulong epoch, long cumulative,
        IReadOnlyList<(long First, long Last)> ranges, int credits, long utcMs)
        => throw new NotImplementedException();
}
