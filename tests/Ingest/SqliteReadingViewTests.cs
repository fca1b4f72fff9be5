// Goal: the views mean the same on SQLite. Method: ReadingViewTests, on it.

using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Pulsegate.Tests.Ingest;

[TestClass]
public sealed class SqliteReadingViewTests : ReadingViewTests
{
    private protected override TestSink NewSink() => new SqliteTestSink();
}
