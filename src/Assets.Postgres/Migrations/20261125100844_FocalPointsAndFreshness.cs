using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Pipeline.Assets.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class FocalPointsAndFreshness : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<double>(
                name: "FocalX",
                table: "assets",
                type: "double precision",
                nullable: true);

            migrationBuilder.AddColumn<double>(
                name: "FocalY",
                table: "assets",
                type: "double precision",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "IsAwaited",
                table: "assets",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "PerceptualHash",
                table: "assets",
                type: "character varying(16)",
                maxLength: 16,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "ProfileFingerprint",
                table: "assets",
                type: "character varying(16)",
                maxLength: 16,
                nullable: true);

            migrationBuilder.CreateTable(
                name: "profiles",
                columns: table => new
                {
                    Name = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    Fingerprint = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    Engine = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false),
                    AnnouncedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_profiles", x => x.Name);
                });

            migrationBuilder.CreateIndex(
                name: "IX_assets_OwnerId_PerceptualHash_Id",
                table: "assets",
                columns: new[] { "OwnerId", "PerceptualHash", "Id" },
                filter: "\"PerceptualHash\" IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "profiles");

            migrationBuilder.DropIndex(
                name: "IX_assets_OwnerId_PerceptualHash_Id",
                table: "assets");

            migrationBuilder.DropColumn(
                name: "FocalX",
                table: "assets");

            migrationBuilder.DropColumn(
                name: "FocalY",
                table: "assets");

            migrationBuilder.DropColumn(
                name: "IsAwaited",
                table: "assets");

            migrationBuilder.DropColumn(
                name: "PerceptualHash",
                table: "assets");

            migrationBuilder.DropColumn(
                name: "ProfileFingerprint",
                table: "assets");
        }
    }
}
