namespace Pipeline.Cli.Tests;

/// <summary>A waiting asset shows the reason and the time of the next try.</summary>
public sealed class WaitingTests : ScriptedApiTests
{
    private const string Why = "The scanner does not answer (scanner_unavailable); next try at 2026-03-01 12:00:30Z";

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        Api.Asset = upload => upload.Looks < 5 ? Waiting(upload) : ScriptedApi.Ready(upload);
    }

    [Fact]
    public async Task A_scanner_that_is_away_is_told_once_with_the_next_try()
    {
        var photo = Run.Photo();

        (await Run.AgainstAsync(Api, "upload", photo)).ShouldBe(ExitCode.Done);

        Run.ErrorLines.ShouldBe([$"pipeline: {photo}: uploaded 5000 bytes", $"pipeline: {photo}: waits: {Why}", $"pipeline: {photo}: ready"]);
    }

    [Fact]
    public async Task On_a_terminal_it_stands_beside_the_file()
    {
        using var run = new CliRun { AtTerminal = true };

        (await run.AgainstAsync(Api, "upload", run.Photo())).ShouldBe(ExitCode.Done);

        run.Error.ShouldContain("photo.jpg  waits: The scanner does not answer");
    }

    [Fact]
    public async Task When_time_is_up_the_reason_is_told()
    {
        Api.Asset = Waiting;

        (await Run.AgainstAsync(Api, "upload", Run.Photo(), "--timeout", "20")).ShouldBe(ExitCode.Refused);

        Run.ErrorLines[^1].ShouldContain($"Not finished after 20 s: {Why}. The server continues. Check it with: pipeline asset {Api.Uploads.Keys.Single()}");
    }

    [Theory]
    [InlineData("queued", "it is queued and waits for a worker")]
    [InlineData("processing", "a worker is processing it")]
    [InlineData("novel", "the server gave no reason")]
    public async Task Without_a_failure_it_is_told_how_far_it_came(string status, string told)
    {
        Api.Asset = upload => new { upload.Id, status };

        (await Run.AgainstAsync(Api, "upload", Run.Photo(), "--timeout", "20")).ShouldBe(ExitCode.Refused);

        Run.ErrorLines[^1].ShouldContain($"Not finished after 20 s: {told}. The server continues");
    }

    [Fact]
    public async Task The_asset_command_tells_the_next_try_too()
    {
        Api.Asset = Waiting;
        Api.Instead = context => context.Request.Path.Value!.EndsWith("/timeline", StringComparison.Ordinal)
            ? Microsoft.AspNetCore.Http.Results.Ok(new { events = Array.Empty<object>() }) : null;

        (await Run.AgainstAsync(Api, "asset", "0190a5b2-7c3e-7000-8000-0123456789ab")).ShouldBe(ExitCode.Done);

        Run.Out.ShouldMatch(@"reason +scanner_unavailable: The scanner does not answer\.");
        Run.Out.ShouldMatch("waits +next try at 2026-03-01 12:00:30Z");
    }

    private static object Waiting(StoredUpload upload) => new
    {
        upload.Id,
        status = "queued",
        failure = new { code = "scanner_unavailable", reason = "The scanner does not answer.", attempts = 1, nextAttemptAt = "2026-03-01T12:00:30Z" },
    };
}
