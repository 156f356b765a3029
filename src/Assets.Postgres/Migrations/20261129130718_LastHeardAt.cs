using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Pipeline.Assets.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class LastHeardAt : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_assets_NewsAt",
                table: "assets");

            migrationBuilder.RenameColumn(
                name: "NewsAt",
                table: "assets",
                newName: "LastHeardAt");

            migrationBuilder.CreateIndex(
                name: "IX_assets_LastHeardAt",
                table: "assets",
                column: "LastHeardAt",
                filter: "\"LastHeardAt\" IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_assets_LastHeardAt",
                table: "assets");

            migrationBuilder.RenameColumn(
                name: "LastHeardAt",
                table: "assets",
                newName: "NewsAt");

            migrationBuilder.CreateIndex(
                name: "IX_assets_NewsAt",
                table: "assets",
                column: "NewsAt",
                filter: "\"NewsAt\" IS NOT NULL");
        }
    }
}
