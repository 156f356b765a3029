using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Pipeline.Assets.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class RebuildBranch : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
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

            migrationBuilder.CreateIndex(
                name: "IX_assets_ManifestAt",
                table: "assets",
                column: "ManifestAt",
                filter: "\"ManifestAt\" IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_assets_ManifestAt",
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
        }
    }
}
