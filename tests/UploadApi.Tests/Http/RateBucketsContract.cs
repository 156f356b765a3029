using Microsoft.EntityFrameworkCore;
using Pipeline.Assets;
using Pipeline.Assets.Postgres;
using Pipeline.Assets.RateLimiting;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Http;

/// <summary>The contract of every implementation of the port.</summary>
public abstract class RateBucketsContract
{
    private const string Kind = "presign";

    private static readonly RateAllowance Two = new(PerMinute: 2, Burst: 0);
    private static readonly RateAllowance TwoAndThree = new(PerMinute: 2, Burst: 3);

    [Fact]
    public async Task So_many_are_allowed_and_then_none_until_the_minute_is_over()
    {
        (await AllowedAsync(Two)).ShouldBe(2);
        await PassAsync(TimeSpan.FromMinutes(1));
        (await AllowedAsync(Two)).ShouldBe(2);
    }

    [Fact]
    public async Task A_refusal_tells_when_more_come_back_and_costs_nothing()
    {
        await AllowedAsync(Two);
        for (var i = 0; i < 3; i++)
        {
            var refused = await TakeAsync(Two);
            (refused.IsAllowed, refused.Remaining).ShouldBe((false, 0));
            refused.ResetSeconds.ShouldBeInRange(1, 60);
        }

        await PassAsync(TimeSpan.FromMinutes(1));
        (await TakeAsync(Two)).ShouldBe(new RateGrant(true, 1, 60));
    }

    [Fact]
    public async Task Several_are_taken_together_or_not_at_all()
    {
        (await TakeAsync(TwoAndThree, requests: 3)).ShouldBe(new RateGrant(true, 2, 60));
        for (var i = 0; i < 2; i++)
        {
            var refused = await TakeAsync(TwoAndThree, requests: 3);
            (refused.IsAllowed, refused.Remaining).ShouldBe((false, 2), "what is left stays");
        }

        (await AllowedAsync(TwoAndThree)).ShouldBe(2);
        await PassAsync(TimeSpan.FromMinutes(2));
        (await TakeAsync(TwoAndThree, requests: 4)).Remaining.ShouldBe(0);
    }

    [Fact]
    public async Task A_refusal_of_several_neither_fills_a_bucket_nor_empties_it()
    {
        await TakeAsync(TwoAndThree, requests: 2);
        (await TakeAsync(TwoAndThree, requests: 5)).IsAllowed.ShouldBeFalse();

        await ForgetAsync(TwoAndThree);
        (await CountAsync()).ShouldBe(1, "it is not full");
        await PassAsync(TimeSpan.FromMinutes(1));
        (await AllowedAsync(TwoAndThree)).ShouldBe(5);
    }

    [Fact]
    public async Task A_burst_can_be_spent_at_once_and_then_each_minute_brings_its_own()
    {
        (await AllowedAsync(TwoAndThree)).ShouldBe(5);
        await PassAsync(TimeSpan.FromMinutes(1));
        (await AllowedAsync(TwoAndThree)).ShouldBe(2);
    }

    [Fact]
    public async Task What_is_not_spent_is_saved_up_to_the_burst_and_no_further()
    {
        await AllowedAsync(TwoAndThree);
        await PassAsync(TimeSpan.FromMinutes(2));
        (await AllowedAsync(TwoAndThree)).ShouldBe(4);
        await PassAsync(TimeSpan.FromDays(900));
        (await AllowedAsync(TwoAndThree)).ShouldBe(5);
    }

    [Fact]
    public async Task Users_and_kinds_have_their_own()
    {
        await AllowedAsync(Two);

        (await TakeAsync(Two, user: "eve")).IsAllowed.ShouldBeTrue();
        (await TakeAsync(Two, kind: "confirm")).IsAllowed.ShouldBeTrue();
        (await TakeAsync(Two, tenant: "acme")).IsAllowed.ShouldBeTrue("another tenant's user may have the same id");
    }

    [Fact]
    public async Task A_limit_that_was_lowered_holds_at_once()
    {
        await TakeAsync(new RateAllowance(PerMinute: 100, Burst: 0));

        (await AllowedAsync(Two)).ShouldBeLessThanOrEqualTo(2);
    }

    [Fact]
    public async Task Of_many_that_come_at_once_as_many_are_allowed_as_one_after_the_other()
    {
        var grants = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => Task.Run(() => TakeAsync(TwoAndThree).AsTask())));

        grants.Count(grant => grant.IsAllowed).ShouldBe(5);
        grants.Where(grant => grant.IsAllowed).Select(grant => grant.Remaining).Order().ShouldBe([0, 1, 2, 3, 4]);
    }

    [Fact]
    public async Task Only_what_is_full_again_is_forgotten()
    {
        await AllowedAsync(TwoAndThree);
        await ForgetAsync(TwoAndThree);
        (await TakeAsync(TwoAndThree)).IsAllowed.ShouldBeFalse();

        await PassAsync(TimeSpan.FromMinutes(3));
        await ForgetAsync(TwoAndThree);
        (await CountAsync()).ShouldBe(0);
        (await AllowedAsync(TwoAndThree)).ShouldBe(5);
    }

    private protected abstract ValueTask<RateGrant> TakeAsync(RateAllowance allowance, string user = "ada", string kind = Kind, string tenant = Caller.DefaultTenant, int requests = 1);

    private protected abstract Task ForgetAsync(RateAllowance allowance);

    private protected abstract Task PassAsync(TimeSpan time);

    private protected abstract Task<int> CountAsync();

    private async Task<int> AllowedAsync(RateAllowance allowance)
    {
        var allowed = 0;
        while ((await TakeAsync(allowance)).IsAllowed) allowed++;
        return allowed;
    }

    public sealed class InMemory : RateBucketsContract
    {
        private readonly ManualTime _time = new();
        private readonly MemoryRateBuckets _buckets;

        public InMemory() => _buckets = new MemoryRateBuckets(_time);

        private protected override ValueTask<RateGrant> TakeAsync(RateAllowance allowance, string user = "ada", string kind = Kind, string tenant = Caller.DefaultTenant, int requests = 1) => _buckets.TakeAsync(kind, new Caller(tenant, user, new HashSet<string>()), allowance, requests, default);

        private protected override async Task ForgetAsync(RateAllowance allowance) => await _buckets.ForgetFullAsync(Kind, allowance, default);

        private protected override Task PassAsync(TimeSpan time)
        {
            _time.Advance(time);
            return Task.CompletedTask;
        }

        private protected override Task<int> CountAsync() => Task.FromResult(_buckets.Count);
    }

    /// <summary>On the PostgreSQL of <c>./services.sh</c>; each request has its own connection, like requests of several instances.</summary>
    public sealed class Postgres : RateBucketsContract, IAsyncLifetime
    {
        private readonly OwnPostgres _postgres = new();

        public async Task InitializeAsync()
        {
            await using var db = _postgres.Open();
            await db.Database.MigrateAsync();
        }

        public Task DisposeAsync() => _postgres.DropAsync();

        private protected override async ValueTask<RateGrant> TakeAsync(RateAllowance allowance, string user = "ada", string kind = Kind, string tenant = Caller.DefaultTenant, int requests = 1)
        {
            return await new PostgresRateBuckets(() => _postgres.Connection).TakeAsync(kind, new Caller(tenant, user, new HashSet<string>()), allowance, requests, default);
        }

        private protected override async Task ForgetAsync(RateAllowance allowance)
        {
            await new PostgresRateBuckets(() => _postgres.Connection).ForgetFullAsync(Kind, allowance, default);
        }

        private protected override async Task PassAsync(TimeSpan time)
        {
            await using var db = _postgres.Open();
            await db.Database.ExecuteSqlAsync($"""UPDATE rate_buckets SET "FilledAt" = "FilledAt" - {time}""");
        }

        private protected override async Task<int> CountAsync()
        {
            await using var db = _postgres.Open();
            return await db.Set<RateBucket>().CountAsync();
        }
    }
}
