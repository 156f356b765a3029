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

/// <summary>Counters that are wrong become right.</summary>
public abstract class RecountContract : UsageRoom
{
    private protected RecountContract(UsageDatabase database)
        : base(database)
    {
    }

    [Fact]
    public async Task Counters_that_drifted_are_corrected_and_old_days_are_removed()
    {
        await AddAsync(size: 10, owner: "a", tenant: "acme");
        await AddAsync(size: 20, owner: "b", tenant: "acme");
        var gone = await AddAsync(size: 40, owner: "c");
        await ChangeAsync(gone, a => a.Expire(Now));
        await AddAsync(size: 80, owner: "d");
        await using (var db = Open())
        {
            await db.Database.ExecuteSqlRawAsync("UPDATE usage_counters SET \"Bytes\" = 7, \"Files\" = 9 WHERE \"Day\" = 0 AND \"TenantId\" = 'acme'");
            await db.Database.ExecuteSqlRawAsync("DELETE FROM usage_counters WHERE \"Day\" = 0 AND \"TenantId\" = 'default'");
        }

        await RecountAsync(Now.AddDays(1));

        (await StoredAsync("a", "acme")).ShouldBe((1, 10));
        (await StoredAsync("b", "acme")).ShouldBe((1, 20));
        (await StoredAsync(UsageCounter.WholeTenant, "acme")).ShouldBe((2, 30));
        (await StoredAsync("c")).ShouldBe((0, 0));
        (await StoredAsync("d")).ShouldBe((1, 80));
        (await StoredAsync(UsageCounter.WholeTenant)).ShouldBe((1, 80));
        (await TodayAsync("d")).ShouldBe((1, 80));

        await RecountAsync(Now.AddDays(9));
        (await TodayAsync("d")).ShouldBe((0, 0));
        (await StoredAsync("d")).ShouldBe((1, 80));
    }

    [Fact]
    public async Task A_recount_beside_uploads_and_deletions_leaves_the_counters_right()
    {
        var added = new List<Asset>();
        for (var i = 0; i < 20; i++) added.Add(await AddAsync(size: 10, owner: $"user{i % 2}"));
        await using (var db = Open()) await db.Database.ExecuteSqlRawAsync("UPDATE usage_counters SET \"Bytes\" = 1 WHERE \"Day\" = 0");

        await Task.WhenAll(
            Task.WhenAll(added.Select(asset => Task.Run(() => ChangeAsync(asset, a => a.Delete(Now))))),
            Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => AddAsync(size: 7, owner: $"user{i % 2}")))),
            Task.Run(() => RecountAsync(Now)));
        await RecountAsync(Now);

        (await StoredAsync("user0")).ShouldBe((10, 70));
        (await StoredAsync(UsageCounter.WholeTenant)).ShouldBe((20, 140));
    }

    [Fact]
    public async Task An_existing_library_is_counted_by_the_upgrade_once()
    {
        foreach (var (owner, tenant) in (ValueTuple<string, string>[])[("a", "acme"), ("a", "acme"), ("b", "acme"), ("a", "default")]) await AddAsync(size: 10, owner, tenant);
        await ChangeAsync(await AddAsync(size: 40, "b", "acme"), a => a.Expire(Now));
        await using var db = Open();
        await db.UsageCounters.ExecuteDeleteAsync();

        await UsageRecount.CountFirstAsync(db, default);
        await UsageRecount.CountFirstAsync(db, default);

        (await StoredAsync("a", "acme")).ShouldBe((2, 20));
        (await StoredAsync("b", "acme")).ShouldBe((1, 10));
        (await StoredAsync("a")).ShouldBe((1, 10));
    }

    [Fact]
    public async Task Tenants_are_counted_from_their_users_once_a_limit_is_switched_on()
    {
        await using (var db = Open(countsTenants: false))
            foreach (var owner in (string[])["a", "b"]) await Some.Pending(db).TryAddAsync(Some.Upload(Now, owner: owner, size: 10), default);
        (await StoredAsync(UsageCounter.WholeTenant)).ShouldBe((0, 0), "uploads do not wait for each other at a counter that nothing needs");

        await using (var db = Open()) await new UsageRecount(db, new ManualTime(Now), NullLogger<UsageRecount>.Instance).CountTenantsAsync(default);

        (await StoredAsync(UsageCounter.WholeTenant)).ShouldBe((2, 20));
        (await TodayAsync(UsageCounter.WholeTenant)).ShouldBe((2, 20));
        (await TryAddAsync([Some.Upload(Now, owner: "c", size: 10)], Only("tenant_bytes_stored", 25))).ShouldNotBeNull();
    }

    public sealed class OnSqlite() : RecountContract(UsageDatabase.Sqlite());

    public sealed class OnPostgres() : RecountContract(UsageDatabase.Postgres());
}
