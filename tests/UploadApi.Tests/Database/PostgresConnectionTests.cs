using Npgsql;
using Pipeline.Assets.Postgres;

namespace Pipeline.UploadApi.Tests.Database;

public sealed class PostgresConnectionTests
{
    [Fact]
    public void A_database_that_does_not_answer_is_waited_for_as_long_as_a_request_can_wait()
    {
        var connection = new NpgsqlConnectionStringBuilder(PostgresDatabase.WithTimeouts("Host=db;Database=pipeline;Password=a"));

        (connection.Host, connection.Timeout, connection.CommandTimeout, connection.CancellationTimeout).ShouldBe(("db", 5, 10, 1000));
    }

    [Fact]
    public void An_operator_who_says_how_long_is_heard()
    {
        var connection = new NpgsqlConnectionStringBuilder(PostgresDatabase.WithTimeouts("Host=db;Timeout=15;CommandTimeout=60"));

        (connection.Timeout, connection.CommandTimeout).ShouldBe((15, 60));
    }
}
