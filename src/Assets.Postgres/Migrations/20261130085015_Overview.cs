using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Pipeline.Assets.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class Overview : Migration
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
                name: "FailureEngine",
                table: "assets",
                type: "character varying(256)",
                maxLength: 256,
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

            migrationBuilder.InsertData(
                table: "feed_readers",
                columns: new[] { "Name", "Position" },
                values: new object[] { "activity", 0L });

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
                name: "FailureEngine",
                table: "assets");
        }
    }
}
