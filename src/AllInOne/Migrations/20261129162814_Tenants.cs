using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Pipeline.AllInOne.Migrations
{
    /// <inheritdoc />
    public partial class Tenants : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_assets_OwnerId_Id",
                table: "assets");

            migrationBuilder.DropIndex(
                name: "IX_assets_OwnerId_PerceptualHash_Id",
                table: "assets");

            migrationBuilder.DropIndex(
                name: "IX_assets_OwnerId_Status_Id",
                table: "assets");

            migrationBuilder.DropIndex(
                name: "IX_assets_due_awaited",
                table: "assets");

            migrationBuilder.DropIndex(
                name: "IX_assets_due_other",
                table: "assets");

            migrationBuilder.DropIndex(
                name: "IX_assets_in_flight",
                table: "assets");

            migrationBuilder.AddColumn<string>(
                name: "TenantId",
                table: "assets",
                type: "TEXT",
                maxLength: 64,
                nullable: false,
                defaultValue: "default");

            migrationBuilder.CreateIndex(
                name: "IX_assets_TenantId_OwnerId_Id",
                table: "assets",
                columns: new[] { "TenantId", "OwnerId", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_assets_TenantId_OwnerId_PerceptualHash_Id",
                table: "assets",
                columns: new[] { "TenantId", "OwnerId", "PerceptualHash", "Id" },
                filter: "\"PerceptualHash\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_assets_TenantId_OwnerId_Status_Id",
                table: "assets",
                columns: new[] { "TenantId", "OwnerId", "Status", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_assets_due_awaited",
                table: "assets",
                columns: new[] { "TenantId", "OwnerId", "DispatchAt" },
                filter: "\"DispatchAt\" IS NOT NULL AND \"IsAwaited\"");

            migrationBuilder.CreateIndex(
                name: "IX_assets_due_other",
                table: "assets",
                columns: new[] { "TenantId", "OwnerId", "DispatchAt" },
                filter: "\"DispatchAt\" IS NOT NULL AND NOT \"IsAwaited\"");

            migrationBuilder.CreateIndex(
                name: "IX_assets_in_flight",
                table: "assets",
                columns: new[] { "TenantId", "OwnerId", "IsAwaited", "DispatchAt" },
                filter: "\"IsInFlight\"");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_assets_TenantId_OwnerId_Id",
                table: "assets");

            migrationBuilder.DropIndex(
                name: "IX_assets_TenantId_OwnerId_PerceptualHash_Id",
                table: "assets");

            migrationBuilder.DropIndex(
                name: "IX_assets_TenantId_OwnerId_Status_Id",
                table: "assets");

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
                name: "TenantId",
                table: "assets");

            migrationBuilder.CreateIndex(
                name: "IX_assets_OwnerId_Id",
                table: "assets",
                columns: new[] { "OwnerId", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_assets_OwnerId_PerceptualHash_Id",
                table: "assets",
                columns: new[] { "OwnerId", "PerceptualHash", "Id" },
                filter: "\"PerceptualHash\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_assets_OwnerId_Status_Id",
                table: "assets",
                columns: new[] { "OwnerId", "Status", "Id" });

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
    }
}
