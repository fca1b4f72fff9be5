// Goal: the views mean the same on PostgreSQL. Method: ReadingViewTests, on it.

using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Pulsegate.Tests.Ingest;

[TestClass]
public sealed class PostgresReadingViewTests : ReadingViewTests
{
    private protected override TestSink NewSink() => new PostgresTestSink();
}
