using Microsoft.AspNetCore.Http;

namespace Pipeline.Cli.Tests;

/// <summary>The verbs of operators against an API that a test scripts.</summary>
public sealed class OperatorCommandTests : IAsyncLifetime
{
    private const string Origin = "https://app.example.com";
    private readonly CliRun _run = new() { RealTime = true };
    private readonly Dictionary<string, Func<HttpContext, IResult>> _routes = new(StringComparer.Ordinal);
    private ScriptedApi _api = null!;

    public async Task InitializeAsync()
    {
        _api = await ScriptedApi.StartAsync();
        _routes["GET /health/live"] = _ => Results.Ok(new { status = "healthy" });
        _routes["POST /api/admin/doctor"] = _ => Results.Ok(Report([]));
        _routes["OPTIONS /api/upload/presigned-url"] = context => Allowed(context, "POST", "authorization,content-type");
        _routes["OPTIONS /store/preflight"] = context => Allowed(context, "PUT", "*");
        _api.Instead = context => _routes.GetValueOrDefault($"{context.Request.Method} {context.Request.Path}")?.Invoke(context);
    }

    public async Task DisposeAsync()
    {
        await _api.DisposeAsync();
        _run.Dispose();
    }

    [Fact]
    public async Task A_healthy_installation_has_a_line_for_each_check()
    {
        (await _run.AgainstAsync(_api, "doctor")).ShouldBe(ExitCode.Done);

        foreach (var line in (string[])["ok      server:", "ok      clock:", "ok      token: It has the role operator.", $"ok      cors API from {Origin}:", $"ok      cors bucket from {Origin}:", "skipped rights: none"])
            _run.Out.ShouldContain(line);
    }

    [Fact]
    public async Task A_failed_check_of_the_server_gives_exit_code_1_and_its_fix()
    {
        _routes["POST /api/admin/doctor"] = _ => Results.Ok(Report([new { check = "queues", status = "fail", detail = "Nobody reads it.", fix = "Start a worker." }]));

        (await _run.AgainstAsync(_api, "doctor", "--json")).ShouldBe(ExitCode.Refused);

        _run.Document.GetProperty("status").GetString().ShouldBe("fail");
        _run.Document.GetProperty("findings").EnumerateArray().Single(f => f.GetProperty("check").GetString() == "queues").GetProperty("fix").GetString().ShouldBe("Start a worker.");
    }

    [Theory]
    [InlineData("https://other.example.com", "PUT", "*", 200)]
    [InlineData(Origin, "GET", "*", 200)]
    [InlineData(Origin, "PUT", "x-other", 200)]
    [InlineData(Origin, "PUT", "*", 403)]
    [InlineData("", "PUT", "*", 200)]
    public async Task A_bucket_whose_CORS_rule_a_browser_would_not_accept_fails(string origin, string methods, string headers, int status)
    {
        _routes["OPTIONS /store/preflight"] = context => Allowed(context, methods, headers, origin, status);

        (await _run.AgainstAsync(_api, "doctor")).ShouldBe(ExitCode.Refused);

        _run.Out.ShouldContain($"fail    cors bucket from {Origin}:");
        _run.Out.ShouldContain($"→ Set the bucket's CORS rule: pipeline cors --apply --origin {Origin}");
    }

    [Fact]
    public async Task A_proxy_that_answers_preflight_requests_itself_fails()
    {
        _routes["OPTIONS /api/upload/presigned-url"] = _ => Results.NoContent();

        (await _run.AgainstAsync(_api, "doctor")).ShouldBe(ExitCode.Refused);
        _run.Out.ShouldContain($"fail    cors API from {Origin}:");
    }

    [Theory]
    [InlineData(403, "forbidden", ExitCode.Refused)]
    [InlineData(401, "unauthorized", ExitCode.Usage)]
    [InlineData(500, "internal_error", ExitCode.Unreachable)]
    public async Task A_refused_token_is_a_finding(int status, string code, int exitCode)
    {
        _routes["POST /api/admin/doctor"] = _ => Results.Json(new { code, detail = "No.", status }, statusCode: status, contentType: "application/problem+json");

        (await _run.AgainstAsync(_api, "doctor")).ShouldBe(exitCode);
        _run.Out.ShouldContain("fail    token:");
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_a_finding_too()
    {
        _run.Variables["PIPELINE_SERVER"] = "http://127.0.0.1:1";
        (await _run.RunAsync("doctor")).ShouldBe(ExitCode.Unreachable);
        _run.Out.ShouldContain("fail    server:");
    }

    [Theory]
    [InlineData(0, "ok")]
    [InlineData(4, "ok")]
    [InlineData(-6, "warn")]
    [InlineData(31, "fail")]
    [InlineData(-3600, "fail")]
    public void A_clock_may_differ_by_seconds_only(int seconds, string status) => Doctor.ClockCheck.Judge(TimeSpan.FromSeconds(seconds)).Status.ShouldBe(status);

    [Theory]
    [InlineData("--gb 100 --puts 10000 --gets 500000 --egress-gb 500", "$47.55", "$1.73")]
    [InlineData("--gb 0", "$0.00", "$0.00")]
    [InlineData("--gb 0.5", "$0.01", "$0.01")]
    [InlineData("--puts 1000000", "$5.00", "$4.50")]
    public async Task Costs_of_given_figures_need_no_server(string figures, string s3, string r2)
    {
        _run.Variables.Remove("PIPELINE_TOKEN");
        (await _run.RunAsync(["cost", .. figures.Split(' ')])).ShouldBe(ExitCode.Done);

        var lines = _run.Out.Split('\n');
        lines.ShouldContain(line => line.StartsWith("S3", StringComparison.Ordinal) && line.TrimEnd().EndsWith(s3, StringComparison.Ordinal));
        lines.ShouldContain(line => line.StartsWith("R2", StringComparison.Ordinal) && line.TrimEnd().EndsWith(r2, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Costs_as_a_document_are_numbers_and_prices_can_be_set()
    {
        _run.Variables["Prices__S3__GbMonth"] = "0.5";
        (await _run.RunAsync("cost", "--gb", "10", "--json")).ShouldBe(ExitCode.Done);
        _run.Document.GetProperty("month")[0].GetProperty("total").GetDecimal().ShouldBe(5m);
    }

    [Theory]
    [InlineData("--gb", "-1")]
    [InlineData("--puts", "many")]
    [InlineData("--gets", "1e3")]
    [InlineData("--egress-gb", "")]
    [InlineData("--gb", "99999999999999999999999999999999")]
    public async Task Figures_that_are_none_are_refused(string option, string value)
    {
        (await _run.RunAsync("cost", option, value)).ShouldBe(ExitCode.Usage);
        _run.Error.ShouldContain(option);
    }

    [Fact]
    public async Task A_price_that_is_none_is_named()
    {
        _run.Variables["Prices__R2__GbMonth"] = "cheap";
        (await _run.RunAsync("cost", "--gb", "1")).ShouldBe(ExitCode.Usage);
        _run.Error.ShouldContain("Prices:R2:GbMonth");
    }

    [Fact]
    public async Task A_job_is_changed_by_its_name_with_a_reason()
    {
        string? body = null;
        _routes["POST /api/admin/jobs/Dispatcher/pause"] = context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            body = reader.ReadToEndAsync().Result;
            return Results.Json(new { name = "Dispatcher", kind = "timed", state = "paused", intervalSeconds = 5 }, statusCode: 202);
        };

        (await _run.AgainstAsync(_api, "jobs", "pause", "Dispatcher", "--reason", "disk")).ShouldBe(ExitCode.Done);
        (_run.Out.Trim(), body).ShouldBe(("Dispatcher is paused", """{"reason":"disk"}"""));
    }

    [Fact]
    public async Task Dead_letters_are_returned_with_a_limit()
    {
        _routes["POST /api/admin/queues/upload-api-outcomes_error/return"] = _ => Results.Ok(new { returned = 3, outdated = 1, unreadable = 0, remaining = 2 });
        (await _run.AgainstAsync(_api, "queues", "return", "upload-api-outcomes_error", "--limit", "4")).ShouldBe(ExitCode.Done);
        _run.Out.Trim().ShouldBe("3 returned, 1 outdated and removed, 0 unreadable and left; 2 remain");
        (await _run.AgainstAsync(_api, "queues", "return", "q", "--limit", "1001")).ShouldBe(ExitCode.Usage);
    }

    private object Report(object[] more) => new
    {
        at = "2026-03-01T12:00:00Z",
        status = "ok",
        roles = new[] { "operator" },
        findings = (object[])[new { check = "rights", status = "skipped", detail = "none" }, .. more],
        browser = new { origins = new[] { Origin }, uploadUrl = $"{_api.Address}store/preflight", uploadHeaders = new[] { "Content-Type" } },
    };

    private static IResult Allowed(HttpContext context, string methods, string headers, string origin = Origin, int status = 204)
    {
        if (origin.Length > 0) context.Response.Headers.AccessControlAllowOrigin = origin;
        (context.Response.Headers.AccessControlAllowMethods, context.Response.Headers.AccessControlAllowHeaders) = (methods, headers);
        return Results.StatusCode(status);
    }
}
