using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Pipeline.Assets.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class Tenants : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropPrimaryKey(
                name: "PK_rate_buckets",
                table: "rate_buckets");

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
                table: "rate_buckets",
                type: "character varying(64)",
                maxLength: 64,
                nullable: false,
                defaultValue: "default");

            migrationBuilder.AddColumn<string>(
                name: "TenantId",
                table: "assets",
                type: "character varying(64)",
                maxLength: 64,
                nullable: false,
                defaultValue: "default");

            migrationBuilder.AddPrimaryKey(
                name: "PK_rate_buckets",
                table: "rate_buckets",
                columns: new[] { "Kind", "TenantId", "UserId" });

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
            migrationBuilder.DropPrimaryKey(
                name: "PK_rate_buckets",
                table: "rate_buckets");

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
                table: "rate_buckets");

            migrationBuilder.DropColumn(
                name: "TenantId",
                table: "assets");

            migrationBuilder.AddPrimaryKey(
                name: "PK_rate_buckets",
                table: "rate_buckets",
                columns: new[] { "Kind", "UserId" });

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
