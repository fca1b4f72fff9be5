// Goal: an ingest into PostgreSQL may be killed at any time. Method: IngestKillTests, on it.

using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Pulsegate.Tests.Ingest;

[TestClass]
public sealed class PostgresIngestKillTests : IngestKillTests
{
    private protected override TestSink NewSink() => new PostgresTestSink();
}
