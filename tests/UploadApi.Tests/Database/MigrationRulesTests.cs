using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Database;

/// <summary>
/// A migration runs while the version before still works on the same tables: it adds, and a later release takes away. docs/operations.md, section Upgrades, has
/// the rules.
/// </summary>
public sealed class MigrationRulesTests
{
    // Released before these rules, so that they cannot be changed any more. Never add to this list.
    private static readonly string[] Before =
    [
        "20261121233006_Initial", "20261125100844_FocalPointsAndFreshness", "20261125111456_AwaitedFirst", "20261128185811_KeyGenerations", "20261128200913_FairShares",
        "20261129035011_RateBuckets", "20261129130718_LastHeardAt", "20261129162843_Tenants", "20261129171523_EventLog", "20261129202001_BatchesAndFeed", "20261129210849_Webhooks",
        "20261130010027_LargeFilesLimitsAndDelivery", "20261130051359_RunsAuditAndCounts", "20261130093423_ReconcileRebuildRescanOverview", "20261130235959_AuditIsAppendOnly",
    ];

    [Fact]
    public async Task No_migration_takes_away_rewrites_or_locks()
    {
        var own = new OwnPostgres();
        await using var db = own.Open();
        var faults = new List<string>();
        foreach (var (id, migration) in Migrations(db).Where(one => !Before.Contains(one.Id)))
            faults.AddRange(MigrationRules.Faults(migration.UpOperations).Select(fault => $"{id}: {fault}"));
        faults.ShouldBeEmpty();
        Migrations(db).Select(one => one.Id).ShouldBe([.. Before, .. Migrations(db).Select(one => one.Id).Except(Before)], ignoreOrder: true, "a released migration is gone");
    }

    [Fact]
    public void The_rules_find_what_was_released_before_them()
    {
        var own = new OwnPostgres();
        using var db = own.Open();
        var found = Migrations(db).Where(one => Before.Contains(one.Id)).SelectMany(one => MigrationRules.Faults(one.Migration.UpOperations)).ToList();
        foreach (var part in (string[])["RenameColumn", "DropPrimaryKey", "Sql", "CreateIndex"]) found.ShouldContain(fault => fault.StartsWith(part, StringComparison.Ordinal));
    }

    public static TheoryData<string, MigrationOperation, bool> Operations => new()
    {
        { "a dropped column", new DropColumnOperation { Table = "assets", Name = "Size" }, false },
        { "a dropped table", new DropTableOperation { Name = "batches" }, false },
        { "a renamed column", new RenameColumnOperation { Table = "assets", Name = "Size", NewName = "Bytes" }, false },
        { "a renamed table", new RenameTableOperation { Name = "assets", NewName = "files" }, false },
        { "another type", new AlterColumnOperation { Table = "assets", Name = "Size", ClrType = typeof(string), ColumnType = "text", OldColumn = new AddColumnOperation { ClrType = typeof(long), ColumnType = "bigint" } }, false },
        { "null no more", new AlterColumnOperation { Table = "assets", Name = "Sha256", ClrType = typeof(string), ColumnType = "text", OldColumn = new AddColumnOperation { ClrType = typeof(string), ColumnType = "text", IsNullable = true } }, false },
        { "a column that may be null", new AddColumnOperation { Table = "assets", Name = "New", ClrType = typeof(string), ColumnType = "text", IsNullable = true }, true },
        { "a column with a constant", new AddColumnOperation { Table = "assets", Name = "New", ClrType = typeof(int), ColumnType = "integer", DefaultValue = 0 }, true },
        { "a column without a value", new AddColumnOperation { Table = "assets", Name = "New", ClrType = typeof(int), ColumnType = "integer" }, false },
        { "a column with another value in each row", new AddColumnOperation { Table = "assets", Name = "New", ClrType = typeof(Guid), ColumnType = "uuid", DefaultValueSql = "gen_random_uuid()" }, false },
        { "a computed column", new AddColumnOperation { Table = "assets", Name = "New", ClrType = typeof(int), ColumnType = "integer", IsNullable = true, ComputedColumnSql = "1" }, false },
        { "a new table", new CreateTableOperation { Name = "notes" }, true },
        { "an index that locks writers out", new CreateIndexOperation { Table = "assets", Name = "i", Columns = ["Size"] }, false },
        { "a unique index", Concurrent(new CreateIndexOperation { Table = "assets", Name = "i", Columns = ["Size"], IsUnique = true }), false },
        { "an index beside the writers", Concurrent(new CreateIndexOperation { Table = "assets", Name = "i", Columns = ["Size"] }), true },
        { "a check of all rows", new AddCheckConstraintOperation { Table = "assets", Name = "c", Sql = "TRUE" }, false },
        { "a reference", new AddForeignKeyOperation { Table = "assets", Name = "f", Columns = ["BatchId"], PrincipalTable = "batches" }, false },
        { "a statement of its own", new SqlOperation { Sql = "UPDATE assets SET \"Size\" = 0" }, false },
    };

    [Theory]
    [MemberData(nameof(Operations))]
    public void Each_operation_is_judged(string what, MigrationOperation operation, bool isFine) => (MigrationRules.Faults([operation]).Count == 0).ShouldBe(isFine, what);

    [Fact]
    public void An_index_of_a_table_that_the_same_migration_makes_locks_nobody() =>
        MigrationRules.Faults([new CreateTableOperation { Name = "notes" }, new CreateIndexOperation { Table = "notes", Name = "i", Columns = ["Id"] }]).ShouldBeEmpty();

    private static CreateIndexOperation Concurrent(CreateIndexOperation index)
    {
        index.AddAnnotation("Npgsql:CreatedConcurrently", true);
        return index;
    }

    private static List<(string Id, Migration Migration)> Migrations(Microsoft.EntityFrameworkCore.DbContext db)
    {
        var assembly = Microsoft.EntityFrameworkCore.Infrastructure.AccessorExtensions.GetService<IMigrationsAssembly>(db);
        return [.. assembly.Migrations.Select(one => (one.Key, assembly.CreateMigration(one.Value, "Npgsql.EntityFrameworkCore.PostgreSQL")))];
    }
}
