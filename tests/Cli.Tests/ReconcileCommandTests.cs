using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Pipeline.Cli.Tests;

/// <summary>pipeline reconcile against an API that a test scripts.</summary>
public sealed class ReconcileCommandTests : IAsyncLifetime
{
    private const string Report = "0191e9a0-0000-7000-8000-0000000000c1";
    private const string Deletion = "0191e9a0-0000-7000-8000-0000000000c2";
    private readonly CliRun _run = new() { RealTime = true };
    private readonly Dictionary<string, Func<HttpContext, IResult>> _routes = new(StringComparer.Ordinal);
    private readonly List<JsonElement> _sent = [];
    private ScriptedApi _api = null!;

    public async Task InitializeAsync()
    {
        _api = await ScriptedApi.StartAsync();
        _routes["POST /api/admin/runs"] = _ => Results.Created("", Run(Report, "planned"));
        _routes[$"POST /api/admin/runs/{Report}/apply"] = _ => Results.Accepted("", Run(Report, "running"));
        _routes[$"POST /api/admin/runs/{Report}/delete-orphans"] = _ => Results.Accepted("", Run(Deletion, "running"));
        _routes[$"POST /api/admin/runs/{Report}/listing"] = context =>
        {
            var body = JsonElement.Parse(new StreamReader(context.Request.Body).ReadToEndAsync().GetAwaiter().GetResult());
            _sent.AddRange(body.GetProperty("objects").EnumerateArray());
            return Results.Ok(new { taken = _sent.Count });
        };
        foreach (var (id, kind) in ((string, string)[])[(Report, "orphan"), (Deletion, "deleted")])
        {
            _routes[$"GET /api/admin/runs/{id}"] = _ => Results.Ok(Run(id, "completed", kind));
            _routes[$"GET /api/admin/runs/{id}/findings"] = _ => Results.Ok(new { items = new[] { new { kind, area = "public", key = "assets/ab/x.webp", detail = "The asset has no row." } } });
        }

        _api.Instead = context => _routes.GetValueOrDefault($"{context.Request.Method} {context.Request.Path}")?.Invoke(context);
    }

    public async Task DisposeAsync()
    {
        await _api.DisposeAsync();
        _run.Dispose();
    }

    [Fact]
    public async Task A_report_lists_what_it_found_and_deletes_nothing()
    {
        (await _run.AgainstAsync(_api, "reconcile")).ShouldBe(ExitCode.Done, _run.Error);
        _run.Out.ShouldContain("orphan 1");
        _run.Out.ShouldContain("assets/ab/x.webp");
        _api.Count($"POST /api/admin/runs/{Report}/delete-orphans").ShouldBe(0);
    }

    [Theory]
    [InlineData("reconcile", "--delete", "--yes")]
    [InlineData("reconcile", "--delete", "--reason", "old files")]
    [InlineData("reconcile", "--max-delete", "3")]
    public async Task A_deletion_needs_a_reason_and_an_agreement(params string[] args)
    {
        (await _run.AgainstAsync(_api, args)).ShouldBe(ExitCode.Usage);
        _api.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_deletion_follows_the_report()
    {
        (await _run.AgainstAsync(_api, "reconcile", "--delete", "--reason", "old files", "--yes")).ShouldBe(ExitCode.Done, _run.Error);
        _run.Out.ShouldContain("deleted");
        _api.Count($"POST /api/admin/runs/{Report}/delete-orphans").ShouldBe(1);
    }

    [Fact]
    public async Task A_refused_deletion_says_why()
    {
        _routes[$"POST /api/admin/runs/{Report}/delete-orphans"] = _ => Results.Problem(statusCode: 409, detail: "The table of assets is empty.", extensions: new Dictionary<string, object?> { ["code"] = "reconcile_unsafe" });
        (await _run.AgainstAsync(_api, "reconcile", "--delete", "--reason", "old files", "--yes")).ShouldBe(ExitCode.Refused);
        _run.Error.ShouldContain("The table of assets is empty.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_inventory_is_sent_in_parts(bool zipped)
    {
        var lines = string.Concat(Enumerable.Range(0, 450).Select(i => $"\"photos\",\"assets/ab/{i}%3D.webp\",\"{i}\",\"2026-01-31T12:00:00.000Z\",\"tag{i}\"\n"));
        (await _run.AgainstAsync(_api, "reconcile", "--listing", Inventory(lines, zipped))).ShouldBe(ExitCode.Done, _run.Error);
        _sent.Count.ShouldBe(450);
        _api.Count($"POST /api/admin/runs/{Report}/listing").ShouldBe(3);
        _sent[449].GetProperty("key").GetString().ShouldBe("assets/ab/449=.webp");
        _sent[449].GetProperty("size").GetInt64().ShouldBe(449);
    }

    [Theory]
    [InlineData("photos,assets/a,1,2026-01-31T12:00:00Z", "columns")]
    [InlineData("photos,assets/a,many,2026-01-31T12:00:00Z,tag", "size")]
    [InlineData("photos,assets/a,1,yesterday,tag", "time")]
    [InlineData("photos,,1,2026-01-31T12:00:00Z,tag", "no key")]
    public async Task A_bad_line_of_an_inventory_is_named_by_its_number(string line, string what)
    {
        (await _run.AgainstAsync(_api, "reconcile", "--listing", Inventory($"photos,assets/a,1,2026-01-31T12:00:00Z,tag\n{line}\n", zipped: false))).ShouldBe(ExitCode.Usage);
        _run.Error.ShouldContain("line 2");
        _run.Error.ShouldContain(what);
        _api.Count($"POST /api/admin/runs/{Report}/apply").ShouldBe(0);
    }

    private string Inventory(string lines, bool zipped)
    {
        var path = Path.Combine(_run.Folder, "inventory.csv");
        using var file = File.Create(path);
        using Stream content = zipped ? new GZipStream(file, CompressionLevel.Fastest) : file;
        content.Write(Encoding.UTF8.GetBytes(lines));
        return path;
    }

    private static object Run(string id, string state, string? found = null) => new
    {
        id,
        kind = "reconcile",
        state,
        createdAt = "2026-01-31T12:00:00Z",
        progress = new { planned = 1, done = 0, skipped = 0, failed = 0, inFlight = 0, perMinute = 0, found = found is null ? 0 : 1, foundBy = found is null ? [] : new Dictionary<string, int> { [found] = 1 } },
    };
}
