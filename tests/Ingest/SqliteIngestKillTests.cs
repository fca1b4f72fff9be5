// Goal: an ingest into SQLite may be killed at any time. Method: IngestKillTests, on it.

using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Pulsegate.Tests.Ingest;

[TestClass]
public sealed class SqliteIngestKillTests : IngestKillTests
{
    private protected override TestSink NewSink() => new SqliteTestSink();
}
