using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Pipeline.Cli.Tests;

/// <summary>pipeline migrate against an API that a test scripts.</summary>
public sealed class MigrateCommandTests : IAsyncLifetime
{
    private const string Id = "0191e9a0-0000-7000-8000-0000000000c1";
    private readonly CliRun _run = new() { RealTime = true };
    private readonly Dictionary<string, Func<HttpContext, IResult>> _routes = new(StringComparer.Ordinal);
    private readonly List<JsonElement> _planned = [];
    private readonly List<JsonElement> _switched = [];
    private ScriptedApi _api = null!;
    private string? _found;

    public async Task InitializeAsync()
    {
        _api = await ScriptedApi.StartAsync();
        _routes["POST /api/admin/runs"] = context =>
        {
            _planned.Add(Body(context));
            return Results.Created("", Run("planned"));
        };
        _routes[$"POST /api/admin/runs/{Id}/apply"] = _ => Results.Accepted("", Run("running"));
        _routes[$"GET /api/admin/runs/{Id}"] = _ => Results.Ok(Run("completed"));
        _routes[$"GET /api/admin/runs/{Id}/findings"] = _ => Results.Ok(new { items = new[] { new { kind = _found, area = "public", key = "assets/ab/x.webp", detail = "The target holds other bytes under this key." } } });
        _routes["POST /api/admin/areas/public/switch"] = context =>
        {
            _switched.Add(Body(context));
            return _found is null
                ? Results.Ok(_switched[^1].GetProperty("back").GetBoolean() ? (object)new { area = "public", state = "copying" } : new { area = "public", readFrom = "r2", state = "switched", backUntil = "2026-02-07T12:00:00Z" })
                : Results.Problem(statusCode: 409, detail: "1 objects of the area public differ.", extensions: new Dictionary<string, object?> { ["code"] = "migrate_incomplete" });
        };
        _routes["GET /api/admin/areas"] = _ => Results.Ok(new { items = new object[] { new { area = "public", writesTo = "r2", readFrom = "r2", state = "switched", switchedAt = "2026-01-31T12:00:00Z" }, new { area = "originals" } } });
        _api.Instead = context => _routes.GetValueOrDefault($"{context.Request.Method} {context.Request.Path}")?.Invoke(context);
    }

    public async Task DisposeAsync()
    {
        await _api.DisposeAsync();
        _run.Dispose();
    }

    [Fact]
    public async Task A_run_over_the_store_counts_objects_and_the_list_shows_what_it_found()
    {
        var run = new
        {
            id = Id, kind = "migrate", state = "completed", createdAt = "2026-03-01T12:00:00Z", plannedBy = "ada",
            plan = new { assets = 81, estimate = true, skipped = new Dictionary<string, int>(StringComparer.Ordinal), variantsToRender = 0, variantsToKeep = 0, bytes = 0, requests = new { classA = 1, classB = 1 }, costUsd = new { r2 = 0, s3 = 0 } },
            progress = new { planned = 5, done = 0, skipped = 0, failed = 0, inFlight = 0, perMinute = 0, found = 5, foundBy = new { deleted = 5 } },
        };
        _routes[$"GET /api/admin/runs/{Id}"] = _ => Results.Ok(run);
        _routes["GET /api/admin/runs"] = _ => Results.Ok(new { items = new[] { run } });
        (await _run.AgainstAsync(_api, "runs", "show", Id)).ShouldBe(ExitCode.Done, _run.Error);
        _run.Out.ShouldContain("  objects             81 (an estimate: the run counts them)");

        using var list = new CliRun { RealTime = true };
        (await list.AgainstAsync(_api, "runs")).ShouldBe(ExitCode.Done, list.Error);
        list.Out.Split('\n')[0].ShouldContain("FAILED  FOUND  BY");
        list.Out.Split('\n')[1].ShouldContain("0       5");
    }

    [Fact]
    public async Task A_copy_is_planned_applied_and_watched()
    {
        (await _run.AgainstAsync(_api, "migrate", "public", "--to", "r2", "--rate", "50")).ShouldBe(ExitCode.Done, _run.Error);
        _run.Out.ShouldContain("completed: 5 done");
        var sent = _planned.ShouldHaveSingleItem();
        (sent.GetProperty("kind").GetString(), sent.GetProperty("area").GetString(), sent.GetProperty("to").GetString(), sent.GetProperty("pace").GetProperty("rate").GetDouble()).ShouldBe(("migrate", "public", "r2", 50));
    }

    [Fact]
    public async Task A_switch_compares_first_and_a_refusal_says_why()
    {
        (await _run.AgainstAsync(_api, "migrate", "switch", "public", "--to", "r2", "--reason", "cheaper", "--yes")).ShouldBe(ExitCode.Done, _run.Error);
        _run.Out.ShouldContain("public is read from r2");
        _planned.ShouldHaveSingleItem().GetProperty("compare").GetBoolean().ShouldBeTrue();
        _switched.ShouldHaveSingleItem().GetProperty("reason").GetString().ShouldBe("cheaper");

        _found = "differs";
        (await _run.AgainstAsync(_api, "migrate", "switch", "public", "--to", "r2", "--reason", "cheaper", "--yes")).ShouldBe(ExitCode.Refused);
        _run.Out.ShouldContain("assets/ab/x.webp");
        _run.Error.ShouldContain("1 objects of the area public differ.");
    }

    [Fact]
    public async Task The_way_back_needs_no_comparison()
    {
        (await _run.AgainstAsync(_api, "migrate", "switch", "public", "--to", "r2", "--back", "--reason", "slow", "--yes")).ShouldBe(ExitCode.Done, _run.Error);
        _run.Out.ShouldContain("public is read from its own store");
        _planned.ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_an_area_it_shows_where_each_is()
    {
        (await _run.AgainstAsync(_api, "migrate")).ShouldBe(ExitCode.Done, _run.Error);
        _run.Out.ShouldContain("switched");
        _run.Out.ShouldContain("its own store");
    }

    [Theory]
    [InlineData("migrate", "public")]
    [InlineData("migrate", "--to", "r2")]
    [InlineData("migrate", "public", "--to", "r2", "--delete-extra", "--yes")]
    [InlineData("migrate", "public", "--to", "r2", "--delete-extra", "--reason", "old files")]
    [InlineData("migrate", "switch", "public", "--to", "r2", "--yes")]
    [InlineData("migrate", "switch", "public", "--to", "r2", "--reason", "cheaper")]
    [InlineData("migrate", "switch", "public", "--reason", "cheaper", "--yes")]
    public async Task What_is_missing_is_a_wrong_use_and_nothing_is_sent(params string[] args)
    {
        (await _run.AgainstAsync(_api, args)).ShouldBe(ExitCode.Usage);
        _api.Requests.ShouldBeEmpty();
    }

    private static JsonElement Body(HttpContext context) => JsonElement.Parse(new StreamReader(context.Request.Body).ReadToEndAsync().GetAwaiter().GetResult());

    private object Run(string state) => new
    {
        id = Id,
        kind = "migrate",
        state,
        createdAt = "2026-01-31T12:00:00Z",
        plan = new { assets = 5, estimate = true, skipped = new { }, variantsToRender = 0, variantsToKeep = 0, bytes = 100, requests = new { classA = 5, classB = 25 }, cpuHours = 0, costUsd = new { r2 = 0, s3 = 0 } },
        progress = new { planned = 5, done = 5, skipped = 0, failed = 0, inFlight = 0, perMinute = 0, found = _found is null ? 0 : 1, foundBy = _found is null ? new Dictionary<string, int>() : new Dictionary<string, int> { [_found] = 1 } },
    };
}
