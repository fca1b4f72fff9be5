using System.CommandLine;
using System.Net;
using Pulsegate.Web;

namespace Pulsegate.Cli;

/// <summary>Options of the demo's page.</summary>
internal sealed class PageSettings
{
    /// <summary>Names the folder into which the launcher has installed what the page needs from
    /// npm.</summary>
    public const string LibraryVariable = "PULSEGATE_PAGE_LIBRARY";

    private readonly Option<int> _port = new("--web-port")
    {
        Description = "port of the page (default: a free one)",
    };

    private readonly Option<bool> _isOff = new("--no-web") { Description = "no page" };

    private readonly Option<string?> _listen = new("--listen")
    {
        Description =
            "serve the page on this address of the machine, with a token (default: 127.0.0.1, without)",
        HelpName = "ADDRESS",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_port);
        command.Options.Add(_isOff);
        command.Options.Add(_listen);
    }

    /// <summary>Where to serve; null for nowhere.</summary>
    public PageOptions? Read(ParseResult result)
    {
        int port = result.GetValue(_port);
        string? listen = result.GetValue(_listen);
        IPAddress address = IPAddress.Loopback;
        if (port is < 0 or > IPEndPoint.MaxPort)
        {
            throw new CommandException($"--web-port must be 0 to {IPEndPoint.MaxPort}");
        }

        if (listen is not null && !IPAddress.TryParse(listen, out address!))
        {
            throw new CommandException($"--listen wants an IP address of this machine, not '{listen}'");
        }

        return result.GetValue(_isOff)
            ? null : new PageOptions(
                address, port, Environment.GetEnvironmentVariable(LibraryVariable) ?? "");
    }
}
