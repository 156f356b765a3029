using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Pipeline.AllInOne.Migrations
{
    /// <inheritdoc />
    public partial class LargeFilesLimitsAndDelivery : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "AutoConfirm",
                table: "assets",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<bool>(
                name: "HasBeenPrivate",
                table: "assets",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<int>(
                name: "MovedInRevision",
                table: "assets",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "MultipartId",
                table: "assets",
                type: "TEXT",
                maxLength: 1024,
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "PartSize",
                table: "assets",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Visibility",
                table: "assets",
                type: "TEXT",
                maxLength: 16,
                nullable: false,
                defaultValue: "Public");

            migrationBuilder.CreateTable(
                name: "cache_purges",
                columns: table => new
                {
                    Key = table.Column<string>(type: "TEXT", maxLength: 900, nullable: false),
                    DueAt = table.Column<long>(type: "INTEGER", nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    Attempts = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_cache_purges", x => x.Key);
                });

            migrationBuilder.CreateTable(
                name: "idempotency_records",
                columns: table => new
                {
                    TenantId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    UserId = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    Route = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Key = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    BodyHash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    ResourceId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Number = table.Column<int>(type: "INTEGER", nullable: true),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_idempotency_records", x => new { x.TenantId, x.UserId, x.Route, x.Key });
                });

            migrationBuilder.CreateTable(
                name: "usage_counters",
                columns: table => new
                {
                    TenantId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    UserId = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    Day = table.Column<int>(type: "INTEGER", nullable: false),
                    Files = table.Column<long>(type: "INTEGER", nullable: false),
                    Bytes = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_usage_counters", x => new { x.TenantId, x.UserId, x.Day });
                });

            migrationBuilder.CreateIndex(
                name: "IX_assets_auto_confirm",
                table: "assets",
                column: "Id",
                filter: "\"AutoConfirm\" AND \"Status\" = 'Pending'");

            migrationBuilder.CreateIndex(
                name: "IX_cache_purges_DueAt",
                table: "cache_purges",
                column: "DueAt");

            migrationBuilder.CreateIndex(
                name: "IX_idempotency_records_CreatedAt",
                table: "idempotency_records",
                column: "CreatedAt");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "cache_purges");

            migrationBuilder.DropTable(
                name: "idempotency_records");

            migrationBuilder.DropTable(
                name: "usage_counters");

            migrationBuilder.DropIndex(
                name: "IX_assets_auto_confirm",
                table: "assets");

            migrationBuilder.DropColumn(
                name: "AutoConfirm",
                table: "assets");

            migrationBuilder.DropColumn(
                name: "HasBeenPrivate",
                table: "assets");

            migrationBuilder.DropColumn(
                name: "MovedInRevision",
                table: "assets");

            migrationBuilder.DropColumn(
                name: "MultipartId",
                table: "assets");

            migrationBuilder.DropColumn(
                name: "PartSize",
                table: "assets");

            migrationBuilder.DropColumn(
                name: "Visibility",
                table: "assets");
        }
    }
}
