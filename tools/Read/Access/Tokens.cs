// Bearer tokens: "<id>.<secret>", of which the database has the id and the SHA-256 of the secret. 32 random
// bytes need no slow hash; what is compared is compared in constant time.

using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using Base64Url = System.Buffers.Text.Base64Url;

namespace Pulsegate.Read.Access;

/// <summary>Who may ask.</summary>
public sealed class Tokens(AccessDatabase database, TimeProvider time)
{
    private const int IdBytes = 6;
    private const int SecretBytes = 32;
    private const int SqliteConstraint = 19;
    private const int TokenLengthMax = 128;

    /// <summary>Makes a token.</summary>
    /// <param name="name">Who it is for: letters, digits, dot, hyphen, underscore, at most 64.</param>
    /// <param name="role">What he may see.</param>
    /// <returns>The token. It is shown once: it cannot be had again.</returns>
    /// <exception cref="ReadException">The name is taken or is no name.</exception>
    public string Add(string name, Role role)
    {
        if (!Names.IsName(name))
        {
            throw new ReadException("a name has letters, digits, '.', '-' and '_', at most 64");
        }

        string id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));
        string secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        try
        {
            database.Execute(
                "insert into token (id, name, role, hash, created_utc_ms) values (@id, @name, @role, @hash, "
                    + "@now)",
                ("id", id), ("name", name), ("role", role.ToString()), ("hash", Hash(secret)), ("now",
                    Now()));
        }
        catch (SqliteException e) when (e.SqliteErrorCode == SqliteConstraint)
        {
            throw new ReadException($"there is a token '{name}'; a revoked name is not given again", e);
        }

        return $"{id}.{secret}";
    }

    /// <summary>Ends a token at once.</summary>
    /// <returns>False when there is none of that name that is not revoked.</returns>
    public bool Revoke(string name) => database.Execute(
        "update token set revoked_utc_ms = @now where name = @name and revoked_utc_ms is null",
        ("name", name), ("now", Now())) == 1;

    /// <summary>Name, role and whether revoked, of every token.</summary>
    public IReadOnlyList<(string Name, string Role, bool IsRevoked)> List() => database.Query(
        "select name, role, revoked_utc_ms is not null from token order by name",
        row => (row.GetString(0), row.GetString(1), row.GetBoolean(2)));

    /// <summary>Whose token it is; null when it is nobody's, or revoked.</summary>
    public Caller? Find(string token)
    {
        int dot = token.IndexOf('.');
        if (dot < 0 || token.Length > TokenLengthMax)
        {
            return null;
        }

        (string Name, string Role, byte[] Hash)? found = database.Query(
            "select name, role, hash from token where id = @id and revoked_utc_ms is null",
            row => ((string, string, byte[])?)(row.GetString(0), row.GetString(1), (byte[])row.GetValue(2)),
            ("id", token[..dot])).SingleOrDefault();

        // The same work for an id that there is not.
        byte[] expected = found?.Hash ?? new byte[SHA256.HashSizeInBytes];
        bool isRight = CryptographicOperations.FixedTimeEquals(Hash(token[(dot + 1)..]), expected);
        return isRight && found is { } known && Enum.TryParse(known.Role, out Role role)
            ? new Caller(known.Name, role) : null;
    }

    private static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
