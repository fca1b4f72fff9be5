using System.Net;
using Iot.Device.Max3010x.Emulator;
using Microsoft.Data.Sqlite;
using Pulsegate.Cli;
using Pulsegate.Configuration;
using Pulsegate.Tests.Ingest;
using Pulsegate.Virtual.Display;
using Pulsegate.Virtual.Ppg;
using Pulsegate.Web;

namespace Pulsegate.Tests.Web;

/// <summary>A whole demo in this process, with its page on a port that the system chose.</summary>
internal sealed class DemoSite : IDisposable
{
    /// <summary>How long anything may take that ends by itself.</summary>
    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    private readonly TemporaryFolder _folder = new();

    internal DemoSite(IPpgSource? light = null, IPAddress? address = null)
    {
        Session = new DemoSession(
            _folder.Path, new GatewayConfiguration(), light ?? new SyntheticPpgSource(1), 0,
            new PageOptions(address ?? IPAddress.Loopback, 0, LibraryFolder));
        Client = new HttpClient { BaseAddress = new Uri(Session.PageAddress!), Timeout = Limit };
    }

    /// <summary>Where the launcher has put the chart library; empty when it could not.</summary>
    internal static string LibraryFolder
        => Environment.GetEnvironmentVariable(PageSettings.LibraryVariable) ?? "";

    internal DemoSession Session { get; }

    internal HttpClient Client { get; }

    public void Dispose()
    {
        Client.Dispose();
        Session.Dispose();
        _folder.Dispose();
    }

    /// <summary>What the page shows of the panel.</summary>
    internal async Task<Picture> Frame() => Picture.FromPng(await Client.GetByteArrayAsync("frame.png"));

    /// <summary>One number out of the ingest's database, asked beside the page.</summary>
    internal long Query(string sql) => Convert.ToInt64(Ask(sql));

    /// <summary>One text out of it; null for none.</summary>
    internal string? Text(string sql) => Ask(sql) as string;

    private object? Ask(string sql)
    {
        using var connection = new SqliteConnection(
            $"Data Source={_folder["pulsegate.db"]};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
