using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Pipeline.AllInOne.Database;

namespace Pipeline.AllInOne.Migrations;

/// <summary>
/// No statement changes or deletes a line of the audit. Written by hand, because EF Core knows no triggers; it changes no model, so it has no snapshot.
/// A later migration that rebuilds the table must make the triggers again.
/// </summary>
[DbContext(typeof(SqliteAssetDbContext))]
[Migration("20261130235959_AuditIsAppendOnly")]
public sealed class AuditIsAppendOnly : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        CREATE TRIGGER audit_lines_no_update BEFORE UPDATE ON audit_lines BEGIN SELECT RAISE(ABORT, 'audit_lines is append-only: lines are never changed or deleted'); END;
        CREATE TRIGGER audit_lines_no_delete BEFORE DELETE ON audit_lines BEGIN SELECT RAISE(ABORT, 'audit_lines is append-only: lines are never changed or deleted'); END;
        CREATE TRIGGER audit_lines_no_replace BEFORE INSERT ON audit_lines WHEN EXISTS (SELECT 1 FROM audit_lines WHERE "Id" = NEW."Id")
        BEGIN SELECT RAISE(ABORT, 'audit_lines is append-only: lines are never changed or deleted'); END;
        """);

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        DROP TRIGGER audit_lines_no_update;
        DROP TRIGGER audit_lines_no_delete;
        DROP TRIGGER audit_lines_no_replace;
        """);
}
