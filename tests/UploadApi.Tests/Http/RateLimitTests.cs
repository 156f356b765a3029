using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Pipeline.TestKit;
using Pipeline.UploadApi.Http;

namespace Pipeline.UploadApi.Tests.Http;

public sealed class RateLimitTests
{
    private readonly ManualTime _time = new();
    private readonly RateLimit _limit;

    public RateLimitTests() => _limit = new RateLimit(() => 2, "Uploads:RateLimit:PerMinute", _time);

    [Fact]
    public void So_many_are_allowed_and_then_none_until_the_minute_is_over()
    {
        _limit.Take("ada").ShouldBe((true, 1, 60));
        _time.Advance(TimeSpan.FromSeconds(10.5));
        _limit.Take("ada").ShouldBe((true, 0, 50));
        _limit.Take("ada").ShouldBe((false, 0, 50));
        _time.Advance(TimeSpan.FromSeconds(49.4));
        _limit.Take("ada").ShouldBe((false, 0, 1));

        _time.Advance(TimeSpan.FromSeconds(0.1));
        _limit.Take("ada").ShouldBe((true, 1, 60));
    }

    [Fact]
    public void One_user_does_not_use_up_anothers_share()
    {
        for (var i = 0; i < 5; i++) _limit.Take("eve");

        _limit.Take("ada").Allowed.ShouldBeTrue();
    }

    [Fact]
    public void Who_asks_all_the_time_is_served_again_in_the_next_minute()
    {
        var allowed = 0;
        for (var second = 0; second < 120; second++)
        {
            if (_limit.Take("eve").Allowed) allowed++;
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
        answer.ShouldBeAssignableTo<IStatusCodeHttpResult>()!.StatusCode.ShouldBe(429);
        answer.ShouldBeAssignableTo<IValueHttpResult>()!.Value.ShouldBeOfType<ProblemDetails>().Detail
            .ShouldBe("Each user may send 2 requests of this kind in a minute. Try again in 40 s; whoever runs the server can allow more by `Uploads:RateLimit:PerMinute`.");
    }

    private async Task<((string Limit, string Remaining, string Reset, string RetryAfter) Headers, object? Answer)> AskAsync()
    {
        var context = new DefaultHttpContext { User = new ClaimsPrincipal(new ClaimsIdentity([new Claim("userId", "ada")])) };
        var answer = await _limit.InvokeAsync(EndpointFilterInvocationContext.Create(context), _ => ValueTask.FromResult<object?>("served"));
        var headers = context.Response.Headers;
        return ((headers["RateLimit-Limit"]!, headers["RateLimit-Remaining"]!, headers["RateLimit-Reset"]!, headers.RetryAfter.ToString()), answer);
    }
}
