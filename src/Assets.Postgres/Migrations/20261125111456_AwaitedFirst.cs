using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Pipeline.Assets.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class AwaitedFirst : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateIndex(
                name: "IX_assets_DispatchAt_IsAwaited",
                table: "assets",
                column: "DispatchAt",
                filter: "\"DispatchAt\" IS NOT NULL AND \"IsAwaited\"");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_assets_DispatchAt_IsAwaited",
                table: "assets");
        }
    }
}
