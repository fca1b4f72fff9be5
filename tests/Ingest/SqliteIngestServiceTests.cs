// Goal: the ingest does with SQLite what it does with any database. Method: IngestServiceTests, on it.

using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Pulsegate.Tests.Ingest;

[TestClass]
public sealed class SqliteIngestServiceTests : IngestServiceTests
{
    private protected override TestSink NewSink() => new SqliteTestSink();
}
