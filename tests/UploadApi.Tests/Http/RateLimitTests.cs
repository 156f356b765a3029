using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Assets;
using Pipeline.Assets.RateLimiting;
using Pipeline.TestKit;
using Pipeline.UploadApi.Http;

namespace Pipeline.UploadApi.Tests.Http;

public sealed class RateLimitTests
{
    private readonly ManualTime _time = new();
    private readonly MemoryRateBuckets _buckets;
    private RateAllowance _allowance = new(PerMinute: 2, Burst: 0);

    public RateLimitTests() => _buckets = new MemoryRateBuckets(_time);

    [Fact]
    public async Task The_reset_counts_down_to_the_end_of_the_minute()
    {
        (await TakeAsync()).ShouldBe(new RateGrant(true, 1, 60));
        _time.Advance(TimeSpan.FromSeconds(10.5));
        (await TakeAsync()).ShouldBe(new RateGrant(true, 0, 50));
        (await TakeAsync()).ShouldBe(new RateGrant(false, 0, 50));
        _time.Advance(TimeSpan.FromSeconds(49.4));
        (await TakeAsync()).ShouldBe(new RateGrant(false, 0, 1));

        _time.Advance(TimeSpan.FromSeconds(0.1));
        (await TakeAsync()).ShouldBe(new RateGrant(true, 1, 60));
    }

    [Fact]
    public async Task Who_asks_all_the_time_is_served_again_in_the_next_minute()
    {
        var allowed = 0;
        for (var second = 0; second < 120; second++)
        {
            if ((await TakeAsync()).IsAllowed) allowed++;
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        allowed.ShouldBe(4);
    }

    [Fact]
    public async Task The_headers_tell_limit_rest_and_reset()
    {
        (await AskAsync()).Headers.ShouldBe(("2", "1", "60", ""));
        _time.Advance(TimeSpan.FromSeconds(20));
        (await AskAsync()).Headers.ShouldBe(("2", "0", "40", ""));

        var (headers, answer) = await AskAsync();

        headers.ShouldBe(("2", "0", "40", "40"));
        Detail(answer).ShouldBe("Each user may send 2 requests of this kind per minute. Try again in 40 s; the server's operator can allow more with `Uploads:RateLimit:PerMinute`.");
    }

    [Fact]
    public async Task A_burst_is_part_of_what_is_told()
    {
        _allowance = new RateAllowance(PerMinute: 2, Burst: 1);
        (await AskAsync()).Headers.ShouldBe(("3", "2", "60", ""));
        for (var i = 0; i < 2; i++) (await AskAsync()).Answer.ShouldBe("served");

        Detail((await AskAsync()).Answer).ShouldStartWith("Each user may send 2 requests of this kind per minute, and 1 more after a pause. Try again in 60 s;");
    }

    [Fact]
    public async Task A_request_for_several_counts_as_several_and_at_most_as_a_full_bucket()
    {
        _allowance = new RateAllowance(PerMinute: 5, Burst: 0);
        (await AskAsync(count: 3)).Headers.ShouldBe(("5", "2", "60", ""));

        var (headers, answer) = await AskAsync(count: 3);
        headers.ShouldBe(("5", "2", "60", "60"));
        Detail(answer).ShouldNotBeNull().ShouldContain("This one counts as 3.");

        _time.Advance(TimeSpan.FromMinutes(1));
        (await AskAsync(count: 100)).Headers.ShouldBe(("5", "0", "60", ""), "or it could never be served");
    }

    private ValueTask<RateGrant> TakeAsync() => _buckets.TakeAsync("presign", new Caller("ada"), _allowance, 1, default);

    private static string? Detail(object? answer)
    {
        answer.ShouldBeAssignableTo<IStatusCodeHttpResult>()!.StatusCode.ShouldBe(429);
        return answer.ShouldBeAssignableTo<IValueHttpResult>()!.Value.ShouldBeOfType<ProblemDetails>().Detail;
    }

    private async Task<((string Limit, string Remaining, string Reset, string RetryAfter) Headers, object? Answer)> AskAsync(int count = 1)
    {
        await using var services = new ServiceCollection().AddSingleton<IRateBuckets>(_buckets).BuildServiceProvider();
        var context = new DefaultHttpContext { User = new ClaimsPrincipal(new ClaimsIdentity([new Claim("userId", "ada")])), RequestServices = services };
        var limit = new RateLimit("presign", () => _allowance, "Uploads:RateLimit:PerMinute");
        var answer = await limit.InvokeAsync(EndpointFilterInvocationContext.Create(context), _ => ValueTask.FromResult<object?>("served"), count);
        var headers = context.Response.Headers;
        return ((headers["RateLimit-Limit"]!, headers["RateLimit-Remaining"]!, headers["RateLimit-Reset"]!, headers.RetryAfter.ToString()), answer);
    }
}
