using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Pipeline.Assets.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class RunsAuditAndCounts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_assets_auto_confirm",
                table: "assets");

            migrationBuilder.AddColumn<string>(
                name: "Findings",
                table: "workers",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "NamesAllObjects",
                table: "assets",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<bool>(
                name: "SizeIsBound",
                table: "assets",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "TraceContext",
                table: "assets",
                type: "character varying(55)",
                maxLength: 55,
                nullable: true);

            migrationBuilder.CreateTable(
                name: "audit_lines",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    At = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    TenantId = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    UserId = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: false),
                    Roles = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    Verb = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    Target = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: false),
                    Filter = table.Column<string>(type: "text", nullable: true),
                    Reason = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true),
                    Result = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    RequestId = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_audit_lines", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "jobs",
                columns: table => new
                {
                    Name = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    KnownSince = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    StartedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    EndedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    Fault = table.Column<string>(type: "character varying(96)", maxLength: 96, nullable: true),
                    Rows = table.Column<long>(type: "bigint", nullable: false),
                    Instance = table.Column<string>(type: "character varying(96)", maxLength: 96, nullable: true),
                    PausedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    PausedBy = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_jobs", x => x.Name);
                });

            migrationBuilder.CreateTable(
                name: "operational_counts",
                columns: table => new
                {
                    Id = table.Column<int>(type: "integer", nullable: false),
                    ClaimedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Counts = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_operational_counts", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "profile_fingerprints",
                columns: table => new
                {
                    Fingerprint = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    Settings = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_profile_fingerprints", x => x.Fingerprint);
                });

            migrationBuilder.CreateTable(
                name: "replaced_publications",
                columns: table => new
                {
                    AssetId = table.Column<Guid>(type: "uuid", nullable: false),
                    RunId = table.Column<Guid>(type: "uuid", nullable: false),
                    ReplacedBy = table.Column<int>(type: "integer", nullable: false),
                    Publication = table.Column<string>(type: "text", nullable: false),
                    PerceptualHash = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: true),
                    ReadyAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_replaced_publications", x => new { x.AssetId, x.RunId });
                });

            migrationBuilder.CreateTable(
                name: "request_counts",
                columns: table => new
                {
                    Day = table.Column<int>(type: "integer", nullable: false),
                    Area = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    Operation = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    Cause = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    Requests = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_request_counts", x => new { x.Day, x.Area, x.Operation, x.Cause });
                });

            migrationBuilder.CreateTable(
                name: "run_counts",
                columns: table => new
                {
                    RunId = table.Column<Guid>(type: "uuid", nullable: false),
                    Minute = table.Column<int>(type: "integer", nullable: false),
                    Result = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    Code = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    Count = table.Column<int>(type: "integer", nullable: false),
                    Bytes = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_run_counts", x => new { x.RunId, x.Minute, x.Result, x.Code });
                });

            migrationBuilder.CreateTable(
                name: "run_items",
                columns: table => new
                {
                    AssetId = table.Column<Guid>(type: "uuid", nullable: false),
                    RunId = table.Column<Guid>(type: "uuid", nullable: false),
                    Revision = table.Column<int>(type: "integer", nullable: false),
                    StartedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Outcome = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: true),
                    Code = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: true),
                    EndedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_run_items", x => new { x.AssetId, x.RunId });
                });

            migrationBuilder.CreateTable(
                name: "runs",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    TenantId = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    Kind = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    State = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    ActiveKind = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: true),
                    Filter = table.Column<string>(type: "text", nullable: false),
                    Plan = table.Column<string>(type: "text", nullable: false),
                    Pace = table.Column<string>(type: "text", nullable: false),
                    LastId = table.Column<Guid>(type: "uuid", nullable: false),
                    Cursor = table.Column<Guid>(type: "uuid", nullable: true),
                    IsFed = table.Column<bool>(type: "boolean", nullable: false),
                    Fed = table.Column<int>(type: "integer", nullable: false),
                    Planned = table.Column<int>(type: "integer", nullable: false),
                    PacedUntil = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    IsProven = table.Column<bool>(type: "boolean", nullable: false),
                    JudgedFrom = table.Column<int>(type: "integer", nullable: false),
                    JudgedFailures = table.Column<int>(type: "integer", nullable: false),
                    PlannedBy = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: false),
                    AppliedBy = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: true),
                    Reason = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true),
                    Because = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true),
                    WaitingFor = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: true),
                    Source = table.Column<Guid>(type: "uuid", nullable: true),
                    KeepHours = table.Column<int>(type: "integer", nullable: false),
                    ReplacedUntil = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    CreatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ExpiresAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    AppliedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    EndedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    LeaseOwner = table.Column<Guid>(type: "uuid", nullable: true),
                    LeaseUntil = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    Version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_runs", x => x.Id);
                });

            migrationBuilder.InsertData(
                table: "operational_counts",
                columns: new[] { "Id", "ClaimedAt", "Counts" },
                values: new object[] { 1, new DateTimeOffset(new DateTime(1, 1, 1, 0, 0, 0, 0, DateTimeKind.Unspecified), new TimeSpan(0, 0, 0, 0, 0)), null });

            migrationBuilder.CreateIndex(
                name: "IX_assets_TenantId_FailureCode_Id",
                table: "assets",
                columns: new[] { "TenantId", "FailureCode", "Id" },
                filter: "\"FailureCode\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_assets_auto_confirm",
                table: "assets",
                column: "Id",
                filter: "(\"AutoConfirm\" OR \"SizeIsBound\") AND \"Status\" = 'Pending'");

            migrationBuilder.CreateIndex(
                name: "IX_audit_lines_TenantId_Id",
                table: "audit_lines",
                columns: new[] { "TenantId", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_audit_lines_TenantId_UserId_Id",
                table: "audit_lines",
                columns: new[] { "TenantId", "UserId", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_audit_lines_TenantId_Verb_Id",
                table: "audit_lines",
                columns: new[] { "TenantId", "Verb", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_replaced_publications_RunId_AssetId",
                table: "replaced_publications",
                columns: new[] { "RunId", "AssetId" });

            migrationBuilder.CreateIndex(
                name: "IX_run_items_RunId_AssetId",
                table: "run_items",
                columns: new[] { "RunId", "AssetId" });

            migrationBuilder.CreateIndex(
                name: "IX_run_items_in_flight",
                table: "run_items",
                column: "RunId",
                filter: "\"Outcome\" IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_runs_ReplacedUntil",
                table: "runs",
                column: "ReplacedUntil",
                filter: "\"ReplacedUntil\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_runs_State_Id",
                table: "runs",
                columns: new[] { "State", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_runs_TenantId_ActiveKind",
                table: "runs",
                columns: new[] { "TenantId", "ActiveKind" },
                unique: true,
                filter: "\"ActiveKind\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_runs_TenantId_Id",
                table: "runs",
                columns: new[] { "TenantId", "Id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "audit_lines");

            migrationBuilder.DropTable(
                name: "jobs");

            migrationBuilder.DropTable(
                name: "operational_counts");

            migrationBuilder.DropTable(
                name: "profile_fingerprints");

            migrationBuilder.DropTable(
                name: "replaced_publications");

            migrationBuilder.DropTable(
                name: "request_counts");

            migrationBuilder.DropTable(
                name: "run_counts");

            migrationBuilder.DropTable(
                name: "run_items");

            migrationBuilder.DropTable(
                name: "runs");

            migrationBuilder.DropIndex(
                name: "IX_assets_TenantId_FailureCode_Id",
                table: "assets");

            migrationBuilder.DropIndex(
                name: "IX_assets_auto_confirm",
                table: "assets");

            migrationBuilder.DropColumn(
                name: "Findings",
                table: "workers");

            migrationBuilder.DropColumn(
                name: "NamesAllObjects",
                table: "assets");

            migrationBuilder.DropColumn(
                name: "SizeIsBound",
                table: "assets");

            migrationBuilder.DropColumn(
                name: "TraceContext",
                table: "assets");

            migrationBuilder.CreateIndex(
                name: "IX_assets_auto_confirm",
                table: "assets",
                column: "Id",
                filter: "\"AutoConfirm\" AND \"Status\" = 'Pending'");
        }
    }
}
