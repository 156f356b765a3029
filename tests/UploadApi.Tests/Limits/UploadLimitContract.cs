using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Pipeline.Assets;
using Pipeline.Assets.Batches;
using Pipeline.Assets.Limits;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Postgres;
using Pipeline.Assets.Uploads;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Limits;

/// <summary>Limits hold whatever arrives at once.</summary>
public abstract class UploadLimitContract : UsageRoom
{
    private protected UploadLimitContract(UsageDatabase database)
        : base(database)
    {
    }

    [Theory]
    [InlineData("user_files_per_day", 7)]
    [InlineData("user_bytes_per_day", 70)]
    [InlineData("user_bytes_stored", 79)]
    [InlineData("tenant_files_per_day", 7)]
    [InlineData("tenant_bytes_per_day", 75)]
    [InlineData("tenant_bytes_stored", 70)]
    public async Task Two_hundred_requests_at_once_never_pass_a_limit(string name, long max)
    {
        var limits = Only(name, max);

        // The database of the tests is shared and has a hundred connections.
        using var connections = new SemaphoreSlim(20);
        var refusals = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(async () =>
        {
            await connections.WaitAsync();
            try
            {
                var owner = name.StartsWith("tenant", StringComparison.Ordinal) ? $"user{i % 5}" : Some.Owner;
                return await TryAddAsync([Some.Upload(Now, owner: owner, size: 10)], limits);
            }
            finally
            {
                connections.Release();
            }
        })));

        refusals.Count(refusal => refusal is null).ShouldBe(7);
        refusals.OfType<NotAdded.OverLimit>().Count().ShouldBe(193);
        refusals.OfType<NotAdded.OverLimit>().ShouldAllBe(over => over.Limit.Kind.Name == name && over.Limit.Used <= max && over.Limit.Max == max);
        await using var db = Open();
        (await db.Assets.CountAsync()).ShouldBe(7);
        (await StoredAsync(UsageCounter.WholeTenant)).ShouldBe((7, 70));
    }

    [Theory]
    [InlineData("user_bytes_per_day")]
    [InlineData("user_bytes_stored")]
    [InlineData("tenant_bytes_per_day")]
    [InlineData("tenant_bytes_stored")]
    public async Task An_upload_of_unknown_size_gets_what_is_left_and_returns_the_rest_at_its_confirm(string name)
    {
        var limits = Only(name, 75);
        var uploads = Enumerable.Range(0, 30).Select(_ => Some.Upload(Now, size: 10, sizeIsBound: true)).ToList();
        var refusals = new List<NotAdded?>();
        foreach (var upload in uploads) refusals.Add(await TryAddAsync([upload], limits));

        refusals.Count(refusal => refusal is null).ShouldBe(8);
        uploads.Take(8).Sum(upload => upload.Size).ShouldBe(75);
        (await StoredAsync(UsageCounter.WholeTenant)).ShouldBe((8, 75));
        (await StoredAsync(Some.Owner)).ShouldBe((8, 75));

        await ChangeAsync(uploads[0], a => a.Confirm("e", null, Now, size: 3));
        (await StoredAsync(Some.Owner)).ShouldBe((8, 68));
        (await TodayAsync()).ShouldBe((8, 68));
        await ChangeAsync(uploads[1], a => a.RejectOversize(11, Now));
        (await StoredAsync(Some.Owner)).ShouldBe((7, 58));
    }

    [Fact]
    public async Task Two_hundred_uploads_of_unknown_size_at_once_never_pass_a_limit()
    {
        var limits = Only("tenant_bytes_stored", 75);
        using var connections = new SemaphoreSlim(20);
        var uploads = Enumerable.Range(0, 200).Select(i => Some.Upload(Now, owner: $"user{i % 5}", size: 10, sizeIsBound: true)).ToList();
        var refusals = await Task.WhenAll(uploads.Select(upload => Task.Run(async () =>
        {
            await connections.WaitAsync();
            try
            {
                return await TryAddAsync([upload], limits);
            }
            finally
            {
                connections.Release();
            }
        })));

        refusals.Count(refusal => refusal is null).ShouldBe(8);
        (await StoredAsync(UsageCounter.WholeTenant)).ShouldBe((8, 75));
    }

    [Fact]
    public async Task A_batch_is_counted_as_a_whole_or_not_at_all()
    {
        var limits = Only("user_files_per_day", 5);
        (await TryAddAsync(Batch(3), limits)).ShouldBeNull();
        var refused = (await TryAddAsync(Batch(3), limits)).ShouldBeOfType<NotAdded.OverLimit>().Limit;

        (refused.Used, refused.Requested, refused.Max, refused.ResetsAt).ShouldBe((3, 3, 5, new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero)));
        (await TodayAsync()).ShouldBe((3, 9));
        (await TryAddAsync(Batch(2), limits)).ShouldBeNull();
        (await TryAddAsync(Batch(1), limits)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Days_are_those_of_UTC_and_the_next_one_begins_whole()
    {
        var limits = Only("user_bytes_per_day", 10);
        var (last, first) = (new DateTimeOffset(2026, 3, 1, 23, 59, 59, TimeSpan.Zero), new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero));
        var early = Some.Upload(last, size: 10);
        (await TryAddAsync([early], limits)).ShouldBeNull();
        (await TryAddAsync([Some.Upload(last, size: 1)], limits)).ShouldNotBeNull();

        (await TryAddAsync([Some.Upload(first, size: 10)], limits)).ShouldBeNull();
        await ChangeAsync(early, a => a.Expire(first));

        (await TryAddAsync([Some.Upload(first, size: 1)], limits)).ShouldNotBeNull("what yesterday's upload returns is yesterday's");
        (await TryAddAsync([Some.Upload(last, size: 10)], limits)).ShouldBeNull();
    }

    [Fact]
    public async Task A_tenants_limit_counts_all_its_users_and_no_other_tenant()
    {
        var limits = Only("tenant_bytes_stored", 25);
        (await TryAddAsync([Some.Upload(Now, owner: "a", size: 10, tenant: "acme")], limits)).ShouldBeNull();
        (await TryAddAsync([Some.Upload(Now, owner: "b", size: 10, tenant: "acme")], limits)).ShouldBeNull();
        var full = (await TryAddAsync([Some.Upload(Now, owner: "c", size: 10, tenant: "acme")], limits)).ShouldBeOfType<NotAdded.OverLimit>().Limit;

        (full.Kind.Name, full.Used, full.Max, full.ResetsAt).ShouldBe(("tenant_bytes_stored", 20, 25, null));
        (await TryAddAsync([Some.Upload(Now, owner: "a", size: 25, tenant: "other")], limits)).ShouldBeNull();
    }

    [Fact]
    public async Task A_request_larger_than_a_limit_is_refused_by_an_empty_counter()
    {
        (await TryAddAsync([Some.Upload(Now, size: 11)], Only("user_bytes_stored", 10))).ShouldBeOfType<NotAdded.OverLimit>().Limit.Used.ShouldBe(0);

        await using var db = Open();
        (await db.UsageCounters.CountAsync()).ShouldBe(0);
        (await db.Assets.CountAsync()).ShouldBe(0);
    }

    public sealed class OnSqlite() : UploadLimitContract(UsageDatabase.Sqlite());

    public sealed class OnPostgres() : UploadLimitContract(UsageDatabase.Postgres());

    /// <summary>Requests that come together share transactions, as those of one instance do.</summary>
    public sealed class InGroups() : UploadLimitContract(UsageDatabase.Postgres())
    {
        private readonly Dictionary<LimitsOptions, UploadGroups> _groups = [];

        private protected override UploadGroups? GroupsOf(LimitsOptions limits)
        {
            lock (_groups)
            {
                if (_groups.TryGetValue(limits, out var known)) return known;
                using var db = Open();
                return _groups[limits] = new UploadGroups(new PostgresUploadRows(db), Options.Create(new UploadOptions()), Options.Create(limits), TimeProvider.System) { CountsTenants = true };
            }
        }
    }
}
