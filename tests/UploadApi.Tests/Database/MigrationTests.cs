using Microsoft.EntityFrameworkCore;
using Pipeline.AllInOne.Database;
using Pipeline.Assets;
using Pipeline.Assets.Dispatch;
using Pipeline.Contracts;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Database;

public sealed class MigrationTests
{
    [Fact]
    public void The_migrations_make_the_model_that_the_code_has()
    {
        using var room = new Backroom();
        using var db = room.Open();

        db.Database.HasPendingModelChanges().ShouldBeFalse("run tools/migrate.sh after a change of the model");
    }

    [Fact]
    public async Task Assets_from_before_focal_points_are_kept()
    {
        using var folder = new TempFolder();
        await using var db = new SqliteAssetDbContext(new DbContextOptionsBuilder<SqliteAssetDbContext>()
            .UseSqlite($"Data Source={folder["assets.db"]};Pooling=False").Options);
        await db.Database.MigrateAsync("Initial");
        var id = Guid.CreateVersion7();
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO assets (Id, OwnerId, Status, FileName, ClaimedType, Size, Profile, IncomingKey, CreatedAt, UploadUrlExpiresAt, UpdatedAt,
                Version, Revision, Work, Attempt, DispatchAt, IncomingETag)
            VALUES ({id}, 'ada', 'Queued', 'cat.jpg', 'image/jpeg', 3, 'web', 'uploads/ada/1-00.jpg', 0, 0, 0, 1, 1, 'Queued', 1, 0, 'e1')
            """);

        await db.Database.MigrateAsync();

        var asset = await db.Assets.SingleAsync(a => a.Id == id);
        (asset.Status, asset.FocalPoint, asset.PerceptualHash, asset.ProfileFingerprint).ShouldBe((AssetStatus.Queued, null, null, null));
        DispatchRequest.For(asset).ShouldBeOfType<UploadConfirmed>("somebody still waits for its first variants");
    }
}
