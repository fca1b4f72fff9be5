// Goal: a read API over a database as the ingest writes it, with a token of each role. Method: the ingest's
// own database class, a server on a port that the system chose, real HTTP.

using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Pulsegate.Ingest.Storage;
using Pulsegate.Read;
using Pulsegate.Read.Access;
using Pulsegate.Tests.Batch;
using Pulsegate.Tests.Client;
using Pulsegate.Tests.Ingest;

namespace Pulsegate.Tests.Read;

internal sealed class ReadFixture : IDisposable
{
    private readonly ConsumerFixture _unit = new();
    private readonly PostgresTestSink? _postgres;
    private readonly Dictionary<Role, string> _tokens = [];
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromMinutes(2) };
    private ReadServer? _server;

    internal ReadFixture(bool isPostgres = false)
    {
        _postgres = isPostgres ? new PostgresTestSink() : null;
        OpenSink().Dispose();   // as the ingest does, which starts first
        Tokens = new Tokens(new AccessDatabase(AccessFile), TimeProvider.System);
        foreach (Role role in Enum.GetValues<Role>())
        {
            _tokens[role] = Tokens.Add($"a-{role}", role);
        }
    }

    /// <summary>Device of <see cref="Unit"/>.</summary>
    internal static string Device => TestKeys.Device;

    internal ConsumerFixture Unit => _unit;

    internal Tokens Tokens { get; }

    internal string DatabaseFile => Path.Combine(_unit.Folder, "ingest.db");

    internal string Database => _postgres?.Address ?? DatabaseFile;

    internal string LibraryFolder { get; init; } = "";

    internal int RequestsPerMinuteMax { get; init; } = 1_000_000;   // of a test, which asks in a loop

    internal TimeSpan RefillTime { get; init; } = TimeSpan.FromSeconds(1);

    internal string AccessFile => Path.Combine(_unit.Folder, "access.db");

    internal TimeProvider Time { get; init; } = TimeProvider.System;

    internal Action<string> OnProblem { get; init; } = _ => { };

    internal ReadServer Server =>
        _server ??= ReadServer.StartAsync(Options, Time, OnProblem).GetAwaiter().GetResult();

    internal ReadOptions Options => new()
    {
        Database = Database, AccessFile = AccessFile, KeyringFile = _unit.Keyring,
        LibraryFolder = LibraryFolder,
        RequestsPerMinuteMax = RequestsPerMinuteMax, RefillTime = RefillTime,
        MeterName = $"Pulsegate.Read.{Path.GetFileName(_unit.Folder)}",
    };

    public void Dispose()
    {
        _client.Dispose();
        StopServer();
        _postgres?.Dispose();
        _unit.Dispose();
    }

    /// <summary>Ends the server as a crash does, for whoever is looking at it.</summary>
    internal void StopServer()
    {
        _server?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _server = null;
    }

    internal string TokenOf(Role role) => _tokens[role];

    /// <summary>Commits as the ingest does.</summary>
    internal void Commit(params VerifiedRecord[] records)
    {
        using IRecordSink database = OpenSink();
        foreach (VerifiedRecord record in records)
        {
            database.Commit(record);
        }
    }

    /// <summary>The database as the ingest opens it.</summary>
    internal IRecordSink OpenSink() => _postgres?.Open() ?? new RecordDatabase(DatabaseFile);

    /// <summary>Runs SQL on the ingest's database.</summary>
    internal List<Dictionary<string, object>> Sql(string sql)
        => _postgres?.Query(sql) ?? Sql(DatabaseFile, sql);

    /// <summary>Commits real messages.</summary>
    internal void Commit(params string[] texts) => Commit([.. texts.Select(Verify)]);

    /// <summary>Commits real messages as received at a time.</summary>
    internal void CommitAt(long receivedUtcMs, params string[] texts)
    {
        var group = new CommitGroup();
        group.Records.AddRange(texts.Select(text => new ReceivedRecord(Verify(text), receivedUtcMs)));
        using IRecordSink database = OpenSink();
        database.Commit(group);
    }

    /// <summary>Asks with a role's token; null for none.</summary>
    internal HttpResponseMessage Send(
        string path, Role? role = Role.Clinician, string method = "GET", string? token = null,
        string? tag = null)
    {
        // The path goes out as it is written: the client would mend some of what is to be refused.
        var address = new Uri(
            Server.Address.ToString().TrimEnd('/') + path,
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(new HttpMethod(method), address);
        if ((token ?? (role is { } known ? _tokens[known] : null)) is { } text)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", text);
        }

        if (tag is not null)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        }

        return _client.Send(request);
    }

    /// <summary>The JSON of an answer that must be 200.</summary>
    internal JsonElement Get(string path, Role role = Role.Clinician)
    {
        using HttpResponseMessage response = Send(path, role);
        string text = response.Content.ReadAsStringAsync().Result;
        Assert.AreEqual(HttpStatusCode.OK, response.StatusCode, $"{path}: {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>The status of an answer.</summary>
    internal int Status(string path, Role? role = Role.Clinician, string method = "GET", string? token = null)
    {
        using HttpResponseMessage response = Send(path, role, method, token);
        return (int)response.StatusCode;
    }

    /// <summary>Runs SQL on a file.</summary>
    internal static List<Dictionary<string, object>> Sql(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        using SqliteDataReader reader = command.ExecuteReader();
        var rows = new List<Dictionary<string, object>>();
        while (reader.Read())
        {
            rows.Add(Enumerable.Range(0, reader.FieldCount).ToDictionary(reader.GetName, reader.GetValue));
        }

        return rows;
    }

    private static VerifiedRecord Verify(string text)
    {
        Assert.IsTrue(
            new BatchVerifier(new TestKeys()).TryVerify(text, out VerifiedRecord? record, out string reason),
            reason);
        return record!;
    }
}
