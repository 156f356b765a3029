using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Pipeline.Assets.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class FairShares : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_assets_DispatchAt",
                table: "assets");

            migrationBuilder.DropIndex(
                name: "IX_assets_DispatchAt_IsAwaited",
                table: "assets");

            migrationBuilder.AddColumn<bool>(
                name: "IsInFlight",
                table: "assets",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<bool>(
                name: "OnceMore",
                table: "assets",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "Superseded",
                table: "assets",
                type: "text",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "workers",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    Concurrency = table.Column<int>(type: "integer", nullable: false),
                    ReprocessConcurrency = table.Column<int>(type: "integer", nullable: false),
                    HeardAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_workers", x => x.Id);
                });

            // Without this, what the bus has at the upgrade would not count against its owner's share.
            migrationBuilder.Sql("""UPDATE assets SET "IsInFlight" = TRUE WHERE "Work" <> 'Idle' AND "DispatchAt" IS NULL""");

            migrationBuilder.CreateIndex(
                name: "IX_assets_due_awaited",
                table: "assets",
                columns: new[] { "OwnerId", "DispatchAt" },
                filter: "\"DispatchAt\" IS NOT NULL AND \"IsAwaited\"");

            migrationBuilder.CreateIndex(
                name: "IX_assets_due_other",
                table: "assets",
                columns: new[] { "OwnerId", "DispatchAt" },
                filter: "\"DispatchAt\" IS NOT NULL AND NOT \"IsAwaited\"");

            migrationBuilder.CreateIndex(
                name: "IX_assets_in_flight",
                table: "assets",
                columns: new[] { "OwnerId", "IsAwaited", "DispatchAt" },
                filter: "\"IsInFlight\"");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "workers");

            migrationBuilder.DropIndex(
                name: "IX_assets_due_awaited",
                table: "assets");

            migrationBuilder.DropIndex(
                name: "IX_assets_due_other",
                table: "assets");

            migrationBuilder.DropIndex(
                name: "IX_assets_in_flight",
                table: "assets");

            migrationBuilder.DropColumn(
                name: "IsInFlight",
                table: "assets");

            migrationBuilder.DropColumn(
                name: "OnceMore",
                table: "assets");

            migrationBuilder.DropColumn(
                name: "Superseded",
                table: "assets");

            migrationBuilder.CreateIndex(
                name: "IX_assets_DispatchAt",
                table: "assets",
                column: "DispatchAt",
                filter: "\"DispatchAt\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_assets_DispatchAt_IsAwaited",
                table: "assets",
                column: "DispatchAt",
                filter: "\"DispatchAt\" IS NOT NULL AND \"IsAwaited\"");
        }
    }
}
