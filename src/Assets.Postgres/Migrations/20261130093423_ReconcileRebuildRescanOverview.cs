using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Pipeline.Assets.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class ReconcileRebuildRescanOverview : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "Engine",
                table: "workers",
                type: "character varying(256)",
                maxLength: 256,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Name",
                table: "workers",
                type: "character varying(256)",
                maxLength: 256,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Scanner",
                table: "workers",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Approved",
                table: "runs",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "Deletes",
                table: "runs",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<int>(
                name: "Findings",
                table: "runs",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "Hits",
                table: "runs",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "Position",
                table: "runs",
                type: "character varying(1100)",
                maxLength: 1100,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Settings",
                table: "runs",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "Signatures",
                table: "runs",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "Attempt",
                table: "run_items",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "Detail",
                table: "run_items",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "DispatchAt",
                table: "run_items",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "SentAt",
                table: "run_items",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "FailureEngine",
                table: "assets",
                type: "character varying(256)",
                maxLength: 256,
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "ManifestAt",
                table: "assets",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "ManifestKeyId",
                table: "assets",
                type: "character varying(8)",
                maxLength: 8,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "ManifestTag",
                table: "assets",
                type: "character varying(32)",
                maxLength: 32,
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "ScannedAt",
                table: "assets",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "ScannedWith",
                table: "assets",
                type: "integer",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "activity_counts",
                columns: table => new
                {
                    Span = table.Column<int>(type: "integer", nullable: false),
                    At = table.Column<long>(type: "bigint", nullable: false),
                    Kind = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    Count = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_activity_counts", x => new { x.Span, x.At, x.Kind });
                });

            migrationBuilder.CreateTable(
                name: "activity_marks",
                columns: table => new
                {
                    Kind = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    Subject = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false),
                    At = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_activity_marks", x => new { x.Kind, x.Subject, x.At });
                });

            migrationBuilder.CreateTable(
                name: "installation",
                columns: table => new
                {
                    Id = table.Column<int>(type: "integer", nullable: false),
                    InstallationId = table.Column<Guid>(type: "uuid", nullable: false),
                    CreatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_installation", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "rescan_days",
                columns: table => new
                {
                    Day = table.Column<int>(type: "integer", nullable: false),
                    Bytes = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_rescan_days", x => x.Day);
                });

            migrationBuilder.CreateTable(
                name: "run_findings",
                columns: table => new
                {
                    RunId = table.Column<Guid>(type: "uuid", nullable: false),
                    Number = table.Column<int>(type: "integer", nullable: false),
                    Kind = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    Area = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: true),
                    Key = table.Column<string>(type: "character varying(1024)", maxLength: 1024, nullable: true),
                    AssetId = table.Column<Guid>(type: "uuid", nullable: true),
                    Detail = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true),
                    Size = table.Column<long>(type: "bigint", nullable: true),
                    ETag = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: true),
                    ModifiedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    At = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_run_findings", x => new { x.RunId, x.Number });
                });

            migrationBuilder.InsertData(
                table: "feed_readers",
                columns: new[] { "Name", "Position" },
                values: new object[] { "activity", 0L });

            migrationBuilder.CreateIndex(
                name: "IX_runs_TenantId_Signatures",
                table: "runs",
                columns: new[] { "TenantId", "Signatures" },
                unique: true,
                filter: "\"Signatures\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_run_items_DispatchAt",
                table: "run_items",
                column: "DispatchAt",
                filter: "\"DispatchAt\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_run_items_held",
                table: "run_items",
                column: "RunId",
                filter: "\"Outcome\" = 'held'");

            migrationBuilder.CreateIndex(
                name: "IX_assets_ManifestAt",
                table: "assets",
                column: "ManifestAt",
                filter: "\"ManifestAt\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_assets_TenantId_ScannedAt",
                table: "assets",
                columns: new[] { "TenantId", "ScannedAt" },
                filter: "\"Status\" = 'Ready'");

            migrationBuilder.CreateIndex(
                name: "IX_assets_TenantId_ScannedWith_Id",
                table: "assets",
                columns: new[] { "TenantId", "ScannedWith", "Id" },
                filter: "\"Status\" = 'Ready'");

            migrationBuilder.CreateIndex(
                name: "IX_assets_TenantId_Status_Id",
                table: "assets",
                columns: new[] { "TenantId", "Status", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_assets_failed",
                table: "assets",
                columns: new[] { "TenantId", "FailureCode", "FailureEngine", "Id", "UpdatedAt" },
                filter: "\"FailureCode\" IS NOT NULL AND \"Work\" = 'Idle' AND \"Status\" IN ('Failed', 'Ready')");

            migrationBuilder.CreateIndex(
                name: "IX_activity_marks_At",
                table: "activity_marks",
                column: "At");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "activity_counts");

            migrationBuilder.DropTable(
                name: "activity_marks");

            migrationBuilder.DropTable(
                name: "installation");

            migrationBuilder.DropTable(
                name: "rescan_days");

            migrationBuilder.DropTable(
                name: "run_findings");

            migrationBuilder.DropIndex(
                name: "IX_runs_TenantId_Signatures",
                table: "runs");

            migrationBuilder.DropIndex(
                name: "IX_run_items_DispatchAt",
                table: "run_items");

            migrationBuilder.DropIndex(
                name: "IX_run_items_held",
                table: "run_items");

            migrationBuilder.DropIndex(
                name: "IX_assets_ManifestAt",
                table: "assets");

            migrationBuilder.DropIndex(
                name: "IX_assets_TenantId_ScannedAt",
                table: "assets");

            migrationBuilder.DropIndex(
                name: "IX_assets_TenantId_ScannedWith_Id",
                table: "assets");

            migrationBuilder.DropIndex(
                name: "IX_assets_TenantId_Status_Id",
                table: "assets");

            migrationBuilder.DropIndex(
                name: "IX_assets_failed",
                table: "assets");

            migrationBuilder.DeleteData(
                table: "feed_readers",
                keyColumn: "Name",
                keyValue: "activity");

            migrationBuilder.DropColumn(
                name: "Engine",
                table: "workers");

            migrationBuilder.DropColumn(
                name: "Name",
                table: "workers");

            migrationBuilder.DropColumn(
                name: "Scanner",
                table: "workers");

            migrationBuilder.DropColumn(
                name: "Approved",
                table: "runs");

            migrationBuilder.DropColumn(
                name: "Deletes",
                table: "runs");

            migrationBuilder.DropColumn(
                name: "Findings",
                table: "runs");

            migrationBuilder.DropColumn(
                name: "Hits",
                table: "runs");

            migrationBuilder.DropColumn(
                name: "Position",
                table: "runs");

            migrationBuilder.DropColumn(
                name: "Settings",
                table: "runs");

            migrationBuilder.DropColumn(
                name: "Signatures",
                table: "runs");

            migrationBuilder.DropColumn(
                name: "Attempt",
                table: "run_items");

            migrationBuilder.DropColumn(
                name: "Detail",
                table: "run_items");

            migrationBuilder.DropColumn(
                name: "DispatchAt",
                table: "run_items");

            migrationBuilder.DropColumn(
                name: "SentAt",
                table: "run_items");

            migrationBuilder.DropColumn(
                name: "FailureEngine",
                table: "assets");

            migrationBuilder.DropColumn(
                name: "ManifestAt",
                table: "assets");

            migrationBuilder.DropColumn(
                name: "ManifestKeyId",
                table: "assets");

            migrationBuilder.DropColumn(
                name: "ManifestTag",
                table: "assets");

            migrationBuilder.DropColumn(
                name: "ScannedAt",
                table: "assets");

            migrationBuilder.DropColumn(
                name: "ScannedWith",
                table: "assets");
        }
    }
}
