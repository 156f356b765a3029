using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Pipeline.Assets.Postgres.Migrations;

/// <summary>
/// No statement changes or deletes a line of the audit. Written by hand, because EF Core knows no triggers; it changes no model, so it has no snapshot.
/// </summary>
[DbContext(typeof(PostgresAssetDbContext))]
[Migration("20261130235959_AuditIsAppendOnly")]
public sealed class AuditIsAppendOnly : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        CREATE FUNCTION audit_lines_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'audit_lines is append-only: lines are never changed or deleted' USING ERRCODE = 'insufficient_privilege';
        END $$;
        CREATE TRIGGER audit_lines_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_lines FOR EACH STATEMENT EXECUTE FUNCTION audit_lines_refuse();
        ALTER TABLE audit_lines ENABLE ALWAYS TRIGGER audit_lines_append_only;
        """);

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        DROP TRIGGER audit_lines_append_only ON audit_lines;
        DROP FUNCTION audit_lines_refuse();
        """);
}
