using Microsoft.AspNetCore.Http;

namespace Pipeline.Cli.Tests;

/// <summary>Rate limits, busy servers and broken connections.</summary>
public sealed class PersistenceTests : ScriptedApiTests
{
    [Fact]
    public async Task A_rate_limit_is_waited_out_as_long_as_the_server_says_and_explained_in_its_words()
    {
        Once("/api/upload/presigned-urls", context => Answer(context, 429, "42"));

        (await Run.AgainstAsync(Api, "upload", Run.Photo())).ShouldBe(ExitCode.Done);

        Run.Waits[0].ShouldBe(TimeSpan.FromSeconds(42));
        Run.ErrorLines[0].ShouldBe("pipeline: rate limited, waiting 42 s: Slow down. `Uploads:RateLimit:PerMinute` allows more.");
        Api.Count("POST /api/upload/presigned-urls").ShouldBe(2);
    }

    [Fact]
    public async Task A_rate_limit_that_comes_again_is_announced_without_its_reason()
    {
        var left = 2;
        Api.Instead = context => context.Request.Path == "/api/upload/presigned-urls" && Interlocked.Decrement(ref left) >= 0 ? Answer(context, 429, $"{40 + left}") : null;

        (await Run.AgainstAsync(Api, "upload", Run.Photo(), "--no-wait")).ShouldBe(ExitCode.Done);

        Run.ErrorLines[0].ShouldStartWith("pipeline: rate limited, waiting 41 s: Slow down.");
        Run.ErrorLines[1].ShouldBe("pipeline: rate limited, waiting 40 s");
    }

    [Fact]
    public async Task A_rate_limit_may_also_name_a_date()
    {
        var at = Run.Clock.GetUtcNow().AddSeconds(17).ToString("R");
        Once("/api/upload/presigned-urls", context => Answer(context, 429, at));

        (await Run.AgainstAsync(Api, "upload", Run.Photo())).ShouldBe(ExitCode.Done);

        Run.Waits[0].ShouldBe(TimeSpan.FromSeconds(17));
    }

    [Theory]
    [InlineData("86400", 120)]
    [InlineData("-5", 5)]
    [InlineData("Thu, 01 Jan 1970 00:00:00 GMT", 0)]
    public async Task A_wait_that_makes_no_sense_is_bounded(string retryAfter, int seconds)
    {
        Once("/api/upload/presigned-urls", context => Answer(context, 429, retryAfter));

        (await Run.AgainstAsync(Api, "upload", Run.Photo(), "--no-wait")).ShouldBe(ExitCode.Done);

        Run.ErrorLines[0].ShouldStartWith($"pipeline: rate limited, waiting {seconds} s:");
        Run.Waits.Aggregate(TimeSpan.Zero, (sum, wait) => sum + wait).ShouldBe(TimeSpan.FromSeconds(seconds));
    }

    [Fact]
    public async Task A_limit_that_never_ends_ends_the_command_with_the_servers_words()
    {
        Api.Instead = context => Answer(context, 429, "1");

        (await Run.AgainstAsync(Api, "assets")).ShouldBe(ExitCode.Refused);

        Run.ErrorLines[^1].ShouldBe("pipeline: Slow down. `Uploads:RateLimit:PerMinute` allows more. (slow)");
    }

    [Fact]
    public async Task A_busy_server_is_waited_for()
    {
        Once("/api/upload/presigned-urls", context => Answer(context, 503, "3"));

        (await Run.AgainstAsync(Api, "upload", Run.Photo())).ShouldBe(ExitCode.Done);

        Run.ErrorLines[0].ShouldBe("pipeline: server busy, waiting 3 s: Slow down. `Uploads:RateLimit:PerMinute` allows more.");
    }

    [Fact]
    public async Task A_lost_answer_to_confirm_and_to_a_look_is_asked_for_again()
    {
        Once("/api/upload/confirm", Break);
        (await Run.AgainstAsync(Api, "upload", Run.Photo())).ShouldBe(ExitCode.Done);
        Api.Count("POST /api/upload/confirm").ShouldBe(2);

        var id = Api.Uploads.Keys.Single();
        Once($"/api/assets/{id}", Break);
        (await Run.AgainstAsync(Api, "upload", Run.Photo())).ShouldBe(ExitCode.Done);
    }

    [Fact]
    public async Task A_lost_answer_to_a_presign_is_asked_for_again_with_the_same_key_and_no_other_request_has_it()
    {
        var keys = new System.Collections.Concurrent.ConcurrentQueue<string?>();
        var breaks = 2;
        Api.Instead = context =>
        {
            if (context.Request.Path != "/api/upload/presigned-urls") return null;
            keys.Enqueue(context.Request.Headers["Idempotency-Key"]);
            return Interlocked.Decrement(ref breaks) >= 0 ? Break(context) : null;
        };

        (await Run.AgainstAsync(Api, "upload", Run.Photo())).ShouldBe(ExitCode.Done);
        (await Run.AgainstAsync(Api, "upload", Run.Photo())).ShouldBe(ExitCode.Done);

        keys.Count.ShouldBe(4);
        keys.Take(3).Distinct().ShouldHaveSingleItem().ShouldNotBeNull().ShouldMatch("^\"[0-9a-f-]{36}\"$");
        keys.Last().ShouldNotBe(keys.First());
    }

    [Fact]
    public async Task A_presign_that_still_runs_on_the_server_is_asked_for_again_after_the_wait_that_it_names()
    {
        Once("/api/upload/presigned-urls", context => Coded(context, 409, "idempotency_in_progress", "A request with the same key is being handled.", "1"));

        (await Run.AgainstAsync(Api, "upload", Run.Photo())).ShouldBe(ExitCode.Done);

        Api.Count("POST /api/upload/presigned-urls").ShouldBe(2);
        Run.Waits.ShouldHaveSingleItem().ShouldBe(TimeSpan.FromSeconds(1));
    }

    [Theory]
    [InlineData(429, "quota_exceeded", "36000")]
    [InlineData(403, "storage_full", null)]
    public async Task A_limit_that_is_used_up_is_told_at_once_for_each_file_by_few_requests(int status, string code, string? retryAfter)
    {
        const string Words = "You have announced 5 of 5 files today (UTC). Try again after 2026-02-01T00:00:00Z.";
        Api.Instead = context => context.Request.Path == "/api/upload/presigned-urls" ? Coded(context, status, code, Words, retryAfter) : null;
        string[] photos = [.. Enumerable.Range(0, 20).Select(n => Run.Photo($"{n}.jpg", 1000 + n))];

        (await Run.AgainstAsync(Api, ["upload", .. photos, "--concurrency", "1"])).ShouldBe(ExitCode.Refused);

        Run.Error.ShouldContain("Try again after 2026-02-01T00:00:00Z");
        Run.Waits.ShouldBeEmpty();
        Api.Count("POST /api/upload/presigned-urls").ShouldBe(2, "one for all, and one for the first alone");
    }

    [Fact]
    public async Task A_confirm_that_is_never_answered_is_told_as_not_confirmed()
    {
        Api.Instead = context => context.Request.Path == "/api/upload/confirm" ? Break(context) : null;

        (await Run.AgainstAsync(Api, "upload", Run.Photo())).ShouldBe(ExitCode.Unreachable);

        Api.Count("POST /api/upload/confirm").ShouldBe(4);
        Run.Out.ShouldContain("not confirmed");
        Run.ErrorLines[^1].ShouldContain("the connection broke");
    }

    [Fact]
    public async Task A_put_that_breaks_is_sent_again_from_its_first_byte()
    {
        var breaks = 2;
        Api.Instead = context => context.Request.Method == "PUT" && Interlocked.Decrement(ref breaks) >= 0 ? Break(context) : null;
        var photo = Run.Photo("p.jpg", 3_000_000);

        (await Run.AgainstAsync(Api, "upload", photo)).ShouldBe(ExitCode.Done);

        Api.Count("PUT").ShouldBe(3);
        Api.Uploads.Values.Single().Put!.Holds(await File.ReadAllBytesAsync(photo)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_put_is_tried_three_times_and_no_more()
    {
        Api.Instead = context => context.Request.Method == "PUT" ? Results.StatusCode(500) : null;

        (await Run.AgainstAsync(Api, "upload", Run.Photo())).ShouldBe(ExitCode.Unreachable);

        Api.Count("PUT").ShouldBe(3);
        Api.Count("POST /api/upload/confirm").ShouldBe(0);
    }

    [Theory]
    [InlineData(ExitCode.Done, 5, "break", "wait", "break", "wait")]
    [InlineData(ExitCode.Unreachable, 5, "break", "wait", "break", "wait", "break")]
    public async Task A_wait_that_the_storage_asks_for_counts_as_no_attempt(int status, int puts, params string[] faults)
    {
        var left = new Queue<string>(faults);
        Api.Instead = context => context.Request.Method != "PUT" || !left.TryDequeue(out var fault) ? null
            : fault == "break" ? Break(context) : Answer(context, 503, "2");

        (await Run.AgainstAsync(Api, "upload", Run.Photo())).ShouldBe(status);

        Api.Count("PUT").ShouldBe(puts);
        Run.Waits.Count(wait => wait == TimeSpan.FromSeconds(2)).ShouldBe(2);
    }

    [Fact]
    public async Task A_put_that_arrived_although_its_answer_did_not_goes_on_to_confirm()
    {
        var puts = 0;
        Api.Instead = context => context.Request.Method != "PUT" ? null : Interlocked.Increment(ref puts) == 1 ? Break(context) : Results.StatusCode(412);

        (await Run.AgainstAsync(Api, "upload", Run.Photo())).ShouldBe(ExitCode.Done);

        Api.Count("PUT").ShouldBe(2);
    }

    [Fact]
    public async Task A_refusal_by_the_storage_names_its_code_and_not_the_signed_request()
    {
        Api.Instead = context => context.Request.Method != "PUT" ? null : Results.Text(
            $"<Error><Code>SignatureDoesNotMatch</Code><StringToSign>{ScriptedApi.Signature}</StringToSign></Error>", "application/xml", statusCode: 403);

        (await Run.AgainstAsync(Api, "upload", Run.Photo())).ShouldBe(ExitCode.Unreachable);

        Run.Error.ShouldContain("status 403 SignatureDoesNotMatch");
        Api.Count("PUT").ShouldBe(1);
    }

    private void Once(string path, Func<HttpContext, IResult> answer)
    {
        var left = 1;
        Api.Instead = context => context.Request.Path == path && Interlocked.Decrement(ref left) >= 0 ? answer(context) : null;
    }

    private static IResult Answer(HttpContext context, int status, string retryAfter)
    {
        context.Response.Headers.RetryAfter = retryAfter;
        return Results.Json(new { detail = "Slow down. `Uploads:RateLimit:PerMinute` allows more.", code = "slow" }, statusCode: status);
    }

    private static IResult Coded(HttpContext context, int status, string code, string detail, string? retryAfter)
    {
        if (retryAfter is not null) context.Response.Headers.RetryAfter = retryAfter;
        return Results.Json(new { detail, code }, statusCode: status);
    }

    private static IResult Break(HttpContext context)
    {
        context.Abort();
        return Results.Empty;
    }
}
