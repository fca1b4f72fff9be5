// Goal: retention and backups on PostgreSQL. Method: DatabaseCareTests, on it.

using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Pulsegate.Tests.Ingest;

[TestClass]
public sealed class PostgresDatabaseCareTests : DatabaseCareTests
{
    private protected override TestSink NewSink() => new PostgresTestSink();
}
