using Microsoft.EntityFrameworkCore.Migrations.Operations;

namespace Pipeline.UploadApi.Tests.Database;

/// <summary>Which operations of a migration an old version beside it bears, and which hold no lock for long on a table of millions of rows.</summary>
internal static class MigrationRules
{
    private const string Concurrently = "Npgsql:CreatedConcurrently";

    public static IReadOnlyList<string> Faults(IReadOnlyList<MigrationOperation> operations)
    {
        // Nobody works on a table yet that the same migration makes.
        var own = operations.OfType<CreateTableOperation>().Select(table => table.Name).ToHashSet(StringComparer.Ordinal);
        return [.. operations.Select(operation => Fault(operation, own)).OfType<string>()];
    }

    private static string? Fault(MigrationOperation operation, HashSet<string> own) => operation switch
    {
        CreateTableOperation or InsertDataOperation => null,
        CreateIndexOperation index => own.Contains(index.Table) ? null
            : index.IsUnique ? $"CreateIndex {index.Name}: the version before may write rows that a unique index refuses"
            : index.FindAnnotation(Concurrently)?.Value is true ? null
            : $"CreateIndex {index.Name}: it locks writers out while it is built; make it CONCURRENTLY",
        AddColumnOperation column => own.Contains(column.Table) ? null
            : column.DefaultValueSql is not null || column.ComputedColumnSql is not null ? $"AddColumn {column.Table}.{column.Name}: its values rewrite the table; give it a constant or null"
            : column.IsNullable || column.DefaultValue is not null ? null
            : $"AddColumn {column.Table}.{column.Name}: the version before inserts rows without it; give it a constant or let it be null",
        DropIndexOperation index => own.Contains(index.Table ?? "") ? null : $"DropIndex {index.Name}: the version before reads by it; drop it a release later",
        SqlOperation sql => $"Sql: no rule can judge a statement; backfill by a run, not in a migration: {sql.Sql.Trim().Split('\n')[0]}",
        AddCheckConstraintOperation or AddForeignKeyOperation or AddPrimaryKeyOperation or AddUniqueConstraintOperation when own.Contains(TableOf(operation)) => null,
        _ => $"{operation.GetType().Name.Replace("Operation", "", StringComparison.Ordinal)} {TableOf(operation)}: expand now, and take away a release later",
    };

    private static string TableOf(MigrationOperation operation) => operation is ITableMigrationOperation table ? table.Table : "";
}
