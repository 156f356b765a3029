using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Pipeline.AllInOne.Migrations
{
    /// <inheritdoc />
    public partial class Rescans : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "Scanner",
                table: "workers",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Approved",
                table: "runs",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "Hits",
                table: "runs",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "Signatures",
                table: "runs",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "Attempt",
                table: "run_items",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "Detail",
                table: "run_items",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "DispatchAt",
                table: "run_items",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "SentAt",
                table: "run_items",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "ScannedAt",
                table: "assets",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "ScannedWith",
                table: "assets",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "rescan_days",
                columns: table => new
                {
                    Day = table.Column<int>(type: "INTEGER", nullable: false),
                    Bytes = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_rescan_days", x => x.Day);
                });

            migrationBuilder.CreateIndex(
                name: "IX_runs_TenantId_Signatures",
                table: "runs",
                columns: new[] { "TenantId", "Signatures" },
                unique: true,
                filter: "\"Signatures\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_run_items_DispatchAt",
                table: "run_items",
                column: "DispatchAt",
                filter: "\"DispatchAt\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_run_items_held",
                table: "run_items",
                column: "RunId",
                filter: "\"Outcome\" = 'held'");

            migrationBuilder.CreateIndex(
                name: "IX_assets_TenantId_ScannedAt",
                table: "assets",
                columns: new[] { "TenantId", "ScannedAt" },
                filter: "\"Status\" = 'Ready'");

            migrationBuilder.CreateIndex(
                name: "IX_assets_TenantId_ScannedWith_Id",
                table: "assets",
                columns: new[] { "TenantId", "ScannedWith", "Id" },
                filter: "\"Status\" = 'Ready'");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "rescan_days");

            migrationBuilder.DropIndex(
                name: "IX_runs_TenantId_Signatures",
                table: "runs");

            migrationBuilder.DropIndex(
                name: "IX_run_items_DispatchAt",
                table: "run_items");

            migrationBuilder.DropIndex(
                name: "IX_run_items_held",
                table: "run_items");

            migrationBuilder.DropIndex(
                name: "IX_assets_TenantId_ScannedAt",
                table: "assets");

            migrationBuilder.DropIndex(
                name: "IX_assets_TenantId_ScannedWith_Id",
                table: "assets");

            migrationBuilder.DropColumn(
                name: "Scanner",
                table: "workers");

            migrationBuilder.DropColumn(
                name: "Approved",
                table: "runs");

            migrationBuilder.DropColumn(
                name: "Hits",
                table: "runs");

            migrationBuilder.DropColumn(
                name: "Signatures",
                table: "runs");

            migrationBuilder.DropColumn(
                name: "Attempt",
                table: "run_items");

            migrationBuilder.DropColumn(
                name: "Detail",
                table: "run_items");

            migrationBuilder.DropColumn(
                name: "DispatchAt",
                table: "run_items");

            migrationBuilder.DropColumn(
                name: "SentAt",
                table: "run_items");

            migrationBuilder.DropColumn(
                name: "ScannedAt",
                table: "assets");

            migrationBuilder.DropColumn(
                name: "ScannedWith",
                table: "assets");
        }
    }
}
