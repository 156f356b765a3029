using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Pipeline.AllInOne.Migrations
{
    /// <inheritdoc />
    public partial class RebuildBranch : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "ManifestAt",
                table: "assets",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "ManifestKeyId",
                table: "assets",
                type: "TEXT",
                maxLength: 8,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "ManifestTag",
                table: "assets",
                type: "TEXT",
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
