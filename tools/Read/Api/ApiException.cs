namespace Pulsegate.Read.Api;

/// <summary>An answer other than the one asked for.</summary>
/// <param name="status">HTTP status.</param>
/// <param name="title">Why; never repeats what was asked.</param>
internal sealed class ApiException(int status, string title) : Exception(title)
{
    /// <summary>HTTP status.</summary>
    public int Status => status;
}
