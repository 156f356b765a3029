using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Pipeline.Cli.Tests;

/// <summary>A run over the assets of a file: as editors and other programs write it, and as large as a library.</summary>
public sealed class IdsFileTests : IAsyncLifetime
{
    private const string One = "0190a5b2-7c3e-7000-8000-0123456789ab";
    private const string Two = "0190a5b2-7c3e-7000-8000-0123456789ac";
    private ScriptedApi _api = null!;
    private string _body = "";

    public async Task InitializeAsync()
    {
        _api = await ScriptedApi.StartAsync();
        _api.Instead = context => $"{context.Request.Method} {context.Request.Path}" == "POST /api/admin/runs" ? new Taken(body => _body = body) : null;
    }

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Theory]
    [InlineData($"{One}\n{Two}")]
    [InlineData($"{One}\r\n{Two}\r\n")]
    [InlineData($"\uFEFF{One}\n{Two}\n")]
    [InlineData($"\n\n  {One}\t\n\n{Two}\n\n \n")]
    [InlineData($"{One}\n{Two}\n{One}\n{One}\n")]
    [InlineData($"{One}\r{Two}")]
    public async Task Each_id_of_the_file_is_sent_once(string text)
    {
        using var run = new CliRun();
        var file = run.File("ids.txt", Encoding.UTF8.GetBytes(text));
        (await run.AgainstAsync(_api, "reprocess", "--ids-from", file)).ShouldBe(ExitCode.Done, run.Error);
        Ids().ShouldBe([One, Two]);
    }

    [Fact]
    public async Task Capital_letters_are_the_same_id()
    {
        using var run = new CliRun();
        var file = run.File("ids.txt", Encoding.UTF8.GetBytes($"{One.ToUpperInvariant()}\n{One}\n"));
        (await run.AgainstAsync(_api, "failed", "retry", "--ids-from", file)).ShouldBe(ExitCode.Done, run.Error);
        Ids().ShouldBe([One]);
    }

    [Theory]
    [InlineData($"{One}\n\nnot-an-id\n", "line 3: this is not an asset's id")]
    [InlineData($"{One}\r\n{Two}x\r\n", "line 2: this is not an asset's id")]
    [InlineData($"{One} {Two}\n", "line 1: this is not an asset's id")]
    [InlineData("0190a5b27c3e700080000123456789ab\n", "line 1: this is not an asset's id")]
    [InlineData("\n \r\n", "has no ids")]
    [InlineData("", "has no ids")]
    public async Task A_line_that_is_no_id_is_named_by_its_number_and_nothing_is_sent(string text, string explanation)
    {
        using var run = new CliRun();
        var file = run.File("ids.txt", Encoding.UTF8.GetBytes(text));
        (await run.AgainstAsync(_api, "rescan", "--ids-from", file)).ShouldBe(ExitCode.Usage);
        run.Error.ShouldContain(explanation);
        _api.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_hundred_thousand_ids_are_one_plan()
    {
        using var run = new CliRun();
        var file = run.File("ids.txt", Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, 100_000).Select(_ => Guid.CreateVersion7()))));
        (await run.AgainstAsync(_api, "reprocess", "--ids-from", file)).ShouldBe(ExitCode.Done, run.Error);
        Ids().Distinct().Count().ShouldBe(100_000);
    }

    [Fact]
    public async Task More_than_a_plan_takes_are_refused_by_their_line_before_anything_is_sent()
    {
        using var run = new CliRun();
        var file = run.File("ids.txt", Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, 200_001).Select(_ => Guid.CreateVersion7()))));
        (await run.AgainstAsync(_api, "reprocess", "--ids-from", file)).ShouldBe(ExitCode.Usage);
        run.Error.ShouldContain("line 200001: a plan takes at most 200,000 ids");
        _api.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_a_wrong_usage()
    {
        using var run = new CliRun();
        (await run.AgainstAsync(_api, "reprocess", "--ids-from", Path.Combine(run.Folder, "none.txt"))).ShouldBe(ExitCode.Usage);
        run.Error.ShouldContain("Cannot read");
    }

    private string[] Ids() => [.. JsonElement.Parse(_body).GetProperty("filter").GetProperty("ids").EnumerateArray().Select(id => id.GetString()!)];

    private sealed class Taken(Action<string> take) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            using var reader = new StreamReader(httpContext.Request.Body);
            take(await reader.ReadToEndAsync());
            await Results.Ok(new { id = One, kind = "reprocess", state = "planned", createdAt = "2026-03-01T12:00:00Z", progress = new { planned = 1, done = 0, skipped = 0, failed = 0, inFlight = 0, perMinute = 0 } })
                .ExecuteAsync(httpContext);
        }
    }
}
