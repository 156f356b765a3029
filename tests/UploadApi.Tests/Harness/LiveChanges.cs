using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Assets;
using Pipeline.Assets.Batches;
using Pipeline.Assets.Persistence;
using Pipeline.Storage;
using Pipeline.TestKit;

namespace Pipeline.UploadApi.Tests.Harness;

/// <summary>Changes of rows in a running host, which sends their events.</summary>
internal static class LiveChanges
{
    public static async Task<Asset> ChangeAsync(IServiceProvider services, Guid id, Func<Asset, bool> change)
    {
        await using var scope = services.CreateAsyncScope();
        var (asset, changed) = (await scope.ServiceProvider.GetRequiredService<AssetStore>().ChangeAsync(id, change, default)).ShouldNotBeNull();
        changed.ShouldBeTrue();
        return asset;
    }

    /// <summary>The ids of a user's events, the oldest first, once there are so many.</summary>
    public static async Task<List<string>> EventIdsAsync(ApiHost api, string user, int count)
    {
        List<string> ids = [];
        await Eventually.True(
            async () =>
            {
                ids = [.. (await api.GetAsync("/api/events", user)).Json["events"]!.AsArray().Select(e => e!["id"]!.ToString())];
                return ids.Count >= count;
            },
            $"{count} events are numbered");
        ids.Count.ShouldBe(count);
        return ids;
    }

    /// <summary>Adds a batch of uploads that are not confirmed.</summary>
    public static async Task<(Guid Id, IReadOnlyList<Asset> Assets)> AddBatchAsync(IServiceProvider services, string owner, int count)
    {
        var now = TimeProvider.System.GetUtcNow();
        var batch = new Batch(Guid.CreateVersion7(now), new Caller(owner), count, now);
        List<Asset> assets = [.. Enumerable.Range(0, count).Select(i => Upload(owner, now, batch.Id, i))];
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AssetDbContext>();
        db.Batches.Add(batch);
        db.Assets.AddRange(assets);
        await db.SaveChangesAsync();
        return (batch.Id, assets);
    }

    private static Asset Upload(string owner, DateTimeOffset now, Guid batchId, int index)
    {
        var id = Guid.CreateVersion7(now);
        return Asset.Request(
            new NewUpload
            {
                Id = id,
                TenantId = Caller.DefaultTenant,
                OwnerId = owner,
                BatchId = batchId,
                BatchIndex = index,
                FileName = $"{index}.jpg",
                ContentType = "image/jpeg",
                Size = 3,
                Profile = "web",
                Key = ObjectKey.Incoming(owner, now, RandomNumberGenerator.GetBytes(8), ".jpg").Value,
                UrlExpiresAt = now + Some.UrlLife,
            },
            now);
    }
}
