using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Pipeline.Assets.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class EventLog : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // Events of before keep their sentence and are not delivered again. Each month that has events gets its partition, as do this month
            // and the next two; times outside of them go to the default partition.
            migrationBuilder.Sql("""
                ALTER TABLE asset_events RENAME TO asset_events_old;
                ALTER TABLE asset_events_old DROP CONSTRAINT "FK_asset_events_assets_AssetId";
                ALTER TABLE asset_events_old RENAME CONSTRAINT "PK_asset_events" TO "PK_asset_events_old";
                CREATE TABLE asset_events (
                    "AssetId" uuid NOT NULL,
                    "Sequence" integer NOT NULL,
                    "At" timestamp with time zone NOT NULL,
                    "TenantId" character varying(64) NOT NULL,
                    "OwnerId" character varying(128) NOT NULL,
                    "Kind" character varying(32) NOT NULL,
                    "Revision" integer NOT NULL,
                    "Attempt" integer NOT NULL,
                    "Data" text,
                    "Position" bigint,
                    CONSTRAINT "PK_asset_events" PRIMARY KEY ("AssetId", "Sequence", "At"))
                PARTITION BY RANGE ("At");
                CREATE TABLE asset_events_default PARTITION OF asset_events DEFAULT;

                CREATE FUNCTION asset_events_add_month(moment timestamptz) RETURNS void LANGUAGE plpgsql SET lock_timeout = '2s' AS $$
                DECLARE
                    month timestamp := date_trunc('month', moment AT TIME ZONE 'UTC');
                    partition_name text := 'asset_events_' || to_char(month, 'YYYY_MM');
                BEGIN
                    IF to_regclass(partition_name) IS NULL THEN
                        EXECUTE format('CREATE TABLE %I PARTITION OF asset_events FOR VALUES FROM (%L) TO (%L)',
                            partition_name, month AT TIME ZONE 'UTC', (month + interval '1 month') AT TIME ZONE 'UTC');
                    END IF;
                EXCEPTION
                    -- A long transaction, another instance, or events of that month in the default partition: events stay there.
                    WHEN lock_not_available OR duplicate_table OR check_violation THEN NULL;
                END $$;

                CREATE FUNCTION asset_events_drop_before(moment timestamptz) RETURNS void LANGUAGE plpgsql SET lock_timeout = '2s' AS $$
                DECLARE
                    partition_name text;
                BEGIN
                    FOR partition_name IN
                        SELECT inhrelid::regclass::text FROM pg_inherits
                        WHERE inhparent = 'asset_events'::regclass AND inhrelid::regclass::text ~ '^asset_events_[0-9]{4}_[0-9]{2}$'
                    LOOP
                        IF (to_date(right(partition_name, 7), 'YYYY_MM') + interval '1 month') AT TIME ZONE 'UTC' <= moment THEN
                            EXECUTE format('DROP TABLE %I', partition_name);
                        END IF;
                    END LOOP;
                EXCEPTION
                    -- A long transaction: the next run drops them.
                    WHEN lock_not_available THEN NULL;
                END $$;

                SELECT asset_events_add_month(month) FROM generate_series(
                    (SELECT date_trunc('month', LEAST(MIN("At"), now()) AT TIME ZONE 'UTC') FROM asset_events_old) AT TIME ZONE 'UTC',
                    now() + interval '2 months', interval '1 month') AS month;
                SELECT asset_events_add_month(now() + interval '2 months');

                INSERT INTO asset_events ("AssetId", "Sequence", "At", "TenantId", "OwnerId", "Kind", "Revision", "Attempt", "Data", "Position")
                SELECT e."AssetId", ROW_NUMBER() OVER (PARTITION BY e."AssetId" ORDER BY e."Id"), e."At", a."TenantId", a."OwnerId", e."Kind", 0, 0,
                    json_build_object('text', e."Detail")::text, 0
                FROM asset_events_old AS e JOIN assets AS a ON a."Id" = e."AssetId";
                UPDATE assets SET "Version" = lines.count
                FROM (SELECT "AssetId", COUNT(*) AS count FROM asset_events GROUP BY "AssetId") AS lines
                WHERE assets."Id" = lines."AssetId" AND assets."Version" < lines.count;
                DROP TABLE asset_events_old;
                """);

            migrationBuilder.CreateTable(
                name: "event_counter",
                columns: table => new
                {
                    Id = table.Column<int>(type: "integer", nullable: false),
                    Last = table.Column<long>(type: "bigint", nullable: false)
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
