using Microsoft.AspNetCore.Http;

namespace Pipeline.Cli.Tests;

/// <summary>Rescans are planned like other runs, and a run that holds hits back is resumed only on purpose.</summary>
public sealed class RescanCommandTests : IAsyncLifetime
{
    private const string Id = "0190a5b2-7c3e-7000-8000-0123456789ab";
    private readonly Dictionary<string, Func<HttpContext, Task<IResult>>> _routes = new(StringComparer.Ordinal);
    private readonly List<string> _bodies = [];
    private ScriptedApi _api = null!;
    private int _held = 7;

    public async Task InitializeAsync()
    {
        _api = await ScriptedApi.StartAsync();
        _routes["POST /api/admin/runs"] = context => TakeAsync(context, Run("planned", 0));
        _routes[$"GET /api/admin/runs/{Id}"] = context => TakeAsync(context, Run("paused", _held));
        _routes[$"POST /api/admin/runs/{Id}/resume"] = context => TakeAsync(context, Run("running", 0));
        _routes[$"GET /api/admin/runs/{Id}/items"] = context => TakeAsync(
            context, new { items = new[] { new { assetId = Id, revision = 0, outcome = "held", code = "infected", signature = "Win.Test.Bad-1" } } });
        _api.Instead = context => _routes.GetValueOrDefault($"{context.Request.Method} {context.Request.Path}") is { } route ? new Later(route) : null;
    }

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Fact]
    public async Task A_plan_names_what_was_not_scanned_lately()
    {
        using var run = new CliRun();
        (await run.AgainstAsync(_api, "rescan", "--scanned-before", "2026-01-31", "--signatures-before", "27500")).ShouldBe(ExitCode.Done);
        _bodies[0].ShouldContain("\"kind\":\"rescan\"");
        _bodies[0].ShouldContain("\"scannedBefore\":\"2026-01-31T00:00:00");
        _bodies[0].ShouldContain("\"signaturesBefore\":27500");
        run.Out.ShouldContain("Nothing was changed.");
        run.Out.ShouldContain("CPU hours           unknown: set Rescan:CpuSecondsPerGigabyte", customMessage: "no figure where nothing is known");
    }

    [Fact]
    public async Task Held_hits_are_shown_with_their_signatures()
    {
        using var run = new CliRun();
        (await run.AgainstAsync(_api, "runs", "show", Id)).ShouldBe(ExitCode.Done);
        run.Out.ShouldContain("held     7 hits");
        run.Out.ShouldContain("Win.Test.Bad-1");
    }

    [Fact]
    public async Task Held_hits_of_a_cancelled_run_cannot_be_resumed()
    {
        _routes[$"GET /api/admin/runs/{Id}"] = context => TakeAsync(context, Run("cancelled", 7));
        using var run = new CliRun();
        (await run.AgainstAsync(_api, "runs", "show", Id)).ShouldBe(ExitCode.Done);
        run.Out.ShouldContain("held     7 hits: not withdrawn, and this run has ended; a new rescan finds them again");
    }

    [Theory]
    [InlineData("give --yes", "--reason", "It is malware.")]
    [InlineData("--reason", "--yes")]
    public async Task Withdrawing_needs_a_reason_and_without_a_terminal_a_yes(string explanation, params string[] options)
    {
        using var run = new CliRun();
        (await run.AgainstAsync(_api, ["runs", "resume", Id, .. options])).ShouldBe(ExitCode.Usage);
        run.Error.ShouldContain(explanation);
        _api.Requests.ShouldNotContain(r => r.StartsWith("POST", StringComparison.Ordinal));
    }

    [Fact]
    public async Task At_a_terminal_it_asks()
    {
        using var no = new CliRun { AtTerminal = true, Typed = "n\n" };
        (await no.AgainstAsync(_api, "runs", "resume", Id, "--reason", "It is malware.")).ShouldBe(ExitCode.Refused);
        _api.Requests.ShouldNotContain(r => r.StartsWith("POST", StringComparison.Ordinal));
        using var yes = new CliRun { AtTerminal = true, Typed = "y\n" };
        (await yes.AgainstAsync(_api, "runs", "resume", Id, "--reason", "It is malware.")).ShouldBe(ExitCode.Done);
        _bodies.ShouldContain(body => body.Contains("It is malware.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Other_runs_are_resumed_without_a_question()
    {
        _held = 0;
        using var run = new CliRun();
        (await run.AgainstAsync(_api, "runs", "resume", Id)).ShouldBe(ExitCode.Done);
    }

    private static object Run(string state, int held) => new
    {
        id = Id, kind = "rescan", state, createdAt = "2026-03-01T12:00:00Z",
        plan = new { assets = 12, estimate = false, skipped = new Dictionary<string, int>(StringComparer.Ordinal), variantsToRender = 0, variantsToKeep = 0, bytes = 36, requests = new { classA = 0, classB = 12 }, costUsd = new { r2 = 0, s3 = 0 } },
        progress = new { planned = 12, done = 2, skipped = 0, failed = 0, inFlight = 0, perMinute = 0, held },
    };

    private async Task<IResult> TakeAsync(HttpContext context, object answer)
    {
        using var reader = new StreamReader(context.Request.Body);
        _bodies.Add(await reader.ReadToEndAsync());
        return Results.Ok(answer);
    }

    private sealed class Later(Func<HttpContext, Task<IResult>> route) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext) => await (await route(httpContext)).ExecuteAsync(httpContext);
    }
}
