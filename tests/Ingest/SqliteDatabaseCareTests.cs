// Goal: retention and backups on SQLite. Method: DatabaseCareTests, on it.

using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Pulsegate.Tests.Ingest;

[TestClass]
public sealed class SqliteDatabaseCareTests : DatabaseCareTests
{
    private protected override TestSink NewSink() => new SqliteTestSink();
}
