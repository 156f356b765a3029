using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Pipeline.AllInOne.Migrations
{
    /// <inheritdoc />
    public partial class EventLog : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // SQLite cannot change a primary key, so the table is made anew. Events of before keep their sentence and are not delivered again.
            migrationBuilder.Sql("""
                ALTER TABLE asset_events RENAME TO asset_events_old;
                CREATE TABLE asset_events (
                    "AssetId" TEXT NOT NULL,
                    "Sequence" INTEGER NOT NULL,
                    "At" INTEGER NOT NULL,
                    "TenantId" TEXT NOT NULL,
                    "OwnerId" TEXT NOT NULL,
                    "Kind" TEXT NOT NULL,
                    "Revision" INTEGER NOT NULL,
                    "Attempt" INTEGER NOT NULL,
                    "Data" TEXT NULL,
                    "Position" INTEGER NULL,
                    CONSTRAINT "PK_asset_events" PRIMARY KEY ("AssetId", "Sequence", "At"));
                INSERT INTO asset_events ("AssetId", "Sequence", "At", "TenantId", "OwnerId", "Kind", "Revision", "Attempt", "Data", "Position")
                SELECT e."AssetId", ROW_NUMBER() OVER (PARTITION BY e."AssetId" ORDER BY e."Id"), e."At", a."TenantId", a."OwnerId", e."Kind", 0, 0,
                    json_object('text', e."Detail"), 0
                FROM asset_events_old AS e JOIN assets AS a ON a."Id" = e."AssetId";
                UPDATE assets SET "Version" = MAX("Version", (SELECT COUNT(*) FROM asset_events AS e WHERE e."AssetId" = assets."Id"));
                DROP TABLE asset_events_old;
                """);

            migrationBuilder.CreateTable(
                name: "event_counter",
                columns: table => new
                {
                    Id = table.Column<int>(type: "INTEGER", nullable: false),
                    Last = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_event_counter", x => x.Id);
                });

            migrationBuilder.InsertData(
                table: "event_counter",
                columns: new[] { "Id", "Last" },
                values: new object[] { 1, 0L });

            migrationBuilder.CreateIndex(
                name: "IX_asset_events_Position",
                table: "asset_events",
                column: "Position",
                filter: "\"Position\" > 0");

            migrationBuilder.CreateIndex(
                name: "IX_asset_events_TenantId_OwnerId_Position",
                table: "asset_events",
                columns: new[] { "TenantId", "OwnerId", "Position" },
                filter: "\"Position\" > 0");

            migrationBuilder.CreateIndex(
                name: "IX_asset_events_new",
                table: "asset_events",
                column: "At",
                filter: "\"Position\" IS NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) =>
            throw new System.NotSupportedException("The sentences of the older log cannot be made from the events: restore a backup of the database.");
    }
}
