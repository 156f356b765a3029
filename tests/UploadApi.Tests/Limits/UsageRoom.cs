using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Assets;
using Pipeline.Assets.Batches;
using Pipeline.Assets.Limits;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Uploads;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Limits;

/// <summary>Uploads with their counters, on each database.</summary>
public abstract class UsageRoom : IAsyncLifetime
{
    private readonly UsageDatabase _database;

    private protected UsageRoom(UsageDatabase database) => _database = database;

    private protected static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public Task InitializeAsync() => _database.MigrateAsync();

    public async Task DisposeAsync() => await _database.DisposeAsync();

    private protected AssetDbContext Open(bool countsTenants = true)
    {
        var db = _database.Open();
        db.CountsTenants = countsTenants;
        return db;
    }

    private protected static LimitsOptions Only(string name, long max)
    {
        var limits = new LimitsOptions();
        UserLimits subject = name.StartsWith("tenant", StringComparison.Ordinal) ? limits.Tenant : limits.User;
        if (name.EndsWith("files_per_day", StringComparison.Ordinal)) subject.FilesPerDay = max;
        else if (name.EndsWith("bytes_per_day", StringComparison.Ordinal)) subject.BytesPerDay = max;
        else subject.BytesStored = max;
        return limits;
    }

    private protected static Asset[] Batch(int files)
    {
        var id = Guid.CreateVersion7(Now);
        return [.. Enumerable.Range(0, files).Select(i => Some.Upload(Now, batchId: id, batchIndex: i))];
    }

    private protected virtual UploadGroups? GroupsOf(LimitsOptions limits) => null;

    private protected async Task<NotAdded?> TryAddAsync(Asset[] uploads, LimitsOptions limits)
    {
        await using var db = Open();
        var batch = uploads[0].BatchId is { } id ? new Batch(id, new Caller(Some.Owner), uploads.Length, Now) : null;
        return await Some.Pending(db, limits: limits, groups: GroupsOf(limits)).TryAddAsync(uploads, batch, default);
    }

    private protected async Task<Asset> AddAsync(long size, string owner = Some.Owner, string tenant = Caller.DefaultTenant)
    {
        var asset = Some.Upload(Now, owner: owner, size: size, tenant: tenant);
        (await TryAddAsync([asset], new LimitsOptions())).ShouldBeNull();
        return asset;
    }

    private protected async Task ChangeAsync(Asset asset, Func<Asset, bool> change)
    {
        await using var db = Open();
        await new AssetStore(db).ChangeAsync(asset.Id, change, default);
    }

    private protected async Task RecountAsync(DateTimeOffset now)
    {
        await using var db = Open();
        await new UsageRecount(db, new ManualTime(now), NullLogger<UsageRecount>.Instance).RunAsync(default);
    }

    private protected Task<(long Files, long Bytes)> StoredAsync(string user = Some.Owner, string tenant = Caller.DefaultTenant) => CountedAsync(user, tenant, UsageCounter.Stored);

    private protected Task<(long Files, long Bytes)> TodayAsync(string user = Some.Owner) => CountedAsync(user, Caller.DefaultTenant, UsageCounter.DayOf(Now));

    private protected async Task<(long Files, long Bytes)> CountedAsync(string user, string tenant, int day)
    {
        await using var db = Open();
        return await db.UsageCounters.AsNoTracking().SingleOrDefaultAsync(c => c.TenantId == tenant && c.UserId == user && c.Day == day) is { } counter
            ? (counter.Files, counter.Bytes)
            : (0, 0);
    }
}
