using System.Net;

namespace Pulsegate.Web;

/// <summary>Where a page is served, and to whom.</summary>
/// <param name="Address">Address to listen on. Any but a loopback one asks for a token.</param>
/// <param name="Port">Port; 0 for a free one.</param>
/// <param name="LibraryFolder">Folder with the chart library as npm installs it; where it is missing the page
/// has no charts.</param>
public sealed record PageOptions(IPAddress Address, int Port, string LibraryFolder)
{
    /// <summary>Most connections at a time. The demo's process also runs libmosquitto, which waits with select():
    /// its descriptors must stay below 1024.</summary>
    public const int ConnectionCountMax = 64;
}
