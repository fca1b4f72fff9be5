// Goal: what stands in the fleet is the same over PostgreSQL. Method: StandingAlarmTests again over a real
// server.

namespace Pulsegate.Tests.Read;

[TestClass]
public sealed class PostgresStandingAlarmTests : StandingAlarmTests
{
    protected override bool IsPostgres => true;
}
