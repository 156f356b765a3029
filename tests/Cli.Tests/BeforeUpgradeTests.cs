using Microsoft.AspNetCore.Http;

namespace Pipeline.Cli.Tests;

/// <summary><c>pipeline doctor --before-upgrade</c> against an API that a test scripts.</summary>
public sealed class BeforeUpgradeTests : IAsyncLifetime
{
    private readonly CliRun _run = new() { RealTime = true };
    private readonly List<object> _runs = [];
    private readonly List<object> _queues = [Queue("processor-uploads", depth: 4, consumers: 1)];
    private readonly List<object> _findings = [Finding("database migrations", "ok", "All 15 are applied."), Finding("database transactions", "ok", "None is open.")];
    private ScriptedApi _api = null!;

    public async Task InitializeAsync()
    {
        _api = await ScriptedApi.StartAsync();
        _api.Instead = context => $"{context.Request.Method} {context.Request.Path}" switch
        {
            "GET /health/live" => Results.Ok(new { status = "healthy" }),
            "POST /api/admin/doctor" => Results.Ok(new
            {
                at = "2026-03-01T12:00:00Z", status = "ok", roles = new[] { "operator" }, findings = _findings, browser = new { origins = Array.Empty<string>(), uploadUrl = "", uploadHeaders = Array.Empty<string>() },
            }),
            "GET /api/admin/runs" => Results.Ok(new { items = _runs }),
            "GET /api/admin/queues" => Results.Ok(new { items = _queues }),
            _ => null,
        };
    }

    public async Task DisposeAsync()
    {
        await _api.DisposeAsync();
        _run.Dispose();
    }

    [Fact]
    public async Task Nothing_needs_to_end_in_a_calm_installation()
    {
        _runs.Add(Run("old", "completed"));
        (await _run.AgainstAsync(_api, "doctor", "--before-upgrade")).ShouldBe(ExitCode.Done);
        foreach (var check in (string[])["runs", "queues", "transactions", "migrations"]) _run.Out.ShouldContain($"ok      upgrade {check}:");
    }

    [Fact]
    public async Task Other_days_ask_for_nothing_of_an_upgrade()
    {
        _runs.Add(Run("r1", "running"));
        (await _run.AgainstAsync(_api, "doctor")).ShouldBe(ExitCode.Done);
        _run.Out.ShouldNotContain("upgrade");
    }

    [Theory]
    [InlineData("running", 0, "→ Wait for it with pipeline runs watch r1, or pause it: pipeline runs pause r1")]
    [InlineData("paused", 3, "→ Wait until they have ended")]
    public async Task A_run_in_work_must_end(string state, int inFlight, string remedy)
    {
        _runs.Add(Run("r1", state, inFlight));
        (await _run.AgainstAsync(_api, "doctor", "--before-upgrade")).ShouldBe(ExitCode.Refused);
        _run.Out.ShouldContain("fail    upgrade runs: Run r1");
        _run.Out.ShouldContain(remedy);
    }

    [Fact]
    public async Task A_paused_run_without_work_may_wait_for_the_new_version()
    {
        _runs.Add(Run("r1", "paused"));
        (await _run.AgainstAsync(_api, "doctor", "--before-upgrade")).ShouldBe(ExitCode.Done);
    }

    [Fact]
    public async Task A_plan_is_a_warning()
    {
        _runs.Add(Run("r1", "planned"));
        (await _run.AgainstAsync(_api, "doctor", "--before-upgrade")).ShouldBe(ExitCode.Done);
        _run.Out.ShouldContain("warn    upgrade runs: Plan r1");
    }

    [Theory]
    [InlineData("upload-api-outcomes_error", 2, true, 0, "pipeline queues return upload-api-outcomes_error")]
    [InlineData("processor-uploads_skipped", 2, true, 0, "A host of another version sent them.")]
    [InlineData("processor-reprocess", 7, false, 0, "Start the host that reads it")]
    public async Task Messages_that_are_left_over_must_go(string name, int depth, bool dead, int consumers, string remedy)
    {
        _queues.Add(Queue(name, depth, consumers, dead));
        (await _run.AgainstAsync(_api, "doctor", "--before-upgrade")).ShouldBe(ExitCode.Refused);
        _run.Out.ShouldContain($"fail    upgrade queues: {name} has {depth}");
        _run.Out.ShouldContain(remedy);
    }

    [Theory]
    [InlineData("database transactions", "warn", "upgrade transactions")]
    [InlineData("database transactions", "fail", "upgrade transactions")]
    [InlineData("database migrations", "warn", "upgrade migrations")]
    [InlineData("database migrations", "fail", "upgrade migrations")]
    public async Task What_is_a_warning_on_other_days_stops_an_upgrade(string check, string status, string name)
    {
        _findings.RemoveAll(finding => finding.ToString()!.Contains(check, StringComparison.Ordinal));
        _findings.Add(Finding(check, status, "So it is."));
        (await _run.AgainstAsync(_api, "doctor", "--before-upgrade")).ShouldBe(ExitCode.Refused);
        _run.Out.ShouldContain($"fail    {name}: So it is. → ");
    }

    [Fact]
    public async Task Without_an_answer_about_migrations_nobody_says_that_all_is_well()
    {
        _findings.Clear();
        (await _run.AgainstAsync(_api, "doctor", "--before-upgrade")).ShouldBe(ExitCode.Refused);
        _run.Out.ShouldContain("fail    upgrade migrations:");
    }

    private static object Run(string id, string state, int inFlight = 0) => new
    {
        id, kind = "reprocess", state, createdAt = "2026-03-01T12:00:00Z", progress = new { planned = 10, done = 4, skipped = 1, failed = 0, inFlight, perMinute = 3.0 },
    };

    private static object Queue(string name, int depth, int consumers, bool dead = false) => new { name, depth, consumers, deadLetters = dead };

    private static object Finding(string check, string status, string detail) => new { check, status, detail };
}
