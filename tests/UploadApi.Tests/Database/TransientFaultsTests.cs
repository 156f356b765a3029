using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Pipeline.AllInOne.Database;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Postgres;

namespace Pipeline.UploadApi.Tests.Database;

/// <summary>Which database errors are transient, and which are permanent.</summary>
public sealed class TransientFaultsTests
{
    [Theory]
    [InlineData("08006", "connection_failure")]
    [InlineData("40001", "serialization_failure")]
    [InlineData("40P01", "deadlock_detected")]
    [InlineData("53100", "disk_full")]
    [InlineData("53300", "too_many_connections")]
    [InlineData("55P03", "lock_not_available")]
    [InlineData("57014", "query_canceled")]
    [InlineData("57P01", "admin_shutdown")]
    [InlineData("57P03", "cannot_connect_now")]
    [InlineData("58030", "io_error")]
    [InlineData("25006", "read_only_sql_transaction")]
    public void A_state_of_postgresql_that_goes_by_is_an_outage(string state, string name)
    {
        IsOutageOfPostgres(state).ShouldBeTrue(name);
    }

    [Theory]
    [InlineData("22001", "string_data_right_truncation")]
    [InlineData("22003", "numeric_value_out_of_range")]
    [InlineData("22021", "character_not_in_repertoire")]
    [InlineData("22P05", "untranslatable_character")]
    [InlineData("23505", "unique_violation")]
    [InlineData("23514", "check_violation")]
    [InlineData("25P02", "in_failed_sql_transaction")]
    [InlineData("42501", "insufficient_privilege")]
    [InlineData("42P01", "undefined_table")]
    [InlineData("54000", "program_limit_exceeded")]
    [InlineData("P0001", "raise_exception")]
    [InlineData("XX000", "internal_error")]
    public void What_a_statement_or_its_values_are_refused_for_is_none(string state, string name)
    {
        IsOutageOfPostgres(state).ShouldBeFalse(name);
    }

    [Theory]
    [InlineData(5, true)]
    [InlineData(6, true)]
    [InlineData(8, true)]
    [InlineData(10, true)]
    [InlineData(13, true)]
    [InlineData(14, true)]
    [InlineData(1, false)]
    [InlineData(11, false)]
    [InlineData(18, false)]
    [InlineData(19, false)]
    [InlineData(20, false)]
    [InlineData(26, false)]
    public void Of_sqlite_it_is_the_file_its_disk_and_its_locks(int code, bool isOutage) =>
        new TransientFaults(new SqliteFaults()).Is(new DbUpdateException("not saved", new SqliteException("no", code))).ShouldBe(isOutage);

    [Fact]
    public void A_row_that_lost_every_race_is_tried_again() =>
        new TransientFaults(new PostgresFaults()).Is(new DbUpdateConcurrencyException("32 others were first")).ShouldBeTrue();

    private static bool IsOutageOfPostgres(string state)
    {
        var transient = new TransientFaults(new PostgresFaults());
        var fault = new PostgresException("no", "ERROR", "ERROR", state);
        var wrapped = transient.Is(new InvalidOperationException("not read", new DbUpdateException("not saved", fault)));
        transient.Is(fault).ShouldBe(wrapped, "however deep it is wrapped");
        return wrapped;
    }
}
