// Which database: sqlite:PATH or postgres://USER@HOST:PORT/NAME?sslmode=...; never a password.

using System.Net;
using Npgsql;

namespace Pulsegate.Ingest.Storage;

/// <summary>An address of a database. Its text form may be shown to anybody.</summary>
public sealed class DatabaseAddress
{
    private const string SqlitePrefix = "sqlite:";
    private const int PortDefault = 5432;
    private const int ConnectSeconds = 10;
    private const int CommandSeconds = 60;
    private const int PreparedCountMax = 40;

    private DatabaseAddress(string text, string sqliteFile, string connectionString)
    {
        Text = text;
        SqliteFile = sqliteFile;
        ConnectionString = connectionString;
    }

    /// <summary>The address, to show: it holds no secret.</summary>
    public string Text { get; }

    /// <summary>Path of the file; empty for PostgreSQL.</summary>
    public string SqliteFile { get; }

    /// <summary>For Npgsql; empty for SQLite. The password comes from PGPASSFILE or ~/.pgpass.</summary>
    internal string ConnectionString { get; }

    /// <summary>True for PostgreSQL.</summary>
    public bool IsPostgres => ConnectionString.Length > 0;

    /// <summary>Reads an address. A text with neither prefix is the path of an SQLite file.</summary>
    /// <exception cref="IngestException">Not an address, or a password in it; one line that does not repeat
    /// it.</exception>
    public static DatabaseAddress Parse(string text)
    {
        if (text.StartsWith("postgres://", StringComparison.Ordinal)
            || text.StartsWith("postgresql://", StringComparison.Ordinal))
        {
            return ParsePostgres(text);
        }

        string path = text.StartsWith(SqlitePrefix, StringComparison.Ordinal) ? text[SqlitePrefix.Length..]
            : text;
        return path.Length > 0 && !path.Contains("://")
            ? new DatabaseAddress(path, path, "")
            : throw new IngestException(
                "the database is sqlite:PATH or postgres://USER@HOST:PORT/NAME");
    }

    private static DatabaseAddress ParsePostgres(string text)
    {
        // A socket has no host before the path, and a URI must have one.
        if (!Uri.TryCreate(text.Replace("@/", "@localhost/"), UriKind.Absolute, out Uri? uri))
        {
            throw new IngestException("the database is postgres://USER@HOST:PORT/NAME, or for a socket "
                + "postgres://USER@/NAME?host=FOLDER");
        }

        if (uri.UserInfo.Contains(':'))
        {
            throw new IngestException(
                "a password does not belong into a database's address: put it into the file that PGPASSFILE "
                    + "names");
        }

        CheckPasswordFile();
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host.Length > 0 ? uri.Host : "localhost",
            Port = uri.Port > 0 ? uri.Port : PortDefault,
            Database = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/')),
            Timeout = ConnectSeconds,
            CommandTimeout = CommandSeconds,
            Pooling = false,
            MaxAutoPrepare = PreparedCountMax,
            AutoPrepareMinUsages = 2,
            ApplicationName = "pulsegate",
            IncludeErrorDetail = false,
        };
        if (uri.UserInfo.Length > 0)
        {
            builder.Username = Uri.UnescapeDataString(uri.UserInfo);
        }

        ReadQuery(uri.Query, builder);
        if (!uri.Query.Contains("sslmode=", StringComparison.Ordinal))
        {
            builder.SslMode = IsHere(builder.Host!) ? SslMode.Prefer : SslMode.VerifyFull;
        }

        return string.IsNullOrEmpty(builder.Database)
            ? throw new IngestException(
                "the address of the database names none: postgres://USER@HOST:PORT/NAME")
            : new DatabaseAddress(text, "", builder.ConnectionString);
    }

    private static void ReadQuery(string query, NpgsqlConnectionStringBuilder builder)
    {
        foreach (string part in query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = part.IndexOf('=');
            string name = equals < 0 ? part : part[..equals];
            string value = equals < 0 ? "" : Uri.UnescapeDataString(part[(equals + 1)..]);
            switch (name)
            {
                case "host":
                    builder.Host = value;
                    break;
                case "sslmode" when Enum.TryParse(value.Replace("-", ""), ignoreCase: true, out SslMode mode):
                    builder.SslMode = mode;
                    break;
                case "sslrootcert":
                    builder.RootCertificate = value;
                    break;
                default:
                    throw new IngestException(
                        "the address of the database may say host, sslmode and sslrootcert after '?', "
                            + "nothing else");
            }
        }
    }

    // On this machine the kernel keeps others out; over a network only a certificate does.
    private static bool IsHere(string host) => host.StartsWith('/') || host == "localhost"
        || (IPAddress.TryParse(host, out IPAddress? address) && IPAddress.IsLoopback(address));

    private static void CheckPasswordFile()
    {
        if (Environment.GetEnvironmentVariable("PGPASSFILE") is { Length: > 0 } path)
        {
            KeyringFile.RequirePrivate(path, "password file");
        }
    }
}
