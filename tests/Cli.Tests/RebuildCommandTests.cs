using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Pipeline.Cli.Tests;

/// <summary><c>pipeline rebuild</c> plans, asks, and applies.</summary>
public sealed class RebuildCommandTests : IAsyncLifetime
{
    private const string Id = "0191e9a0-0000-7000-8000-0000000000c1";
    private readonly CliRun _run = new() { RealTime = true };
    private readonly List<string> _calls = [];
    private JsonNode? _planned;
    private ScriptedApi _api = null!;

    public async Task InitializeAsync()
    {
        _api = await ScriptedApi.StartAsync();
        _api.Instead = context =>
        {
            if (!context.Request.Path.StartsWithSegments("/api/admin/runs", StringComparison.Ordinal)) return null;
            _calls.Add($"{context.Request.Method} {context.Request.Path}");
            if (context.Request.Path.Value!.EndsWith("/apply", StringComparison.Ordinal)) return Results.Json(Run("running"), statusCode: 202);
            if (context.Request.Method == "GET") return Results.Ok(Run("planned"));
            using var body = new StreamReader(context.Request.Body);
            _planned = JsonNode.Parse(body.ReadToEndAsync().GetAwaiter().GetResult());
            return Results.Json(Run("planned"), statusCode: 201);
        };
    }

    public async Task DisposeAsync()
    {
        await _api.DisposeAsync();
        _run.Dispose();
    }

    [Fact]
    public async Task It_plans_and_applies_with_yes_and_a_reason()
    {
        (await _run.AgainstAsync(_api, "rebuild", "--reason", "the table is lost", "--yes", "--rate", "50")).ShouldBe(ExitCode.Done);

        _calls.ShouldBe(["POST /api/admin/runs", $"POST /api/admin/runs/{Id}/apply"]);
        (_planned!["kind"]!.GetValue<string>(), _planned["reason"]!.GetValue<string>(), _planned["pace"]!["rate"]!.GetValue<double>()).ShouldBe(("rebuild", "the table is lost", 50));
        _run.Out.ShouldContain($"Plan {Id}: 1,234 manifests");
        _run.Out.ShouldContain($"Watch it with: pipeline runs watch {Id}");
    }

    [Theory]
    [InlineData("--yes")]
    [InlineData("--reason", "the table is lost")]
    public async Task Without_a_reason_or_without_a_terminal_and_yes_it_is_wrong_usage(params string[] given)
    {
        (await _run.AgainstAsync(_api, ["rebuild", .. given])).ShouldBe(ExitCode.Usage);
        _calls.ShouldBeEmpty("it asks the server nothing");
    }

    [Theory]
    [InlineData("y\n", true)]
    [InlineData("n\n", false)]
    public async Task At_a_terminal_it_asks(string answer, bool applied)
    {
        using var run = new CliRun { RealTime = true, AtTerminal = true, Typed = answer };
        (await run.AgainstAsync(_api, "rebuild", "--reason", "the table is lost")).ShouldBe(ExitCode.Done);
        _calls.Contains($"POST /api/admin/runs/{Id}/apply").ShouldBe(applied);
        if (!applied) run.Out.ShouldContain($"Nothing was changed. Apply it with: pipeline apply {Id}");
    }

    [Fact]
    public async Task A_planned_rebuild_is_not_applied_without_a_terminal_or_yes()
    {
        (await _run.AgainstAsync(_api, "apply", Id)).ShouldBe(ExitCode.Usage);
        (await _run.AgainstAsync(_api, "apply", Id, "--yes")).ShouldBe(ExitCode.Done);
    }

    private static object Run(string state) => new
    {
        id = Id,
        kind = "rebuild",
        state,
        createdAt = DateTimeOffset.UnixEpoch,
        progress = new { planned = 1234, done = 0, skipped = 0, failed = 0, inFlight = 0, perMinute = 0.0 },
        plan = new
        {
            assets = 1234, estimate = false, skipped = new { }, variantsToRender = 0, variantsToKeep = 0, bytes = 0, requests = new { classA = 0, classB = 0 }, cpuHours = 0.0,
            costUsd = new { r2 = 0.0, s3 = 0.0 },
        },
    };
}
