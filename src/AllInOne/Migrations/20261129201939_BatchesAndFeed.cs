using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

#pragma warning disable CA1814 // Prefer jagged arrays over multidimensional

namespace Pipeline.AllInOne.Migrations
{
    /// <inheritdoc />
    public partial class BatchesAndFeed : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid>(
                name: "BatchId",
                table: "assets",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "BatchIndex",
                table: "assets",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "DeleteAt",
                table: "assets",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "IsTemporary",
                table: "assets",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<Guid>(
                name: "BatchId",
                table: "asset_events",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Snapshot",
                table: "asset_events",
                type: "TEXT",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "batches",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    TenantId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    OwnerId = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    Total = table.Column<int>(type: "INTEGER", nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    CompletedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    Outcome = table.Column<string>(type: "TEXT", maxLength: 16, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_batches", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "feed_readers",
                columns: table => new
                {
                    Name = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    Position = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_feed_readers", x => x.Name);
                });

            migrationBuilder.CreateTable(
                name: "stream_tickets",
                columns: table => new
                {
                    Hash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    TenantId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    OwnerId = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    Stream = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    ExpiresAt = table.Column<long>(type: "INTEGER", nullable: false),
                    TokenExpiresAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_stream_tickets", x => x.Hash);
                });

            migrationBuilder.InsertData(
                table: "feed_readers",
                columns: new[] { "Name", "Position" },
                values: new object[,]
                {
                    { "bus", 0L },
                    { "webhooks", 0L }
                });

            migrationBuilder.CreateIndex(
                name: "IX_assets_BatchId_BatchIndex",
                table: "assets",
                columns: new[] { "BatchId", "BatchIndex" },
                filter: "\"BatchId\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_assets_DeleteAt",
                table: "assets",
                column: "DeleteAt",
                filter: "\"DeleteAt\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_stream_tickets_ExpiresAt",
                table: "stream_tickets",
                column: "ExpiresAt");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "batches");

            migrationBuilder.DropTable(
                name: "feed_readers");

            migrationBuilder.DropTable(
                name: "stream_tickets");

            migrationBuilder.DropIndex(
                name: "IX_assets_BatchId_BatchIndex",
                table: "assets");

            migrationBuilder.DropIndex(
                name: "IX_assets_DeleteAt",
                table: "assets");

            migrationBuilder.DropColumn(
                name: "BatchId",
                table: "assets");

            migrationBuilder.DropColumn(
                name: "BatchIndex",
                table: "assets");

            migrationBuilder.DropColumn(
                name: "DeleteAt",
                table: "assets");

            migrationBuilder.DropColumn(
                name: "IsTemporary",
                table: "assets");

            migrationBuilder.DropColumn(
                name: "BatchId",
                table: "asset_events");

            migrationBuilder.DropColumn(
                name: "Snapshot",
                table: "asset_events");
        }
    }
}
