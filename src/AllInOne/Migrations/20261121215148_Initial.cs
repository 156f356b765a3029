using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Pipeline.Assets;
using Pipeline.Assets.Uploads;
using Pipeline.Imaging.Profiles;

#nullable disable

namespace Pipeline.AllInOne.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "assets",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    OwnerId = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    Status = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    FileName = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    ClaimedType = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    Size = table.Column<long>(type: "INTEGER", nullable: false),
                    Sha256 = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    Profile = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    IncomingKey = table.Column<string>(type: "TEXT", maxLength: 900, nullable: false),
                    IncomingETag = table.Column<string>(type: "TEXT", maxLength: 128, nullable: true),
                    Publication = table.Column<string>(type: "TEXT", nullable: true),
                    RejectionCode = table.Column<string>(type: "TEXT", maxLength: 32, nullable: true),
                    RejectionReason = table.Column<string>(type: "TEXT", nullable: true),
                    FailureCode = table.Column<string>(type: "TEXT", maxLength: 32, nullable: true),
                    FailureReason = table.Column<string>(type: "TEXT", nullable: true),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    UploadUrlExpiresAt = table.Column<long>(type: "INTEGER", nullable: false),
                    ConfirmedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    ReadyAt = table.Column<long>(type: "INTEGER", nullable: true),
                    UpdatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    TidyAt = table.Column<long>(type: "INTEGER", nullable: true),
                    Version = table.Column<int>(type: "INTEGER", nullable: false),
                    Revision = table.Column<int>(type: "INTEGER", nullable: false),
                    Work = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    Attempt = table.Column<int>(type: "INTEGER", nullable: false),
                    DispatchAt = table.Column<long>(type: "INTEGER", nullable: true),
                    NewsAt = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_assets", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "asset_events",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    AssetId = table.Column<Guid>(type: "TEXT", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    Kind = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    Detail = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_asset_events", x => x.Id);
                    table.ForeignKey(
                        name: "FK_asset_events_assets_AssetId",
                        column: x => x.AssetId,
                        principalTable: "assets",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_asset_events_AssetId_Id",
                table: "asset_events",
                columns: new[] { "AssetId", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_assets_CreatedAt",
                table: "assets",
                column: "CreatedAt",
                filter: "\"Status\" = 'Pending'");

            migrationBuilder.CreateIndex(
                name: "IX_assets_DispatchAt",
                table: "assets",
                column: "DispatchAt",
                filter: "\"DispatchAt\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_assets_IncomingKey",
                table: "assets",
                column: "IncomingKey");

            migrationBuilder.CreateIndex(
                name: "IX_assets_NewsAt",
                table: "assets",
                column: "NewsAt",
                filter: "\"NewsAt\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_assets_OwnerId_Id",
                table: "assets",
                columns: new[] { "OwnerId", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_assets_OwnerId_Status_Id",
                table: "assets",
                columns: new[] { "OwnerId", "Status", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_assets_TidyAt",
                table: "assets",
                column: "TidyAt",
                filter: "\"TidyAt\" IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "asset_events");

            migrationBuilder.DropTable(
                name: "assets");
        }
    }
}
